"""Conversion functions, which are also the literals of dates, times and durations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from backend.engine.feel import lexical, numbers, range_text, text
from backend.engine.feel.comparison import less
from backend.engine.feel.registry import Undefined, builtin
from backend.engine.feel.run import Run
from backend.engine.feel.structures import Range
from backend.engine.feel.temporal import NANO, Date, DateTime, DaysDuration, MonthsDuration, Time

from .numeric import whole


def _known(value: Any, what: str) -> Any:
    if value is None:
        raise Undefined(f"the string is no {what}")
    return value


@builtin("date(from: string | date | date and time) -> date")
def date(value: str | Date | DateTime) -> Date:
    """A date from its text "YYYY-MM-DD", or of a date and time.

    date("2012-12-25") = @"2012-12-25"
    date(@"2012-12-25T11:00:00Z") = @"2012-12-25"
    date("2023-02-29") = null
    """
    if isinstance(value, str):
        return _known(lexical.parse_date(value), "date")  # type: ignore[no-any-return]
    return value.date if isinstance(value, DateTime) else value


@builtin("date(year: number, month: number, day: number) -> date")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> Date:
    """A date from year, month and day.

    date(2012, 12, 25) = @"2012-12-25"
    date(2023, 2, 29) = null
    """
    return Date(whole(year, "year"), whole(month, "month"), whole(day, "day"))


@builtin("date and time(from: string | date and time) -> date and time")
def date_and_time(value: str | DateTime) -> DateTime:
    """A date and time from its text, with nothing, Z, +hh:mm or @Area/City at the end.

    date and time("2012-12-24T23:59:00") = @"2012-12-24T23:59:00"
    date and time("2012-12-24") = @"2012-12-24T00:00:00"
    """
    return _known(lexical.parse_date_time(value), "date and time") if isinstance(value, str) else value


@builtin("date and time(from: date) -> date and time")
def date_and_time_of_date(value: Date) -> DateTime:
    """The midnight that a date begins with, in UTC.

    date and time(@"2012-12-24") = @"2012-12-24T00:00:00Z"
    """
    return DateTime(value, 0, 0)


@builtin("date and time(date: date | date and time, time: time) -> date and time")
def date_and_time_of(date: Date | DateTime, time: Time) -> DateTime:
    """A date and time from both parts; offset or zone are those of the time.

    date and time(@"2012-12-24", @"23:59:00") = @"2012-12-24T23:59:00"
    """
    day = date.date if isinstance(date, DateTime) else date
    if time.zone is not None:
        return DateTime.at(day, time.nanos, None, time.zone)
    return DateTime(day, time.nanos, time.offset)


@builtin("time(from: string | time | date and time | date) -> time")
def time(value: str | Time | DateTime | Date) -> Time:
    """A time from its text "hh:mm:ss", or of a date and time; of a date it is midnight in UTC.

    time("23:59:00z") = @"23:59:00Z"
    time(@"2012-12-24T23:59:00") = @"23:59:00"
    time(@"2012-12-24") = @"00:00:00Z"
    """
    if isinstance(value, str):
        return _known(lexical.parse_time(value), "time")  # type: ignore[no-any-return]
    if isinstance(value, Date):
        return Time(0, 0, 0, 0, 0)
    return value.time if isinstance(value, DateTime) else value


@builtin("time(hour: number, minute: number, second: number, offset?: days | null) -> time")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Time:
    """A time from hour, minute, second (which may have a fraction) and offset.

    time(23, 59, 0) = @"23:59:00"
    time(14, 30, 0, duration("PT1H")) = @"14:30:00+01:00"
    time(24, 0, 0) = null
    """
    if not 0 <= second < 60:
        raise Undefined("second outside")
    nanos = int(second.scaleb(9))
    shift = None
    if offset is not None:
        shift, rest = divmod(offset.nanos, NANO)
        if rest or abs(shift) > 14 * 3600:
            raise Undefined("offset outside")
    return Time(whole(hour, "hour"), whole(minute, "minute"), nanos // NANO, nanos % NANO, shift)


@builtin(
    "number(from: string, grouping separator?: string | null, decimal separator?: string | null) -> number"
)
def number(value: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    """A number from its text, with the separators given.

    number("1 000,0", " ", ",") = 1000
    number("1,000.0", ",", ".") = 1000
    number("1e3") = 1000
    """
    if grouping not in (" ", ",", ".", None) or point not in (".", ",", None):
        raise Undefined("separator outside")
    if grouping is not None and grouping == point:
        raise Undefined("separators are equal")
    plain = value.replace(grouping, "") if grouping else value
    if point == ",":
        plain = plain.replace(".", "?").replace(",", ".")
    if not range_text.NUMBER.fullmatch(plain):
        raise Undefined("the string is no number")
    return numbers.parse_number(plain)


@builtin("number(from: number) -> number")
def number_of(value: Decimal) -> Decimal:
    """A number as it is.

    number(1.5) = 1.5
    """
    return value


@builtin("string(from: any) -> string")
def string(run: Run, value: Any) -> str | None:
    """The text of a value; a string inside of a list or context is quoted.

    string(1.10) = "1.10"
    string(@"2012-12-25") = "2012-12-25"
    string([1, "a"]) = "[1, \\"a\\"]"
    string(null) = null
    """
    return None if value is None else run.checked_text(text.to_text(value))


@builtin("duration(from: string) -> any")
def duration(value: str) -> DaysDuration | MonthsDuration:
    """A duration from its text; its form says of which kind.

    duration("P2DT20H14M") = @"P2DT20H14M"
    duration("P2Y2M") = @"P26M"
    duration("P1Y1D") = null
    """
    return _known(lexical.parse_duration(value), "duration")  # type: ignore[no-any-return]


@builtin("duration(from: duration) -> any")
def duration_of(value: DaysDuration | MonthsDuration) -> DaysDuration | MonthsDuration:
    """A duration as it is.

    duration(@"P1D") = @"P1D"
    """
    return value


@builtin("years and months duration(from: date, to: date) -> months")
@builtin("years and months duration(from: date and time, to: date and time) -> months")
def years_and_months_duration(start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    """Whole months from one date to another, negative if the second is earlier.

    years and months duration(@"2011-12-22", @"2013-08-24") = @"P1Y8M"
    years and months duration(@"2013-08-24", @"2011-12-22") = @"-P1Y8M"
    """
    if less(end, start):
        return MonthsDuration(-_whole_months(end, start))
    return MonthsDuration(_whole_months(start, end))


def _whole_months(start: Any, end: Any) -> int:
    first, last = (v.date if isinstance(v, DateTime) else v for v in (start, end))
    months = (last.year - first.year) * 12 + last.month - first.month
    clock = (start.nanos, end.nanos) if isinstance(start, DateTime) and isinstance(end, DateTime) else (0, 0)
    return months - ((first.day, clock[0]) > (last.day, clock[1]))


@builtin("range(from: string) -> range")
def range_of(value: str) -> Range:
    """A range from its text, with literals as ends; an end that is left empty is unbounded.

    range("[18..21)") = [18..21)
    range("[2..)") = (>=2)
    """
    return _known(range_text.parse_range(value), "range")  # type: ignore[no-any-return]
