"""Texts of dates, times and durations, as XML Schema writes them, to values; None where the text is none
(F-DT)."""

from __future__ import annotations

import re

from . import zones
from .temporal import DAY_NANOS, NANO, Date, DateTime, DaysDuration, MonthsDuration, TemporalError, Time

_DATE = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,30}))?"
_OFFSET = r"(?:(?P<z>[Zz])|(?P<offset>[+-]\d\d:\d\d(?::\d\d)?)|@(?P<zone>[A-Za-z0-9_+/-]{1,64}))?"
_DATE_RE = re.compile(_DATE + r"(?:[Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_TIME_RE = re.compile(_CLOCK + _OFFSET, re.ASCII)
_DATE_TIME_RE = re.compile(_DATE + "T" + _CLOCK + _OFFSET, re.ASCII)
_DAYS_RE = re.compile(
    r"(-?)P(?=.)(?:(\d{1,20})D)?(?:T(?=.)(?:(\d{1,20})H)?(?:(\d{1,20})M)?(?:(\d{1,20})(?:\.(\d{1,30}))?S)?)?",
    re.ASCII,
)
_MONTHS_RE = re.compile(r"(-?)P(?=.)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)


def _nano(fraction: str | None) -> int:
    return int((fraction or "0")[:9].ljust(9, "0"))


def _offset(match: re.Match[str]) -> tuple[int | None, str | None]:
    """(offset, zone); raises TemporalError for an unknown zone or an offset over 14 hours."""
    if match["z"]:
        return 0, None
    if match["zone"]:
        zone = zones.find_zone(match["zone"])
        if zone is None:
            raise TemporalError("unknown zone")
        return None, zone
    if not match["offset"]:
        return None, None
    hours, minutes, *seconds = map(int, match["offset"][1:].split(":"))
    size = (hours * 60 + minutes) * 60 + sum(seconds)
    if minutes > 59 or sum(seconds) > 59 or size > 14 * 3600:
        raise TemporalError("offset out of range")
    return (-size if match["offset"][0] == "-" else size), None


def _clock(match: re.Match[str]) -> int:
    """Nanoseconds since midnight; 24:00:00 gives a whole day."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    nanos = ((hour * 60 + minute) * 60 + second) * NANO + _nano(match["fraction"])
    if minute > 59 or second > 59 or nanos > DAY_NANOS:
        raise TemporalError("no such time")
    return nanos


def _day(match: re.Match[str]) -> Date:
    if match["year"] == "-0000":
        raise TemporalError("no such year")
    return Date(int(match["year"]), int(match["month"]), int(match["day"]))


def parse_date(text: str) -> Date | None:
    """`2024-02-29`; an offset behind it is allowed and ignored."""
    match = _DATE_RE.fullmatch(text)
    try:
        return _day(match) if match else None
    except TemporalError:
        return None


def parse_time(text: str) -> Time | None:
    """`12:30:00`, `12:30:00.5Z`, `12:30:00+02:00`, `12:30:00@Europe/Paris`."""
    match = _TIME_RE.fullmatch(text)
    try:
        return Time(0, 0, 0, 0, *_offset(match)).with_nanos(_clock(match)) if match else None
    except TemporalError:
        return None


def parse_date_time(text: str) -> DateTime | None:
    """`2024-02-29T12:30:00` with nothing, offset or zone behind it; a date alone is its midnight."""
    match = _DATE_TIME_RE.fullmatch(text)
    try:
        if match is None:
            date = parse_date(text)
            return DateTime(date) if date else None
        day, nanos = _day(match), _clock(match)
        offset, zone = _offset(match)
        carry, nanos = divmod(nanos, DAY_NANOS)
        return DateTime.at(Date.from_days(day.days + carry) if carry else day, nanos, offset, zone)
    except TemporalError:
        return None


def parse_duration(text: str) -> DaysDuration | MonthsDuration | None:
    """`P1DT2H`, `-PT0.5S`, `P1Y6M`; a mixture of both kinds is none."""
    try:
        if match := _MONTHS_RE.fullmatch(text):
            sign, years, months = match.groups()
            total = int(years or 0) * 12 + int(months or 0)
            return MonthsDuration(-total if sign else total)
        if match := _DAYS_RE.fullmatch(text):
            sign, days, hours, minutes, seconds, fraction = match.groups()
            clock = (int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)
            nanos = (clock * 60 + int(seconds or 0)) * NANO + _nano(fraction)
            return DaysDuration(-nanos if sign else nanos)
    except TemporalError:
        pass
    return None


def parse_temporal(text: str) -> Date | Time | DateTime | DaysDuration | MonthsDuration | None:
    """The value of an `@` literal, by its form (grammar rule 60)."""
    body = text[1:] if text.startswith("-") else text
    if body.startswith("P"):
        return parse_duration(text)
    if len(text) > 2 and text[2] == ":":
        return parse_time(text)
    return parse_date_time(text) if "T" in text[4:] else parse_date(text)
