"""Time zones of the IANA data base, always from the tzdata package so that every machine agrees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from . import calendar

DAY = 86_400


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    listed = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.lower(): name for name in listed}


def find_zone(name: str) -> str | None:
    """The IANA id in its own spelling for any spelling of case, or None if unknown (F-DT-04)."""
    return _names().get(name.lower())


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def _year_like(year: int) -> int:
    """A year that Python's datetime can hold, with the same weekdays (the calendar repeats in 400 years)."""
    if year > 9_998:
        return 9_200 + year % 400
    if year < 2:
        return 400 + year % 400
    return year


def _seconds(delta: timedelta | None) -> int:
    assert delta is not None
    return delta.days * DAY + delta.seconds


def offset_at_instant(zone: str, seconds: int) -> int:
    """Offset from UTC in seconds at an instant (seconds since 1970-01-01T00:00Z)."""
    days, rest = divmod(seconds, DAY)
    year, month, day = calendar.from_days(days)
    moment = datetime(_year_like(year), month, day, tzinfo=UTC) + timedelta(seconds=rest)
    return _seconds(moment.astimezone(_zone(zone)).utcoffset())


def offset_of_local(zone: str, seconds: int) -> int:
    """Offset for a wall-clock time given as seconds since 1970-01-01T00:00 local.

    In an overlap the earlier offset counts. In a gap the offset before it counts, so that the instant lies
    after the gap by as much as the wall-clock time lay inside (F-DT-05).
    """
    days, rest = divmod(seconds, DAY)
    year, month, day = calendar.from_days(days)
    moment = datetime(_year_like(year), month, day) + timedelta(seconds=rest)
    return _seconds(moment.replace(tzinfo=_zone(zone)).utcoffset())


@lru_cache(maxsize=600)
def standard_offset(zone: str) -> int:
    """Offset of the zone in its winter, used for a time without a date (F-DT-05)."""
    return min(_seconds(datetime(2024, m, 1, tzinfo=_zone(zone)).utcoffset()) for m in (1, 7))
