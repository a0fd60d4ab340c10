"""What a decision gives: its value, and a trace that lets a page show why."""

from typing import Any

import msgspec

from backend.engine.feel import Diagnostic


class TracedInput(msgspec.Struct, frozen=True):
    """An input column as it was evaluated. `text` is its FEEL, `label` what the author calls it."""

    id: str
    label: str
    text: str
    value: Any


class TracedRule(msgspec.Struct, frozen=True):
    """A rule that matched. number counts from 1; entries are its cells, annotations (column, text)."""

    id: str
    number: int
    entries: tuple[str, ...]
    outputs: dict[str, Any]
    annotations: tuple[tuple[str, str], ...]


class TracedTable(msgspec.Struct, frozen=True):
    """One evaluation of a decision table. chosen: numbers of the matched rules that made the result."""

    element: str
    name: str
    policy: str
    inputs: tuple[TracedInput, ...]
    matched: tuple[TracedRule, ...]
    chosen: tuple[int, ...]
    result: Any


class TracedDecision(msgspec.Struct, frozen=True):
    """One decision that was evaluated, with the values it was given, by name."""

    id: str
    name: str
    inputs: dict[str, Any]
    tables: tuple[TracedTable, ...]
    result: Any


class Outcome(msgspec.Struct, frozen=True):
    """The value asked for; every decision evaluated on the way, in order; and every diagnostic."""

    value: Any
    trace: tuple[TracedDecision, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def rules(self) -> tuple[TracedRule, ...]:
        """The rules that made the value asked for: those chosen in the last decision's tables."""
        tables = self.trace[-1].tables if self.trace else ()
        return tuple(rule for table in tables for rule in table.matched if rule.number in table.chosen)
