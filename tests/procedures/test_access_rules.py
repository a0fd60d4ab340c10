"""Access rules as data (TRUST 3.1): deny by default, fewest fields, exact types."""

from __future__ import annotations

import pytest

from backend.procedures.faults import Findings
from backend.procedures.rules import WrongAnswer, read_rules
from backend.procedures.yaml_text import read_yaml
from tests.procedures.builders import RULES


def rules(text=RULES):
    findings = Findings()
    return read_rules(read_yaml("rules.yaml", text.encode(), findings), findings), findings


HOUSEHOLD = rules()[0]["pop.household@1"]
BORIS = {"name": "Boris", "role": "spouse", "born": "1986-01-20"}


def test_what_is_not_listed_is_dropped_and_named_but_never_kept():
    raw = {"members": [{**BORIS, "income": 5}, {**BORIS, "income": 6}], "religion": "none"}
    kept, surplus = HOUSEHOLD.project(raw)
    assert kept == {"members": [BORIS, BORIS]}
    assert surplus == ("members[].income", "religion")


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        "text",
        {"members": None},
        {"members": {"0": BORIS}},
        {"members": ["Boris"]},
        {"members": [{**BORIS, "name": 5}]},
        {"members": [{**BORIS, "name": "a\u202eb"}]},
        {"members": [{**BORIS, "name": "x" * 5000}]},
        {"members": [{**BORIS, "role": "stranger"}]},
        {"members": [{**BORIS, "born": "1986-02-30"}]},
        {"members": [{"name": "Boris"}]},
        {"members": [BORIS] * 1001},
    ],
)
def test_a_wrong_answer_is_refused_and_its_values_are_never_told(raw):
    with pytest.raises(WrongAnswer) as wrong:
        HOUSEHOLD.project(raw)
    assert "Boris" not in str(wrong.value) and "1986" not in str(wrong.value)
    assert isinstance(wrong.value, ValueError)


def test_names_of_a_rule():
    assert (HOUSEHOLD.name, HOUSEHOLD.key, HOUSEHOLD.version) == ("pop.household", "pop_household", 1)
    assert HOUSEHOLD.rate == (5, "case", "day") and HOUSEHOLD.service_code == "household"
    assert HOUSEHOLD.lookup is None and rules()[0]["res.address@1"].lookup.list == "addresses"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: pop.household@1", "id: pop.household", "id does not have the right form"),
        (
            "registry: XE/GOV/1001/pop/household",
            "registry: ../household",
            "registry does not have the right form",
        ),
        ("share_class: conditional", "share_class: none", "forbids reading"),
        ("share_class: conditional", "share_class: open", "share_class is not one of"),
        ("  legal_basis: act\n", "", "no legal_basis"),
        ("  acr_min: substantial\n", "  acr_min: some\n", "acr_min is not one of"),
        ("tasks: [ask]", "tasks: []", "tasks is no list of words"),
        ("actors: [system]", "actors: system", "actors is no list of words"),
        ("preview: true", "preview: maybe", "neither true nor false"),
        ("retention: case+P30D", "retention: for ever", "retention does not have the right form"),
        ("rate: 5/case/day", "rate: often", "rate does not have the right form"),
        ("born: date", "born: day", "no type that is known"),
        ("preview: true", "preview: true\n  fields: all", "no key fields"),
        (
            "lookup: {value: code, exists: exists, label: text}",
            "lookup: {value: code}",
            "neither a search nor",
        ),
        ("- id: res.address@1", "- id: pop.household@2", "have the same name"),
    ],
)
def test_a_rule_that_leaves_anything_open_is_a_fault(old, new, said):
    assert old in RULES
    _, findings = rules(RULES.replace(old, new, 1))
    assert any(said in fault.text for fault in findings.errors), findings.errors
    assert all(fault.remedy and fault.line for fault in findings.errors)


def test_every_fault_of_every_rule_comes_at_once():
    broken = RULES.replace("actors: [system]", "actors: []").replace("preview:", "previews:")
    _, findings = rules(broken)
    assert len({fault.element for fault in findings.errors}) == 3
    assert len(findings.errors) >= 6
