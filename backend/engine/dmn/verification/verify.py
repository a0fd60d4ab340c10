"""Gaps, overlaps and rules without effect in a decision table, each with an example input.

The inputs are cut into cells that every test treats alike; what is asked of all values is asked of all
combinations of cells. A rule with a test that is no comparison with constants may hold or not: no gap is told
where it might hold, no overlap where it might not. null is left out: it satisfies few tests, and few tables
mean it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from backend.engine.dmn.table import Table
from backend.engine.feel.values import to_json

from .cells import Column, columns

MOST: Final = 10
"""Findings of one kind that are told of one table."""
STATES: Final = 50_000
"""Combinations of cells that are looked at before the answer is "unknown"."""


class Finding(msgspec.Struct, frozen=True):
    """Something about a table. kind: gap, overlap, unreachable, same, unused_output or unknown.

    rules: numbers from 1. example: input label → a value as JSON; inputs that do not matter are left out.
    """

    kind: str
    rules: tuple[int, ...]
    example: dict[str, Any]
    text: str
    remedy: str


class _TooMany(Exception):
    """More combinations than are looked at."""


def verify(table: Table) -> tuple[Finding, ...]:
    """All that is found, the gravest kind first."""
    if not table.inputs or not table.rules:
        return ()
    cut = columns(table)
    found: list[Finding] = []
    for look in (_gaps, _overlaps, _unreachable, _same, _unused):
        try:
            found += _first(look(table, cut))
        except _TooMany:
            name = look.__name__.strip("_")
            found.append(
                Finding("unknown", (), {}, f"too many combinations to look for {name}", "split the table")
            )
    return tuple(found)


def _first(found: Iterator[Finding]) -> list[Finding]:
    return [finding for finding, _ in zip(found, range(MOST), strict=False)]


# --- walks over combinations of cells ----------------------------------------------------------------------


def _walk(
    cut: tuple[Column, ...], start: int, wanted: Callable[[int], bool], alive: Callable[[int], bool]
) -> Iterator[dict[str, Any]]:
    """Examples of the combinations whose rules (as bits) are `wanted`; a branch ends when it is not `alive`.
    Combinations that lead to the same rules are looked at once."""
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[int, int, tuple[Any, ...]]] = [(0, start, ())]
    while stack:
        place, bits, chosen = stack.pop()
        if place == len(cut) or (wanted(bits) and not bits):
            if wanted(bits):
                yield {
                    column.label: to_json(value)
                    for column, value in zip(cut, chosen, strict=False)
                    if value is not None
                }
            continue
        for cell in reversed(cut[place].cells):
            after = bits & (cell.rules | cut[place].unsure)
            if alive(after) and (place + 1, after) not in seen:
                seen.add((place + 1, after))
                if len(seen) > STATES:
                    raise _TooMany
                stack.append((place + 1, after, (*chosen, cell.example)))


def _gaps(table: Table, cut: tuple[Column, ...]) -> Iterator[Finding]:
    """Inputs for which no rule holds and no default stands in."""
    if any(output.default is not None for output in table.outputs):
        return
    every = (1 << len(table.rules)) - 1
    for example in _walk(cut, every, lambda bits: not bits, lambda _: True):
        yield Finding("gap", (), example, f"no rule for {_said(example)}", "add a rule or a default output")


def _overlaps(table: Table, cut: tuple[Column, ...]) -> Iterator[Finding]:
    """Two rules for one input where only one may hold, or where all must agree."""
    if table.policy not in "UA":
        return
    sure = _sure(table, cut)
    for one in sure:
        for other in sure:
            if one >= other or (table.policy == "A" and _outputs(table, one) == _outputs(table, other)):
                continue
            both = 1 << one | 1 << other
            for example in _walk(cut, both, lambda bits: True, lambda bits, both=both: bits == both):  # type: ignore[misc]
                numbers = (one + 1, other + 1)
                text = f"rules {numbers[0]} and {numbers[1]} both hold for {_said(example)}"
                yield Finding("overlap", numbers, example, text, "narrow one of them, or choose FIRST")
                break


def _unreachable(table: Table, cut: tuple[Column, ...]) -> Iterator[Finding]:
    """Rules that no input reaches: their tests exclude one another, or other rules always come first."""
    sure = _sure(table, cut)
    for rule in sure:
        before = _before(table, rule, sure)
        own, start = 1 << rule, 1 << rule | before
        alone = lambda bits, own=own: bits == own
        lives = lambda bits, own=own: bool(bits & own)
        if next(_walk(cut, start, alone, lives), None) is None:
            never = next(_walk(cut, own, alone, lives), None) is None
            why = "its tests exclude one another" if never else "the rules before it take every case"
            text = f"rule {rule + 1} can never decide: {why}"
            yield Finding("unreachable", (rule + 1,), {}, text, "remove it, or move it up")


def _before(table: Table, rule: int, sure: list[int]) -> int:
    """Rules that win against a rule wherever both hold, as bits."""
    if table.policy == "F":
        return sum(1 << other for other in sure if other < rule)
    if table.policy == "P":
        places = {other: _places(table, other) for other in sure}
        mine = places[rule]
        if mine is None:
            return 0
        return sum(
            1 << other
            for other in sure
            if other != rule and (found := places[other]) is not None and (found, other) < (mine, rule)
        )
    return 0


def _same(table: Table, cut: tuple[Column, ...]) -> Iterator[Finding]:
    """Neighbours with equal outputs whose tests differ in one column only: one rule would do."""
    for one, other in zip(table.rules, table.rules[1:], strict=False):
        differ = [a != b for a, b in zip(one.texts, other.texts, strict=True)]
        if _texts_of(table, one.number - 1) == _texts_of(table, other.number - 1) and sum(differ) <= 1:
            numbers = (one.number, other.number)
            text = f"rules {numbers[0]} and {numbers[1]} give the same and differ in one test at most"
            yield Finding("same", numbers, {}, text, "join them into one rule")


def _unused(table: Table, cut: tuple[Column, ...]) -> Iterator[Finding]:
    """Listed output values that no rule and no default gives; only where every output is a constant."""
    for place, clause in enumerate(table.outputs):
        listed = clause.listed.evaluate({})[0] if clause.listed is not None else None
        given = [_constant(rule.outputs[place]) for rule in table.rules]
        if not listed or any(value is _UNKNOWN for value in given):
            continue
        default = _constant(clause.default) if clause.default is not None else None
        for value in listed:
            if value not in [*given, default]:
                name = clause.name or table.name
                text = f"no rule gives {to_json(value)!r} for {name}"
                yield Finding(
                    "unused_output", (), {}, text, "add the rule, or remove the value from the list"
                )


# --- outputs ---------------------------------------------------------------------------------------------

_UNKNOWN: Final = object()


def _constant(expression: Any) -> Any:
    """The value of an output that depends on nothing; _UNKNOWN otherwise."""
    if expression is None:
        return None
    return _UNKNOWN if expression.free else expression.evaluate({})[0]


def _outputs(table: Table, rule: int) -> list[Any]:
    values = [_constant(output) for output in table.rules[rule].outputs]
    return [object() if value is _UNKNOWN else value for value in values]


def _texts_of(table: Table, rule: int) -> list[str]:
    return [output.text if output is not None else "" for output in table.rules[rule].outputs]


def _places(table: Table, rule: int) -> tuple[int, ...] | None:
    """Where a rule's outputs stand in the lists of priorities; None when that is not constant."""
    found = []
    for clause, output in zip(table.outputs, table.rules[rule].outputs, strict=True):
        listed = clause.listed.evaluate({})[0] if clause.listed is not None else None
        value = _constant(output)
        if value is _UNKNOWN:
            return None
        found.append(listed.index(value) if listed and value in listed else len(listed or ()))
    return tuple(found)


def _sure(table: Table, cut: tuple[Column, ...]) -> list[int]:
    """Rules of which every test is a comparison with constants."""
    unsure = 0
    for column in cut:
        unsure |= column.unsure
    return [rule for rule in range(len(table.rules)) if not unsure >> rule & 1]


def _said(example: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in example.items()) or "any input"
