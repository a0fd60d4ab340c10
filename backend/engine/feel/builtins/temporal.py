"""Functions of dates, and the clock that the evaluation was given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from backend.engine.feel import calendar
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run
from backend.engine.feel.temporal import Date, DateTime

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
)  # fmt: skip


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("day of year(date: date | date and time) -> number")
def day_of_year(date: Date | DateTime) -> Decimal:
    """The number of the day within its year, 1 to 366.

    day of year(@"2020-12-31") = 366
    """
    day = _day(date)
    return Decimal(day.days - calendar.to_days(day.year, 1, 1) + 1)


@builtin("day of week(date: date | date and time) -> string")
def day_of_week(date: Date | DateTime) -> str:
    """The English name of the weekday.

    day of week(@"2019-09-17") = "Tuesday"
    """
    return DAYS[calendar.weekday(_day(date).days) - 1]


@builtin("month of year(date: date | date and time) -> string")
def month_of_year(date: Date | DateTime) -> str:
    """The English name of the month.

    month of year(@"2019-09-17") = "September"
    """
    return MONTHS[_day(date).month - 1]


@builtin("week of year(date: date | date and time) -> number")
def week_of_year(date: Date | DateTime) -> Decimal:
    """The number of the week by ISO 8601, 1 to 53.

    week of year(@"2005-01-01") = 53
    week of year(@"2003-12-29") = 1
    """
    return Decimal(calendar.iso_week(_day(date).days))


@builtin("now() -> date and time")
def now(run: Run) -> Any:
    """The instant of this evaluation, as the engine was told it.

    now() = now()
    """
    instant = run.now()
    if instant is None:
        raise Undefined("no clock was given")
    return instant


@builtin("today() -> date")
def today(run: Run) -> Any:
    """The date of this evaluation, as the engine was told it.

    today() = date(now())
    """
    instant = run.now()
    if instant is None:
        raise Undefined("no clock was given")
    return instant.date
