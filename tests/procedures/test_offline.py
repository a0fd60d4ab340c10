"""What authors ask without a database: `./errand lint FOLDER` and `./errand decide FILE DECISION`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backend.app.cli import main

MOVE = Path(__file__).resolve().parents[2] / "workflows" / "move"
LATE = MOVE / "move_late.dmn"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the procedure, to be broken."""
    return Path(shutil.copytree(MOVE, tmp_path / "move"))


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_the_shipped_procedure_has_no_fault_and_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(MOVE)]) == 0
    assert "it can be deployed, 0 warnings" in capsys.readouterr().out


def test_lint_tells_gaps_overlaps_and_what_is_broken_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swap(folder / "move_late.dmn", "<text>-</text>", "<text>&lt; 10</text>")
    (folder / "rules.yaml").write_text("- [broken")
    assert main(["lint", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "D-VERIFY-GAP" in told and "Days since the move" in told
    assert "error: rules.yaml" in told and "cannot be deployed" in told


def test_lint_tells_a_rule_that_never_decides(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    swap(folder / "move_late.dmn", "<text>&gt; 14</text>", "<text>&gt; 95</text>")
    assert main(["lint", str(folder)]) == 0
    assert "Rule 2 can never decide" in capsys.readouterr().out


def test_lint_of_a_strangers_file_tells_faults_and_what_is_unsound_as_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "theirs.bpmn"
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x">'
    steps = '<startEvent id="s"/><exclusiveGateway id="x"/><parallelGateway id="j"/><endEvent id="e"/>'
    ways = (("s", "x"), ("x", "a"), ("x", "b"), ("a", "j"), ("b", "j"), ("j", "e"))
    flows = "".join(f'<sequenceFlow id="{a}{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in ways)
    tasks = '<task id="a"/><task id="b"/>'
    file.write_text(
        f'{head}<process id="p" isExecutable="true">{steps}{tasks}{flows}</process></definitions>'
    )
    assert main(["lint", str(file)]) == 0
    told = capsys.readouterr().out
    assert "warning: theirs.bpmn" in told and "SOUND-01" in told and "it can be deployed" in told
    file.write_text(file.read_text().replace('targetRef="e"', 'targetRef="nowhere"'))
    assert main(["lint", str(file)]) == 1
    assert "error: theirs.bpmn" in capsys.readouterr().out


def test_decide_prints_the_result_the_rule_and_its_law(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"days_since_move": 120.5}')
    assert main(["decide", str(LATE), "Late notice", "--input", str(facts)]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"kind": "fine", "fine": 60, "days_late": 106.5}
    assert "rule 1" in err and "Residence Act" in err


def test_decide_by_id_without_input_warns_of_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["decide", str(LATE), "move_late"])
    assert "D-DEC-03" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["nobody.dmn", "x"], [str(LATE), "unknown"], [str(MOVE / "process.bpmn"), "x"]]
)
def test_decide_says_what_it_cannot_do(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", *words]) == 2
    assert capsys.readouterr().err


def test_decide_takes_imports_from_the_same_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" '
    kind = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    (tmp_path / "base.dmn").write_text(
        f'{head}name="base" namespace="urn:base"><decision id="fee" name="fee"><variable name="fee"/>'
        "<literalExpression><text>40 + 2</text></literalExpression></decision></definitions>"
    )
    (tmp_path / "more.dmn").write_text(
        f'{head}name="more" namespace="urn:more"><import name="b" namespace="urn:base" importType="{kind}"/>'
        '<decision id="all" name="all"><variable name="all"/><informationRequirement>'
        '<requiredDecision href="urn:base#fee"/></informationRequirement>'
        "<literalExpression><text>b.fee * 2</text></literalExpression></decision></definitions>"
    )
    assert main(["decide", str(tmp_path / "more.dmn"), "all"]) == 0
    assert json.loads(capsys.readouterr().out) == 84
