"""FEEL in packs: compiled at load, every parse fault noted with its place; evaluated without ever raising."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from backend.engine.feel import FeelFault, LimitExceeded, compile_expression
from backend.procedures.faults import Findings

FEEL_MAX = 4096
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORD = re.compile(r"[^\W\d]\w*")


class Place:
    """Where an expression stands, for faults: file and element."""

    __slots__ = ("element", "file", "findings")

    def __init__(self, findings: Findings, file: str, element: str | None = None) -> None:
        self.findings = findings
        self.file = file
        self.element = element

    def at(self, element: str) -> Place:
        return Place(self.findings, self.file, element)

    def fault(self, rule: str, text: str, remedy: str) -> None:
        self.findings.add(self.file, rule, text, remedy, element=self.element)


class Feel:
    """One compiled FEEL expression; `words` are the names that its text mentions."""

    __slots__ = ("_compiled", "text", "words")

    def __init__(self, text: str, compiled: Any) -> None:
        self.text = text
        self.words = frozenset(_WORD.findall(_STRING.sub("", text)))
        self._compiled = compiled

    def value(self, context: Mapping[str, Any], now: datetime | None = None) -> Any:
        """The value; null where FEEL gives null, and where it would cost more than its limits (A15)."""
        try:
            value, _diagnostics = self._compiled.evaluate(context, now=now or datetime.now(UTC))
        except LimitExceeded:
            return None
        return value


def compile_feel(text: str, names: Iterable[str], place: Place) -> Feel | None:
    """Compile `text` (a leading = is dropped); None and a fault if it does not parse."""
    body = text[1:] if text.startswith("=") else text
    if len(body) > FEEL_MAX:
        place.fault("PACK-FEEL-02", f"The expression is longer than {FEEL_MAX} characters.", "Split it.")
        return None
    try:
        return Feel(body, compile_expression(body, names=frozenset(names)))
    except FeelFault as fault:
        shown = body if len(body) <= 80 else body[:77] + "…"
        place.fault("PACK-FEEL-01", f"FEEL does not parse: {fault}", f"Correct the expression: {shown}")
        return None
