"""The types of FEEL and the relation "conforms to" between types (F-TYPE)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec


class Type(msgspec.Struct, frozen=True):
    """A type: `kind` is a simple name, or list, range, context, function with its parts.

    parts: list, range: (T,); function: (P1, …, result); context: types in the order of `names`.
    allowed: extra tests of an item definition; a value conforms only if all give true.
    collection marks an item definition's own name, for messages.
    """

    kind: str
    parts: tuple[Type, ...] = ()
    names: tuple[str, ...] = ()
    allowed: tuple[Callable[[Any], bool], ...] = ()
    name: str = ""

    def __str__(self) -> str:
        if self.name:
            return self.name
        if self.kind == "context" and self.names:
            entries = ", ".join(f"{n}: {t}" for n, t in zip(self.names, self.parts, strict=True))
            return f"context<{entries}>"
        if self.kind == "function" and self.parts:
            return f"function<{', '.join(map(str, self.parts[:-1]))}>->{self.parts[-1]}"
        return f"{self.kind}<{', '.join(map(str, self.parts))}>" if self.parts else self.kind


ANY = Type("Any")
NULL = Type("Null")
NUMBER = Type("number")
STRING = Type("string")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
DAYS = Type("days and time duration")
MONTHS = Type("years and months duration")

SIMPLE: dict[str, Type] = {
    t.kind: t for t in (ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS, MONTHS)
}
# Spellings of DMN 1.1 and of typeRef attributes.
ALIASES = {
    "dateTime": DATE_TIME,
    "dayTimeDuration": DAYS,
    "yearMonthDuration": MONTHS,
    "any": ANY,
    "null": NULL,
}


def simple_type(name: str) -> Type | None:
    """The built-in type of this name, or None."""
    return SIMPLE.get(name) or ALIASES.get(name)


def result_of(declared: Type) -> Type:
    """The type of a function's result, where the type of the function or of its result may be declared."""
    if declared.kind != "function":
        return declared
    return declared.parts[-1] if declared.parts else ANY


def conforms_type(a: Type, b: Type) -> bool:
    """True if type a conforms to type b (F-TYPE-02)."""
    if b.kind == "Any" or a.kind == "Null":
        return True
    if a.kind != b.kind:
        return False
    if a.kind == "context":
        have = dict(zip(a.names, a.parts, strict=True))
        return all(n in have and conforms_type(have[n], t) for n, t in zip(b.names, b.parts, strict=True))
    if a.kind == "function":
        if not b.parts or not a.parts:
            return not b.parts
        return (
            len(a.parts) == len(b.parts)
            and all(conforms_type(pb, pa) for pa, pb in zip(a.parts[:-1], b.parts[:-1], strict=True))
            and conforms_type(a.parts[-1], b.parts[-1])
        )
    return all(conforms_type(pa, pb) for pa, pb in zip(a.parts, b.parts, strict=False))
