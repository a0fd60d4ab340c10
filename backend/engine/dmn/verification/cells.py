"""The cells of one input: values that every test of the column treats alike, each with one example."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

import msgspec

from backend.engine.dmn.table import Input, Rule, Table
from backend.engine.feel import FeelFault, compile_expression
from backend.engine.feel.comparison import equal, less
from backend.engine.feel.constants import constants
from backend.engine.feel.diagnostics import DEFAULT_LIMITS, LimitExceeded
from backend.engine.feel.run import Run
from backend.engine.feel.values import Date, DateTime, DaysDuration, MonthsDuration, Time

STEPS: Final[dict[type, str]] = {
    Date: '@"P1D"',
    DateTime: '@"PT1S"',
    Time: '@"PT1S"',
    DaysDuration: '@"PT1S"',
    MonthsDuration: '@"P1M"',
}
OTHER: Final = "any other text"


class Cell(msgspec.Struct, frozen=True):
    """One example value, and the rules (as bits, from 0) whose tests it satisfies."""

    example: Any
    rules: int


class Column(msgspec.Struct, frozen=True):
    """An input's cells. `unsure`: rules with a test that compares with more than constants; they are left out
    of every cell's bits."""

    label: str
    cells: tuple[Cell, ...]
    unsure: int


def columns(table: Table) -> tuple[Column, ...]:
    """Every input of a table in cells."""
    return tuple(_column(table, place, clause) for place, clause in enumerate(table.inputs))


def _column(table: Table, place: int, clause: Input) -> Column:
    run = Run(None, DEFAULT_LIMITS)
    values: list[Any] = []
    unsure = 0
    for bit, rule in enumerate(table.rules):
        found, whole = _constants(rule.texts[place])
        values += found
        unsure |= 0 if whole else 1 << bit
    if clause.allowed is not None:
        values += _constants(clause.allowed.text)[0]
    elif clause.type.kind == "boolean":
        values += [True, False]
    examples = [value for value in _examples(run, values) if _allowed(run, clause, value)]
    merged: dict[int, Any] = {}
    for value in examples or [None]:
        bits = _satisfied(run, table.rules, place, value) & ~unsure
        merged.setdefault(bits, value)
    return Column(clause.label, tuple(Cell(value, bits) for bits, value in merged.items()), unsure)


def _constants(text: str) -> tuple[list[Any], bool]:
    if text in ("", "-"):
        return [], True
    try:
        return constants(text)
    except FeelFault:
        return [], False


def _satisfied(run: Run, rules: tuple[Rule, ...], place: int, value: Any) -> int:
    """The rules whose test at this place holds, as bits; a rule without a test there holds."""
    bits = 0
    for bit, rule in enumerate(rules):
        if all(_holds(run, test, value) for at, test, _ in rule.tests if at == place):
            bits |= 1 << bit
    return bits


def _holds(run: Run, test: Any, value: Any) -> bool:
    try:
        return test(run, {}, value) is True
    except (ArithmeticError, LimitExceeded, RecursionError):
        return False


def _allowed(run: Run, clause: Input, value: Any) -> bool:
    """Whether inputValues, or else the type, let a value through (D-TAB-03)."""
    if value is None:
        return True
    if clause.allowed is not None:
        return _holds(run, clause.allowed.function, value)
    return all(test(value) for test in clause.type.allowed)


# --- examples --------------------------------------------------------------------------------------------


def _examples(run: Run, values: list[Any]) -> list[Any]:
    """Each constant, one value between every two, one before the first and one after the last."""
    found: list[Any] = []
    for kind in dict.fromkeys(type(value) for value in values):
        known = _distinct(run, [value for value in values if type(value) is kind])
        if kind is str:
            found += [*known, *_texts(known)]
        elif kind is bool:
            found += [True, False]
        elif kind is Decimal or kind in STEPS:
            found += _ordered(known, kind)
        else:
            found += known
    return found


def _distinct(run: Run, values: Iterable[Any]) -> list[Any]:
    known: list[Any] = []
    for value in values:
        if not any(equal(run, value, other) is True for other in known):
            known.append(value)
    return known


def _texts(known: list[str]) -> list[str]:
    """A text that none of them is; one just behind each, for tests of order."""
    other = OTHER
    while other in known:
        other += "."
    behind = [text + "\x01" for text in known]
    return [other, "", *(text for text in behind if text not in known)]


def _ordered(known: list[Any], kind: type) -> list[Any]:
    known.sort(key=cmp_to_key(lambda a, b: -1 if less(a, b) else 1 if less(b, a) else 0))
    step = STEPS.get(kind, "1")
    found = [_made("a - " + step, known[0], known[0])]
    for a, b in itertools.pairwise(known):
        found += [a, _made("(a + b) / 2" if kind is Decimal else "a + " + step, a, b)]
        if less(a, found[-1]) is not True or less(found[-1], b) is not True:
            found.pop()
    found += [known[-1], _made("a + " + step, known[-1], known[-1])]
    return [value for value in _beyond(found, known) if value is not None]


def _beyond(found: list[Any], known: list[Any]) -> list[Any]:
    """Without what went round the clock: times have a first and a last."""
    first, last = found[0], found[-1]
    kept = found[1:-1]
    if first is not None and less(first, known[0]):
        kept.insert(0, first)
    if last is not None and less(known[-1], last):
        kept.append(last)
    return kept


def _made(text: str, a: Any, b: Any) -> Any:
    return compile_expression(text).evaluate({"a": a, "b": b})[0]
