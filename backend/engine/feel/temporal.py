"""FEEL's own temporal values: any year to 999,999,999, nanoseconds, offsets and zones.

Python equality is equality of all fields, so that a value equals itself after storage; FEEL's `=` compares
instants and lives in `compare`. All values are immutable and hashable.
"""

from __future__ import annotations

from typing import Any, NoReturn

from . import calendar, zones

NANO = 1_000_000_000
DAY = 86_400
DAY_NANOS = DAY * NANO
MAX_NANOS = 10**30
MAX_MONTHS = 10**13


class TemporalError(ValueError):
    """A date, time or duration that does not exist or lies out of range."""


class Immutable:
    """Equality, hash and repr over `__slots__`; fields are set once, in `__init__`."""

    __slots__: tuple[str, ...] = ()

    def _set(self, *values: Any) -> None:
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    def _fields(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return other.__class__ is self.__class__ and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._fields()))

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: object) -> Any:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._fields()

    def __repr__(self) -> str:
        return f'@"{self}"'


class Date(Immutable):
    """A day: `Date(2024, 2, 29)`. Year within +-999,999,999."""

    __slots__ = ("year", "month", "day")  # noqa: RUF023 (order of fields)
    year: int
    month: int
    day: int

    def __init__(self, year: int, month: int, day: int) -> None:
        if not calendar.is_real_day(year, month, day):
            raise TemporalError("no such day")
        self._set(year, month, day)

    @classmethod
    def from_days(cls, days: int) -> Date:
        """The day that lies `days` after 1970-01-01."""
        return cls(*calendar.from_days(days))

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return calendar.to_days(self.year, self.month, self.day)

    @property
    def key(self) -> tuple[int, int, int]:
        """Sort key."""
        return self.year, self.month, self.day

    def __lt__(self, other: Date) -> bool:
        return self.key < other.key

    def __str__(self) -> str:
        return date_text(self.year, self.month, self.day)


class Time(Immutable):
    """A time of day, local, with an offset (seconds) or with a zone (IANA id; then its standard offset)."""

    __slots__ = ("hour", "minute", "second", "nano", "offset", "zone")  # noqa: RUF023 (order of fields)
    hour: int
    minute: int
    second: int
    nano: int
    offset: int | None
    zone: str | None

    def __init__(
        self,
        hour: int,
        minute: int,
        second: int,
        nano: int = 0,
        offset: int | None = None,
        zone: str | None = None,
    ) -> None:
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nano < NANO):
            raise TemporalError("no such time")
        if offset is not None and not -DAY < offset < DAY:
            raise TemporalError("offset out of range")
        self._set(hour, minute, second, nano, zones.standard_offset(zone) if zone else offset, zone)

    @property
    def nanos(self) -> int:
        """Nanoseconds since midnight, local."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * NANO + self.nano

    def with_nanos(self, nanos: int) -> Time:
        """The same offset or zone at another time of day, modulo 24 hours."""
        seconds, nano = divmod(nanos % DAY_NANOS, NANO)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return Time(hour, minute, second, nano, self.offset, self.zone)

    def __str__(self) -> str:
        return time_text(self.nanos) + offset_text(self.offset, self.zone)


class DateTime(Immutable):
    """A date and time: local, with an offset (seconds), or with a zone (the offset at that instant is kept
    too)."""

    __slots__ = ("date", "nanos", "offset", "zone")
    date: Date
    nanos: int
    offset: int | None
    zone: str | None

    def __init__(
        self, date: Date, nanos: int = 0, offset: int | None = None, zone: str | None = None
    ) -> None:
        if not 0 <= nanos < DAY_NANOS:
            raise TemporalError("no such time")
        if offset is not None and not -DAY < offset < DAY:
            raise TemporalError("offset out of range")
        self._set(date, nanos, offset, zone)

    @classmethod
    def at(cls, date: Date, nanos: int, offset: int | None = None, zone: str | None = None) -> DateTime:
        """The wall-clock time `nanos` after midnight of `date`, there; F-DT-05 for gaps and overlaps of a
        zone."""
        if zone is None:
            return cls(date, nanos, offset)
        local = date.days * DAY_NANOS + nanos
        offset = zones.offset_of_local(zone, local // NANO)
        return cls.of_instant(local - offset * NANO, None, zone)

    @classmethod
    def of_instant(cls, instant: int, offset: int | None, zone: str | None = None) -> DateTime:
        """The date and time of an instant (nanoseconds since 1970-01-01T00:00Z) as seen at an offset or in
        a zone."""
        if zone is not None:
            offset = zones.offset_at_instant(zone, instant // NANO)
        days, nanos = divmod(instant + (offset or 0) * NANO, DAY_NANOS)
        return cls(Date.from_days(days), nanos, offset, zone)

    @property
    def local(self) -> int:
        """Nanoseconds of the wall-clock time since 1970-01-01T00:00 there."""
        return self.date.days * DAY_NANOS + self.nanos

    def instant(self, offset: int = 0) -> int:
        """Nanoseconds since 1970-01-01T00:00Z; a local value is taken at the offset given."""
        return self.local - (offset if self.offset is None else self.offset) * NANO

    @property
    def time(self) -> Time:
        """Its time of day, with the same offset or zone."""
        return Time(0, 0, 0, 0, self.offset, self.zone).with_nanos(self.nanos)

    def __str__(self) -> str:
        return f"{self.date}T{time_text(self.nanos)}{offset_text(self.offset, self.zone)}"


class DaysDuration(Immutable):
    """A days and time duration, in nanoseconds."""

    __slots__ = ("nanos",)
    nanos: int

    def __init__(self, nanos: int) -> None:
        if not -MAX_NANOS < nanos < MAX_NANOS:
            raise TemporalError("duration out of range")
        self._set(nanos)

    @classmethod
    def of(cls, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> DaysDuration:
        """From whole units."""
        return cls((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANO)

    def __lt__(self, other: DaysDuration) -> bool:
        return self.nanos < other.nanos

    def __str__(self) -> str:
        seconds, nano = divmod(abs(self.nanos), NANO)
        days, rest = divmod(seconds, DAY)
        hours, rest = divmod(rest, 3600)
        minutes, second = divmod(rest, 60)
        fraction = f".{nano:09d}".rstrip("0") if nano else ""
        clock = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
        clock += f"{second}{fraction}S" if second or nano else ""
        text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return ("-" if self.nanos < 0 else "") + "P" + (text or "T0S")


class MonthsDuration(Immutable):
    """A years and months duration, in months."""

    __slots__ = ("months",)
    months: int

    def __init__(self, months: int) -> None:
        if not -MAX_MONTHS < months < MAX_MONTHS:
            raise TemporalError("duration out of range")
        self._set(months)

    def __lt__(self, other: MonthsDuration) -> bool:
        return self.months < other.months

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


def date_text(year: int, month: int, day: int) -> str:
    """Lexical form of xs:date."""
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def time_text(nanos: int) -> str:
    """Lexical form of a time of day without its offset."""
    seconds, nano = divmod(nanos, NANO)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    fraction = f".{nano:09d}".rstrip("0") if nano else ""
    return f"{hour:02d}:{minute:02d}:{second:02d}{fraction}"


def offset_text(offset: int | None, zone: str | None) -> str:
    """`@Area/City`, `Z`, `+hh:mm` or nothing."""
    if zone is not None:
        return "@" + zone
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    minutes, seconds = divmod(abs(offset), 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{tail}"
