"""The operators + - * / ** over numbers, strings, dates, times and durations (table of A6, F-AR)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from . import calendar, numbers
from .numbers import CONTEXT
from .run import Run
from .temporal import DAY_NANOS, Date, DateTime, DaysDuration, MonthsDuration, TemporalError, Time

_plus, _minus, _times = CONTEXT.add, CONTEXT.subtract, CONTEXT.multiply


def add(run: Run, at: int, a: Any, b: Any) -> Any:
    """a + b"""
    if a.__class__ is Decimal and b.__class__ is Decimal:
        try:
            return _plus(a, b)
        except ArithmeticError:
            return out_of_range(run, at)
    if a.__class__ is str and b.__class__ is str:
        return run.checked_text(a + b)
    return _general(run, at, "+", a, b)


def subtract(run: Run, at: int, a: Any, b: Any) -> Any:
    """a - b"""
    if a.__class__ is Decimal and b.__class__ is Decimal:
        try:
            return _minus(a, b)
        except ArithmeticError:
            return out_of_range(run, at)
    return _general(run, at, "-", a, b)


def multiply(run: Run, at: int, a: Any, b: Any) -> Any:
    """a * b"""
    if a.__class__ is Decimal and b.__class__ is Decimal:
        try:
            return _times(a, b) or numbers.unsigned_zero(_times(a, b))
        except ArithmeticError:
            return out_of_range(run, at)
    return _general(run, at, "*", a, b)


def divide(run: Run, at: int, a: Any, b: Any) -> Any:
    """a / b"""
    if a.__class__ is Decimal and b.__class__ is Decimal:
        if not b:
            return run.null("F-NUM-02", "division by zero", at)
        try:
            return numbers.divide(a, b)
        except ArithmeticError:
            return out_of_range(run, at)
    return _general(run, at, "/", a, b)


def power(run: Run, at: int, a: Any, b: Any) -> Any:
    """a ** b"""
    if a.__class__ is Decimal and b.__class__ is Decimal:
        try:
            return numbers.power(a, b)
        except ArithmeticError:
            return run.null("F-NUM-03", "no such power", at)
    return _general(run, at, "**", a, b)


def negate(run: Run, at: int, a: Any) -> Any:
    """-a: numbers only (F-AR-03)."""
    if a.__class__ is Decimal:
        return _minus(numbers.ZERO, a)
    if a.__class__ is list and len(a) == 1 and a[0].__class__ is Decimal:
        return _minus(numbers.ZERO, a[0])
    return run.null("F-AR-03", f"- of {kind_name(a)}", at)


def out_of_range(run: Run, at: int) -> Any:
    """Null for a number that 34 digits cannot hold."""
    return run.null("F-NUM-01", "the number is out of range", at)


def _single(value: Any) -> Any:
    """A list of one item stands for the item (F-CONV-02)."""
    return value[0] if value.__class__ is list and len(value) == 1 else value


def _general(run: Run, at: int, op: str, a: Any, b: Any) -> Any:
    if a.__class__ is list or b.__class__ is list:
        x, y = _single(a), _single(b)
        if x is not a or y is not b:
            return OPERATORS[op](run, at, x, y)
    rule = _TABLE.get((op, a.__class__, b.__class__))
    if rule is None:
        return run.null("F-AR-01", f"{kind_name(a)} {op} {kind_name(b)}", at)
    try:
        value = rule(a, b)
    except (TemporalError, ArithmeticError):
        return run.null("F-AR-01", f"the result of {op} is out of range", at)
    return (
        value
        if value is not None
        else run.null("F-AR-01", f"{kind_name(a)} {op} {kind_name(b)}: no result", at)
    )


# -- the table ---------------------------------------------------------------------------------------------


def _date_months(date: Date, months: int) -> Date:
    return Date(*calendar.add_months(date.year, date.month, date.day, months))


def _moment_months(moment: DateTime, months: int) -> DateTime:
    date = _date_months(moment.date, months)
    if moment.zone is not None:
        return DateTime.at(date, moment.nanos, None, moment.zone)
    return DateTime(date, moment.nanos, moment.offset)


def _date_nanos(date: Date, nanos: int) -> Date:
    return Date.from_days((date.days * DAY_NANOS + nanos) // DAY_NANOS)


def _moment_nanos(moment: DateTime, nanos: int) -> DateTime:
    instant = moment.instant() + nanos
    return DateTime.of_instant(instant, moment.offset, moment.zone)


def midnight(date: Date) -> DateTime:
    """A date where a date and time is wanted: 00:00:00 UTC (F-CONV-04)."""
    return DateTime(date, 0, 0)


def _between_moments(a: DateTime, b: DateTime) -> DaysDuration | None:
    if (a.offset is None) != (b.offset is None):
        return None
    return DaysDuration(a.instant() - b.instant())


def _between_times(a: Time, b: Time) -> DaysDuration | None:
    if (a.offset is None) != (b.offset is None):
        return None
    return DaysDuration(a.nanos - b.nanos - ((a.offset or 0) - (b.offset or 0)) * 1_000_000_000)


def _scaled(amount: int, factor: Decimal, divide_by: bool = False) -> int:
    """amount * factor or amount / factor, toward zero."""
    if divide_by and not factor:
        raise ZeroDivisionError
    exact = (
        numbers.SCALING.divide(Decimal(amount), factor)
        if divide_by
        else numbers.SCALING.multiply(Decimal(amount), factor)
    )
    if exact.adjusted() > 40:
        raise TemporalError("duration out of range")
    return int(exact)


def _ratio(a: int, b: int) -> Decimal:
    if not b:
        raise ZeroDivisionError
    return numbers.divide(Decimal(a), Decimal(b))


_TABLE: dict[tuple[str, type, type], Callable[[Any, Any], Any]] = {
    ("+", MonthsDuration, MonthsDuration): lambda a, b: MonthsDuration(a.months + b.months),
    ("-", MonthsDuration, MonthsDuration): lambda a, b: MonthsDuration(a.months - b.months),
    ("+", DaysDuration, DaysDuration): lambda a, b: DaysDuration(a.nanos + b.nanos),
    ("-", DaysDuration, DaysDuration): lambda a, b: DaysDuration(a.nanos - b.nanos),
    ("-", DateTime, DateTime): _between_moments,
    ("-", Date, Date): lambda a, b: DaysDuration((a.days - b.days) * DAY_NANOS),
    ("-", Date, DateTime): lambda a, b: _between_moments(midnight(a), b),
    ("-", DateTime, Date): lambda a, b: _between_moments(a, midnight(b)),
    ("-", Time, Time): _between_times,
    ("+", Date, MonthsDuration): lambda a, b: _date_months(a, b.months),
    ("-", Date, MonthsDuration): lambda a, b: _date_months(a, -b.months),
    ("+", DateTime, MonthsDuration): lambda a, b: _moment_months(a, b.months),
    ("-", DateTime, MonthsDuration): lambda a, b: _moment_months(a, -b.months),
    ("+", MonthsDuration, Date): lambda a, b: _date_months(b, a.months),
    ("+", MonthsDuration, DateTime): lambda a, b: _moment_months(b, a.months),
    ("+", Date, DaysDuration): lambda a, b: _date_nanos(a, b.nanos),
    ("-", Date, DaysDuration): lambda a, b: _date_nanos(a, -b.nanos),
    ("+", DateTime, DaysDuration): lambda a, b: _moment_nanos(a, b.nanos),
    ("-", DateTime, DaysDuration): lambda a, b: _moment_nanos(a, -b.nanos),
    ("+", Time, DaysDuration): lambda a, b: a.with_nanos(a.nanos + b.nanos),
    ("-", Time, DaysDuration): lambda a, b: a.with_nanos(a.nanos - b.nanos),
    ("+", DaysDuration, Date): lambda a, b: _date_nanos(b, a.nanos),
    ("+", DaysDuration, DateTime): lambda a, b: _moment_nanos(b, a.nanos),
    ("+", DaysDuration, Time): lambda a, b: b.with_nanos(b.nanos + a.nanos),
    ("*", MonthsDuration, Decimal): lambda a, b: MonthsDuration(_scaled(a.months, b)),
    ("*", Decimal, MonthsDuration): lambda a, b: MonthsDuration(_scaled(b.months, a)),
    ("/", MonthsDuration, Decimal): lambda a, b: MonthsDuration(_scaled(a.months, b, True)),
    ("/", MonthsDuration, MonthsDuration): lambda a, b: _ratio(a.months, b.months),
    ("*", DaysDuration, Decimal): lambda a, b: DaysDuration(_scaled(a.nanos, b)),
    ("*", Decimal, DaysDuration): lambda a, b: DaysDuration(_scaled(b.nanos, a)),
    ("/", DaysDuration, Decimal): lambda a, b: DaysDuration(_scaled(a.nanos, b, True)),
    ("/", DaysDuration, DaysDuration): lambda a, b: _ratio(a.nanos, b.nanos),
}
OPERATORS: dict[str, Callable[[Run, int, Any, Any], Any]] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "**": power,
}  # fmt: skip

_KINDS: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", list: "list", dict: "context",
    Date: "date",
    Time: "time", DateTime: "date and time", DaysDuration: "days and time duration",
    MonthsDuration: "years and months duration",
}  # fmt: skip


def kind_name(value: Any) -> str:
    """The kind of a value, for messages; never the value."""
    kind: type = type(value)
    return _KINDS.get(kind, kind.__name__.lower())
