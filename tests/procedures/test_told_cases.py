"""Every told case of every procedure in workflows/, played on the engine in memory."""

from __future__ import annotations

import pytest

from backend.procedures import load_folder, read_regions
from backend.procedures.examples import Differs, read_example, run_example
from tests.procedures.builders import ROOT, a_document

PACKS = sorted(path for path in (ROOT / "workflows").iterdir() if path.is_dir())
CASES = [(pack, example) for pack in PACKS for example in sorted((pack / "examples").glob("*.yaml"))]


@pytest.fixture(scope="module")
def procedures():
    return {pack: load_folder(pack) for pack in PACKS}


@pytest.mark.parametrize(("pack", "example"), CASES, ids=[f"{p.name}/{e.stem}" for p, e in CASES])
def test_told_case(procedures, pack, example):
    document = read_example(f"examples/{example.name}", example.read_bytes())
    told = run_example(procedures[pack], document, read_regions())
    registers = str(document.value.get("registers"))
    for kind in told.messages:
        for lang in told.procedure.languages:
            letter = told.procedure.letter(kind, lang)
            assert all(
                name not in letter.subject + letter.body for name in ("Anna", "Boris", "Orsel", "Kiln")
            ), kind
    assert "Orsel" in registers


def test_every_procedure_tells_at_least_five_cases():
    for pack in PACKS:
        assert len(list((pack / "examples").glob("*.yaml"))) >= 5


STORY = """
story: "x"
clock: "2026-11-24T09:41:00Z"
registers:
  pop.identity: {name: "Anna", birth_date: "1988-03-14", alive: true, block: false}
  pop.address: {block: true}
  pop.household: {members: [], block: false}
told:
  - task: check
    answers:
      {pop_identity: use, pop_address: use, pop_household: use, new_address: "1", moved_in: "2026-11-20"}
  - task: send
    answers: {declared: true}
expect: {status: active, open: [decide], variables: {late: {kind: none}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: none", "kind: fine", "late.kind"),
        ("open: [decide]", "open: [send]", "open tasks"),
        ("status: active", "status: completed", "status"),
        ("task: send", "task: sign", "is not open"),
        ("declared: true", "declared: false", "problems"),
        ("block: true", "block: maybe", "is not open"),
    ],
)
def test_a_case_that_goes_otherwise_than_told_is_told(procedures, old, new, said):
    move = next(procedure for pack, procedure in procedures.items() if pack.name == "move")
    run_example(move, a_document("x.yaml", STORY), read_regions())
    with pytest.raises(Differs, match=said):
        run_example(move, a_document("x.yaml", STORY.replace(old, new, 1)), read_regions())
