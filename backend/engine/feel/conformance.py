"""Whether a value is of a type, and the three conversions that bindings allow (F-INST, F-CONV)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .arithmetic import kind_name, midnight
from .run import Run, Truth
from .structures import Function, Range
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from .types import ANY, Type, conforms_type

_CLASSES: dict[str, type] = {
    "number": Decimal, "string": str, "boolean": bool, "date": Date, "time": Time, "date and time": DateTime,
    "days and time duration": DaysDuration, "years and months duration": MonthsDuration, "list": list,
    "range": Range, "context": dict, "function": Function,
}  # fmt: skip


def conforms(value: Any, wanted: Type) -> bool:
    """True if the value, null included, may be bound where this type is declared."""
    if value is None or wanted is ANY:
        return True
    if wanted.kind != "Any" and not _structure(value, wanted):
        return False
    return all(test(value) for test in wanted.allowed)


def _structure(value: Any, wanted: Type) -> bool:
    if not _is_of(value, _CLASSES.get(wanted.kind)):
        return False
    if not wanted.parts:
        return True
    if wanted.kind == "list":
        return all(conforms(item, wanted.parts[0]) for item in value)
    if wanted.kind == "range":
        return conforms(value.start, wanted.parts[0]) and conforms(value.end, wanted.parts[0])
    if wanted.kind == "context":
        return all(
            n in value and conforms(value[n], t) for n, t in zip(wanted.names, wanted.parts, strict=True)
        )
    return conforms_type(function_type(value), wanted)


def _is_of(value: Any, expected: type | None) -> bool:
    return expected is not None and isinstance(value, expected)


def function_type(value: Function) -> Type:
    """The type of a function value, by its declared parameters and its declared or evident result."""
    return Type("function", (*value.types, value.inferred if value.result is ANY else value.result))


def is_instance(run: Run, at: int, value: Any, wanted: Type | None) -> Truth:
    """`value instance of wanted`; wanted is None for an unknown type (F-INST)."""
    if wanted is None:
        return run.null("F-INST-02", "unknown type", at)
    if value is None:
        return wanted.kind == "Null"
    return wanted.kind != "Null" and conforms(value, wanted)


def converted(value: Any, wanted: Type) -> tuple[Any, bool]:
    """(value after F-CONV-01, 02, 04; True) or (None, False) if it cannot be bound.

    A function that declares no result takes the declared one, which is then checked at every call.
    """
    if conforms(value, wanted):
        return value, True
    if wanted.kind == "list" and value.__class__ is not list and conforms([value], wanted):
        return [value], True
    if value.__class__ is list and wanted.kind != "list" and len(value) == 1 and conforms(value[0], wanted):
        return value[0], True
    if value.__class__ is Date and wanted.kind == "date and time":
        moment = midnight(value)
        if conforms(moment, wanted):
            return moment, True
    if isinstance(value, Function) and value.result is ANY and wanted.kind == "function" and wanted.parts:
        typed = Function(value.parameters, value.body, value.types, value.name, wanted.parts[-1])
        if conforms(typed, wanted):
            return typed, True
    return None, False


def is_plainly(value: Any, wanted: Type) -> bool:
    """True where the class alone tells that a value is of a type."""
    return value.__class__ is _CLASSES.get(wanted.kind) and not wanted.parts and not wanted.allowed


def plain_class(wanted: Type) -> type | None:
    """The class all of whose values are of a type; None where more than the class decides."""
    return None if wanted.parts or wanted.allowed else _CLASSES.get(wanted.kind)


def bind(run: Run, at: int, value: Any, wanted: Type, what: str) -> Any:
    """The value converted to a declared type, or null with a diagnostic (F-CONV-03)."""
    if wanted is ANY or is_plainly(value, wanted):
        return value
    bound, fits = converted(value, wanted)
    return bound if fits else run.null("F-CONV-03", f"{what}: {kind_name(value)} is not {wanted}", at)
