"""Gaps, overlaps and rules without effect: each found with an example, none where there is none."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.engine.dmn import read_dmn
from backend.engine.dmn.table import Table
from backend.engine.dmn.verification import verify
from tests.engine.dmn.conftest import decision_xml, model, table_xml

OUT: dict[str, dict[str, str]] = {"out": {}}


def table(rules: list[list[str]], policy: str = "UNIQUE", inputs: Any = None, outputs: Any = None) -> Table:
    """A table over x (and y)."""
    inputs = inputs or dict.fromkeys("xy"[: len(rules[0]) - len(outputs or OUT)], "")
    logic = table_xml(inputs, outputs or OUT, rules, policy)
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>' for name in inputs
    )
    xml = model(data + decision_xml("D", logic, " ".join("#" + name for name in inputs)))
    read = read_dmn(xml)
    return next(node.logic for node in read.nodes.values() if isinstance(node.logic, Table))


def found(rules: list[list[str]], policy: str = "UNIQUE", **more: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.kind, each.rules) for each in verify(table(rules, policy, **more))]


def examples(rules: list[list[str]], policy: str = "UNIQUE", **more: Any) -> list[dict[str, Any]]:
    return [each.example for each in verify(table(rules, policy, **more)) if each.kind == "gap"]


def test_a_whole_table_has_nothing_to_tell() -> None:
    assert found([["< 5", "1"], ["[5..10]", "2"], ["> 10", "3"]]) == []
    assert found([['"a"', "1"], ['not("a")', "2"]]) == []
    assert found([["true", "1"], ["false", "2"]]) == []
    assert found([["-", "1"]]) == []


def test_a_gap_between_two_numbers_is_told_with_one_of_them() -> None:
    assert examples([["<= 14", "1"], [">= 15", "2"]]) == [{"x": Decimal("14.5")}]
    assert examples([["< 5", "1"], ["> 5", "2"]]) == [{"x": Decimal(5)}]
    assert examples([['date("2026-01-01")', "1"], ['> date("2026-01-01")', "2"]]) == [{"x": "2025-12-31"}]


def test_a_gap_of_texts_and_of_a_missing_boolean() -> None:
    assert examples([['"a"', "1"], ['"b"', "2"]]) == [{"x": "any other text"}]
    assert examples([["true", "1"]]) == [{"x": False}]


def test_allowed_values_bound_what_is_missing() -> None:
    rules = [['"a"', "1"], ['"b"', "2"]]
    assert examples(rules, inputs={"x": '"a", "b"'}) == []
    assert examples(rules, inputs={"x": '"a", "b", "c"'}) == [{"x": "c"}]
    assert examples([["[1..5]", "1"]], inputs={"x": "[1..6]"}) != []


def test_a_default_output_closes_the_gap() -> None:
    assert examples([["< 5", "1"]], outputs={"out": {"default": "0"}}) == []


def test_gaps_over_two_inputs_name_both() -> None:
    rules = [["< 5", "true", "1"], ["< 5", "false", "2"], [">= 5", "true", "3"]]
    assert examples(rules) == [{"x": Decimal(5), "y": False}]


def test_overlaps_where_one_rule_may_hold() -> None:
    assert found([["< 10", "1"], ["> 5", "2"]]) == [("overlap", (1, 2))]
    assert found([["< 10", "1"], ["> 5", "1"]], "ANY") == [("same", (1, 2))]
    assert found([["< 10", "1"], ["> 5", "2"]], "ANY") == [("overlap", (1, 2))]
    assert found([["< 10", "1"], ["> 5", "2"]], "FIRST") == []


def test_a_rule_that_others_always_forestall() -> None:
    assert found([["> 5", "1"], ["> 9", "2"], ["<= 5", "3"]], "FIRST") == [("unreachable", (2,))]
    assert found([["< 5", "1"], [">= 5", "2"], ["-", "3"]], "FIRST") == [("unreachable", (3,))]
    listed = {"out": {"values": '"high", "low"'}}
    assert found([["-", '"low"'], ["-", '"high"']], "PRIORITY", outputs=listed) == [("unreachable", (1,))]


def test_a_rule_whose_tests_exclude_one_another() -> None:
    assert ("unreachable", (1,)) in found([["? > 5 and ? < 3", "1"], ["-", "2"]], "FIRST")
    assert ("unreachable", (1,)) in found([["> 9", "1"], ["-", "2"]], "FIRST", inputs={"x": "[1..5]"})


def test_tests_that_ask_more_than_constants_claim_nothing() -> None:
    assert found([['starts with(?, "a")', "1"], ['"b"', "2"]]) == []
    assert found([["< y", "1"], [">= 5", "2"]], inputs={"x": ""}) == []


def test_an_output_value_that_no_rule_gives() -> None:
    listed = {"out": {"values": '"a", "b"'}}
    assert found([["-", '"a"']], outputs=listed) == [("unused_output", ())]
    assert found([["< 5", '"a"'], [">= 5", 'if x > 9 then "a" else "b"']], outputs=listed) == []


def test_a_table_too_large_is_said_to_be_unknown() -> None:
    columns = 22
    rules = [["true" if n == k else "-" for k in range(columns)] + [str(n)] for n in range(columns)]
    inputs = {f"b{n}": "" for n in range(columns)}
    assert any(kind in ("gap", "unknown") for kind, _ in found(rules, inputs=inputs))


TESTS = st.sampled_from(["-", "< 2", "<= 2", "2", "> 2", "[1..3]", "(1..3)", "> 3", "1, 3", "not(2)", ">= 1"])
GRID = [Decimal(n) / 4 for n in range(-2, 20)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TESTS, TESTS), min_size=1, max_size=5))
def test_as_trying_every_value_says(cells: list[tuple[str, str]]) -> None:
    made = table([[a, b, str(n)] for n, (a, b) in enumerate(cells)])
    holds = {
        (x, y): [
            rule.number
            for rule in made.rules
            if all(_holds(test, (x, y)[place]) for place, test, _ in rule.tests)
        ]
        for x, y in itertools.product(GRID, GRID)
    }
    told = verify(made)
    assert any(each.kind == "gap" for each in told) == any(not rules for rules in holds.values())
    both = {pair for rules in holds.values() for pair in itertools.combinations(rules, 2)}
    assert {each.rules for each in told if each.kind == "overlap"} == both
    never = {rule.number for rule in made.rules} - {n for rules in holds.values() for n in rules}
    assert {each.rules[0] for each in told if each.kind == "unreachable"} == never


def _holds(test: Any, value: Decimal) -> bool:
    from backend.engine.feel.diagnostics import DEFAULT_LIMITS
    from backend.engine.feel.run import Run

    return test(Run(None, DEFAULT_LIMITS), {}, value) is True
