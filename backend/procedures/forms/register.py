"""The register search behind a field, over any way to ask a lookup rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backend.procedures.forms.nodes import Option
from backend.procedures.rules import AccessRule

LookUp = Callable[[AccessRule, dict[str, Any]], Mapping[str, Any] | None]
"""Asks a lookup rule; None while the register is silent."""


class Register:
    """A `Source` for forms: what `lookup` in rules.yaml says, asked by `look_up`; exact answers are kept."""

    def __init__(self, rules: Mapping[str, AccessRule], look_up: LookUp) -> None:
        self._rules = rules
        self._look_up = look_up
        self._known: dict[tuple[str, str], Option | None] = {}

    def find(self, rule: str, text: str, limit: int = 8) -> list[Option]:
        """Entries that fit the text; none while the register is silent."""
        access = self._rules[rule]
        how = access.lookup
        assert how is not None
        asked: dict[str, Any] = {how.text: text[:200]} | ({how.limit: limit} if how.limit else {})
        answer = self._look_up(access, asked)
        rows = answer.get(how.list) if answer else None
        found = [_option(row, how.value, how.label, how.description) for row in rows or []]
        return found[:limit]

    def exact(self, rule: str, value: str) -> Option | None:
        """The entry with this value; while the register is silent the value itself, for an officer to see."""
        if (rule, value) not in self._known:
            access = self._rules[rule]
            how = access.lookup
            assert how is not None
            answer = self._look_up(access, {how.value: value})
            if answer is None:
                return Option(value, value)
            known = answer.get(how.exists) is True
            self._known[rule, value] = Option(value, str(answer.get(how.label) or value)) if known else None
        return self._known[rule, value]


def _option(row: Mapping[str, Any], value: str, label: str, description: str) -> Option:
    return Option(str(row[value]), str(row.get(label) or row[value]), str(row.get(description) or ""))
