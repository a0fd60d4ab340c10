"""Properties of dates, times, durations and ranges (F-DT-07)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from . import calendar
from .run import MISSING
from .structures import Range
from .temporal import DAY, NANO, Date, DateTime, DaysDuration, MonthsDuration, Time

HOUR, MINUTE = 3600, 60


def _second(nanos: int) -> Decimal:
    """Seconds within the minute, with the fraction if there is one."""
    whole, nano = divmod(nanos % (MINUTE * NANO), NANO)
    return Decimal(whole) + Decimal(nano).scaleb(-9).normalize() if nano else Decimal(whole)


def _offset(value: Time | DateTime) -> DaysDuration | None:
    return None if value.offset is None else DaysDuration(value.offset * NANO)


def _part(nanos: int, unit: int, modulo: int = 0) -> Decimal:
    """Whole units of a duration, truncated toward zero, with its sign."""
    size = abs(nanos) // (unit * NANO)
    size = size % modulo if modulo else size
    return Decimal(-size if nanos < 0 else size)


def _years(months: int) -> Decimal:
    return Decimal(-(-months // 12) if months < 0 else months // 12)


def _months(months: int) -> Decimal:
    return Decimal(-(-months % 12) if months < 0 else months % 12)


_DATE: dict[str, Callable[[Date], Any]] = {
    "year": lambda d: Decimal(d.year),
    "month": lambda d: Decimal(d.month),
    "day": lambda d: Decimal(d.day),
    "weekday": lambda d: Decimal(calendar.weekday(d.days)),
}
_CLOCK: dict[str, Callable[[Any], Any]] = {
    "hour": lambda t: Decimal(t.nanos // (HOUR * NANO)),
    "minute": lambda t: Decimal(t.nanos // (MINUTE * NANO) % 60),
    "second": lambda t: _second(t.nanos),
    "time offset": _offset,
    "timezone": lambda t: t.zone,
}
_OF_DAYS: dict[str, Callable[[DaysDuration], Any]] = {
    "days": lambda d: _part(d.nanos, DAY),
    "hours": lambda d: _part(d.nanos, HOUR, 24),
    "minutes": lambda d: _part(d.nanos, MINUTE, 60),
    "seconds": lambda d: _second(abs(d.nanos)) * (-1 if d.nanos < 0 else 1) + 0,
}
_OF_MONTHS: dict[str, Callable[[MonthsDuration], Any]] = {
    "years": lambda d: _years(d.months),
    "months": lambda d: _months(d.months),
}
_RANGE: dict[str, Callable[[Range], Any]] = {
    "start": lambda r: r.start,
    "end": lambda r: r.end,
    "start included": lambda r: r.start_included,
    "end included": lambda r: r.end_included,
}
_BY_KIND: dict[type, dict[str, Callable[[Any], Any]]] = {
    Date: _DATE,
    Time: _CLOCK,
    DateTime: {
        **{name: (lambda d, f=f: f(d.date)) for name, f in _DATE.items()},  # type: ignore[misc]
        **_CLOCK,
    },
    DaysDuration: _OF_DAYS,
    MonthsDuration: _OF_MONTHS,
    Range: _RANGE,
}


def property_of(value: Any, name: str) -> Any:
    """The property, or MISSING."""
    found = _BY_KIND.get(value.__class__, {}).get(name)
    return found(value) if found is not None else MISSING
