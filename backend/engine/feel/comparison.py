"""Equality and order between FEEL values, three-valued: True, False or None (F-EQ, F-ORD)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .run import Run
from .structures import Function, Range
from .temporal import NANO, Date, DateTime, DaysDuration, MonthsDuration, Time

PLAIN = frozenset({Decimal, str, bool, Date, DaysDuration, MonthsDuration})


def equal(run: Run, a: Any, b: Any) -> bool | None:
    """`a = b` (F-EQ-01 to 04)."""
    if a is None or b is None:
        return a is b
    kind = a.__class__
    if kind is not b.__class__:
        both = isinstance(a, Function) and isinstance(b, Function)
        return a is b if both else None
    if kind in PLAIN:
        return bool(a == b)
    if kind is list:
        return _equal_lists(run, a, b)
    if kind is dict:
        return _equal_contexts(run, a, b)
    if kind is Time or kind is DateTime:
        return _equal_moments(a, b)
    if kind is Range:
        return _equal_ranges(run, a, b)
    return _equal_functions(a, b) if isinstance(a, Function) else None


def _equal_lists(run: Run, a: list[Any], b: list[Any]) -> bool | None:
    if len(a) != len(b):
        return False
    run.charge(len(a) >> 3)
    result: bool | None = True
    for x, y in zip(a, b, strict=True):
        same = equal(run, x, y)
        if same is False:
            return False
        if same is None:
            result = None
    return result


def _equal_contexts(run: Run, a: dict[str, Any], b: dict[str, Any]) -> bool | None:
    if a.keys() != b.keys():
        return False
    return _equal_lists(run, list(a.values()), [b[key] for key in a])


def _equal_ranges(run: Run, a: Range, b: Range) -> bool | None:
    if (a.start_included, a.end_included) != (b.start_included, b.end_included):
        return False
    return _equal_lists(run, [a.start, a.end], [b.start, b.end])


def _equal_moments(a: Any, b: Any) -> bool:
    if (a.offset is None) != (b.offset is None):
        return False
    return moment(a, 0) == moment(b, 0)


def _equal_functions(a: Function, b: Function) -> bool:
    if a is b:
        return True
    code = getattr(a.body, "__code__", None)
    same_code = code is not None and code is getattr(b.body, "__code__", None)
    cells_a, cells_b = (getattr(f.body, "__closure__", None) or () for f in (a, b))
    return (
        same_code
        and a.parameters == b.parameters
        and all(x is y for x, y in zip(cells_a, cells_b, strict=False))
    )


def moment(value: Time | DateTime, offset: int | None) -> int:
    """Nanoseconds of an instant (a time: of the day in UTC); a local value is taken at `offset`."""
    own = value.offset if value.offset is not None else (offset or 0)
    return (value.nanos if isinstance(value, Time) else value.local) - own * NANO


def less(a: Any, b: Any) -> bool | None:
    """`a < b` (F-ORD-01, 03); None where there is no order."""
    kind = a.__class__
    if kind is not b.__class__:
        return None
    if kind is Decimal or kind is str:
        return bool(a < b)
    if kind is Date:
        return bool(a.key < b.key)
    if kind is Time or kind is DateTime:
        return moment(a, b.offset) < moment(b, a.offset)
    if kind is DaysDuration:
        return bool(a.nanos < b.nanos)
    if kind is MonthsDuration:
        return bool(a.months < b.months)
    return None


def at_most(run: Run, a: Any, b: Any) -> bool | None:
    """`a <= b`, which is `a < b or a = b` (F-ORD-02)."""
    smaller = less(a, b)
    if smaller is None or smaller:
        return smaller
    return equal(run, a, b)


def within(run: Run, value: Any, range_: Range) -> bool | None:
    """`value in range` (F-RANGE-03)."""
    low: bool | None = True
    high: bool | None = True
    if range_.start is not None:
        low = at_most(run, range_.start, value) if range_.start_included else less(range_.start, value)
    if range_.end is not None:
        high = at_most(run, value, range_.end) if range_.end_included else less(value, range_.end)
    if low is False or high is False:
        return False
    return True if low and high and (range_.start is not None or range_.end is not None) else None


def is_ordered(value: Any) -> bool:
    """True for a value of a kind that has an order."""
    return value.__class__ in ORDERED


ORDERED = frozenset({Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration})


def hashable_key(value: Any) -> Any:
    """A key equal for FEEL-equal simple values, or None if only `equal` can tell."""
    kind = value.__class__
    if kind in PLAIN or value is None:
        return kind, value
    return None
