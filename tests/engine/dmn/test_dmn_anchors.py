"""Anchor values of decision tables (A-TABLE): what comes out when nothing, one or several rules hit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

LOW_THEN_HIGH = [["> 0", '"low"'], ["> 0", '"high"']]
LISTED = {"values": '"high","low"'}


def test_A_TABLE_two_hits_of_a_unique_table_are_null(hit: Callable[..., Any]) -> None:
    assert hit(1, "UNIQUE", LOW_THEN_HIGH).value is None


def test_A_TABLE_priority_takes_what_is_listed_first(hit: Callable[..., Any]) -> None:
    assert hit(1, "PRIORITY", LOW_THEN_HIGH, out=LISTED).value == "high"


@pytest.mark.parametrize("aggregation", ["SUM", "MIN", "MAX", "COUNT"])
def test_A_TABLE_aggregations_without_a_hit_are_null(hit: Callable[..., Any], aggregation: str) -> None:
    assert hit(0, "COLLECT", [["> 0", "5"]], aggregation).value is None


def test_A_TABLE_collect_with_one_hit_is_a_list_of_one(hit: Callable[..., Any]) -> None:
    assert hit(1, "COLLECT", [["> 0", "5"]]).value == [Decimal(5)]


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT"])
def test_A_TABLE_the_default_comes_only_when_nothing_hits(hit: Callable[..., Any], policy: str) -> None:
    default = {"default": "9"}
    assert hit(0, policy, [["> 0", "5"]], out=default).value == Decimal(9)
    assert hit(1, policy, [["> 0", "5"]], out=default).value in (Decimal(5), [Decimal(5)])


@pytest.mark.parametrize(
    ("entry", "value", "satisfied"),
    [
        ("-", None, True), ("not(1,2)", None, True), ("not(<5)", None, False), ("[1,2,[5..7]]", 6, True),
        ("? > 3 and ? < 9", 4, True), ("true", True, True),
    ],
)  # fmt: skip
def test_A_TABLE_entries(hit: Callable[..., Any], entry: str, value: Any, satisfied: bool) -> None:
    assert (hit(value, "UNIQUE", [[entry, "1"]]).value == Decimal(1)) is satisfied
