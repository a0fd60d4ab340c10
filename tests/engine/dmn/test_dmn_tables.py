"""Decision tables by their rules: policies, outputs, defaults, allowed values, trace."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from backend.engine.dmn import read_dmn
from backend.engine.model import ModelFaults

TWO = [["> 0", '"a"'], ["> 1", '"b"'], ["> 2", '"a"']]
NUMBERS = [["> 0", "1"], ["> 1", "5"], ["> 2", "3"]]


def test_D_HIT_UNIQUE(hit: Callable[..., Any]) -> None:
    assert hit(1, "UNIQUE", TWO).value == "a"
    outcome = hit(2, "UNIQUE", TWO)
    assert outcome.value is None
    assert [(d.rule, d.text) for d in outcome.diagnostics] == [
        ("D-HIT-UNIQUE", "rules 1, 2 hit, where only one may")
    ]
    assert hit(0, "UNIQUE", TWO).value is None


def test_D_HIT_ANY(hit: Callable[..., Any]) -> None:
    same = [["> 0", '"a"'], ["> 1", '"a"']]
    assert hit(2, "ANY", same).value == "a"
    assert hit(2, "ANY", TWO).value is None


def test_D_HIT_FIRST(hit: Callable[..., Any]) -> None:
    outcome = hit(3, "FIRST", TWO)
    assert outcome.value == "a"
    assert [rule.number for rule in outcome.rules] == [1]
    assert hit(2, "FIRST", list(reversed(TWO))).value == "b"


def test_D_HIT_PRIORITY_and_OUTPUT_ORDER(hit: Callable[..., Any]) -> None:
    listed = {"values": '"b","a"'}
    assert hit(3, "PRIORITY", TWO, out=listed).value == "b"
    assert hit(3, "OUTPUT ORDER", TWO, out=listed).value == ["b", "a", "a"]
    two = [["> 0", '"low"', "1"], ["> 0", '"high"', "1"], ["> 0", '"high"', "2"]]
    first = hit(3, "PRIORITY", two, risk={"values": '"high","low"'}, n={"values": "2, 1"})
    assert first.value == {"risk": "high", "n": Decimal(2)}
    assert [rule.number for rule in first.rules] == [3]


def test_D_HIT_03_unlisted_output_comes_last(hit: Callable[..., Any]) -> None:
    outcome = hit(3, "OUTPUT ORDER", [["> 0", "9"], ["> 0", "1"]], out={"values": "1"})
    assert outcome.value == [Decimal(1), None]
    assert {d.rule for d in outcome.diagnostics} == {"D-TAB-04", "D-HIT-03"}


def test_D_HIT_COLLECT_and_RULE_ORDER(hit: Callable[..., Any]) -> None:
    assert hit(3, "COLLECT", TWO).value == ["a", "b", "a"]
    assert hit(1, "COLLECT", TWO).value == ["a"]
    assert hit(3, "RULE ORDER", TWO).value == ["a", "b", "a"]
    several = hit(2, "COLLECT", [["> 0", "1", "2"], ["> 1", "3", "4"]], p={}, q={})
    assert several.value == [{"p": Decimal(1), "q": Decimal(2)}, {"p": Decimal(3), "q": Decimal(4)}]


@pytest.mark.parametrize(
    ("aggregation", "x", "value"),
    [
        ("SUM", 3, 9),
        ("MIN", 3, 1),
        ("MAX", 3, 5),
        ("COUNT", 3, 3),
        ("COUNT", 1, 1),
        ("SUM", 0, None),
        ("COUNT", 0, None),
    ],
)
def test_D_HIT_SUM_MIN_MAX_COUNT(
    hit: Callable[..., Any], aggregation: str, x: int, value: int | None
) -> None:
    assert hit(x, "COLLECT", NUMBERS, aggregation).value == (None if value is None else Decimal(value))


def test_D_HIT_SUM_of_strings_is_null(hit: Callable[..., Any]) -> None:
    assert hit(3, "COLLECT", TWO, "SUM").value is None


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"])
def test_D_TAB_08_default_only_when_nothing_hits(hit: Callable[..., Any], policy: str) -> None:
    rules = [["> 5", '"a"']]
    assert hit(1, policy, rules, out={"default": '"none"'}).value == "none"
    assert hit(1, policy, rules).value is None
    hits = hit(6, policy, rules, out={"default": '"none"'}).value
    assert hits == (["a"] if policy in ("COLLECT", "RULE ORDER") else "a")


def test_D_TAB_08_defaults_of_several_outputs(hit: Callable[..., Any]) -> None:
    outcome = hit(1, "FIRST", [["> 5", "1", "2"]], p={"default": "0"}, q={})
    assert outcome.value == {"p": Decimal(0), "q": None}


def test_D_TAB_01_empty_cells(hit: Callable[..., Any]) -> None:
    outcome = hit(None, "FIRST", [["", ""], ["-", "1"]])
    assert outcome.value is None
    assert outcome.rules[0].number == 1


def test_D_TAB_03_inputs_not_allowed(build: Any) -> None:
    logic = build.table({"x": "[1..5]"}, {"out": {}}, [["-", '"y"']])
    read = read_dmn(build.model(build.input("x") + build.decision("D", logic, "#x")))
    assert read.evaluate("D", {"x": 3}).value == "y"
    outcome = read.evaluate("D", {"x": 9})
    assert outcome.value is None
    assert [(d.rule, d.element) for d in outcome.diagnostics] == [("D-TAB-03", "i1")]


def test_D_TAB_04_outputs_not_allowed(hit: Callable[..., Any]) -> None:
    outcome = hit(1, "UNIQUE", [["-", '"c"']], out={"values": '"a","b"'})
    assert outcome.value is None
    assert outcome.diagnostics[0].rule == "D-TAB-04"


def test_D_TRACE_01_says_why(build: Any) -> None:
    logic = build.table(
        {"days late": ""},
        {"fine": {"type": "number"}},
        [["<= 14", "0", "on time"], ["> 14", "25", "§ 5 (1)"], ["> 90", "100", "§ 5 (2)"]],
        "FIRST",
    )
    xml = build.model(
        build.input("days late", "number") + build.decision("Fine", logic, "#days_late", "number")
    )
    outcome = read_dmn(xml).evaluate("Fine", {"days late": 30})
    assert outcome.value == Decimal(25)
    decision = outcome.trace[-1]
    assert (decision.id, decision.name, decision.inputs) == ("fine", "Fine", {"days late": Decimal(30)})
    table = decision.tables[0]
    assert [(i.text, i.value) for i in table.inputs] == [("days late", Decimal(30))]
    assert table.policy == "F"
    rule = outcome.rules[0]
    assert (rule.id, rule.number, rule.entries, rule.outputs) == ("r2", 2, ("> 14",), {"fine": Decimal(25)})
    assert rule.annotations == (("Law", "§ 5 (1)"),)


def test_every_fault_at_once(build: Any) -> None:
    table = build.table({"x": ""}, {"p": {}, "q": {}}, [["> (", "1", "2"], ["1", "2"]], "COLLECT", "SUM")
    broken = build.decision("D", table, "#nowhere", "nosuchtype")
    circle = build.decision("E", build.literal("F"), "!f") + build.decision("F", build.literal("E +"), "!e")
    with pytest.raises(ModelFaults) as caught:
        read_dmn(build.model(broken + circle))
    found = {(fault.rule, fault.element) for fault in caught.value.faults}
    assert found >= {
        ("F-SYNTAX", "r1i1"),
        ("D-TAB-01", "r2"),
        ("D-HIT-02", "t"),
        ("D-ID-01", "d"),
        ("D-TYPE-05", "d"),
        ("D-CYC-01", "f"),
        ("F-SYNTAX", "f"),
    }
    assert all(fault.line and fault.remedy for fault in caught.value.faults)
