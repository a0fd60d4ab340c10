"""What can be known of types when a model is read: constants that cannot be what is declared (D-TYPE-04).

All of it is told and nothing refused: such a cell is legal, it only never holds or always gives null.
"""

from typing import Any, Final

from backend.engine.feel import Expression, FeelFault, LimitExceeded, Limits
from backend.engine.feel.arithmetic import kind_name
from backend.engine.feel.conformance import converted
from backend.engine.feel.constants import constants
from backend.engine.feel.structures import Range
from backend.engine.feel.types import ANY, Type
from backend.engine.model import Element
from backend.engine.model.faults import WARNING

from .source import Source
from .table import Input

BRIEF: Final = Limits(steps=1_000)
_ORDERED: Final = frozenset(
    {"number", "string", "boolean", "date", "time", "date and time", "days and time duration"}
    | {"years and months duration"}
)


def tell_of_value(
    source: Source, element: Element, at: str, compiled: Expression | None, wanted: Type
) -> None:
    """Tell of an expression without variables whose value cannot be bound to the declared type."""
    if compiled is None or wanted is ANY or compiled.free:
        return
    try:
        value, said = compiled.evaluate({}, None, BRIEF)
    except LimitExceeded:
        return
    if not said and value is not None and not converted(value, wanted)[1]:
        text = f"{at}: {_named(value)} is not {wanted}, so it gives null"
        source.fault(element, "D-TYPE-04", text, "correct the value or the type", WARNING)


def tell_of_tests(source: Source, element: Element, at: str, text: str, clause: Input | None) -> None:
    """Tell of a test that compares an input with constants of another kind than its own."""
    if clause is None or clause.type.kind not in _ORDERED:
        return
    try:
        values, whole = constants(text)
    except FeelFault:
        return
    bare = Type(clause.type.kind)
    odd = [value for value in values if whole and not _comparable(value, bare)]
    if odd:
        said = f"{at}: {_named(odd[0])} is compared with {clause.label}, which is {clause.type}"
        source.fault(element, "D-TYPE-04", said, "correct the value or the type of the input", WARNING)


def _comparable(value: Any, wanted: Type) -> bool:
    if value.__class__ is list:
        return all(_comparable(item, wanted) for item in value)
    if value.__class__ is Range:
        return all(end is None or _comparable(end, wanted) for end in (value.start, value.end))
    return value is None or value.__class__ is bool or converted(value, wanted)[1]


def _named(value: Any) -> str:
    return f"a value of kind {kind_name(value)}"
