"""When a timer fires: ISO 8601 dates, durations and cycles, and cron (X-TIME-01, X-TIME-02).

Calendar arithmetic is that of the procedure's zone: a month later is the same day there (clipped), a local
time that a clock change skips fires at the next valid one, a doubled one once.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from .cron import Cron, parse_cron
from .expressions import Value
from .zoned import valid_local, zone_of

_DURATION: Final = re.compile(
    r"(-?)P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?\Z"
)
_CYCLE: Final = re.compile(r"R(-?\d*)/(.+)\Z")
_DATE: Final = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?(\[[^\]]+\])?)?\Z"
)


class Timing:
    """A timer's definition. mode: date, duration or cycle."""

    __slots__ = ("mode", "value")

    def __init__(self, mode: str, value: Value) -> None:
        self.mode = mode
        self.value = value


class Duration(msgspec.Struct, frozen=True):
    """An ISO 8601 duration; `months` by the calendar, the rest exact (days are 24 hours)."""

    months: int = 0
    seconds: int = 0
    micros: int = 0

    def after(self, instant: datetime, zone: str, times: int = 1) -> datetime:
        """The instant `times` durations later. OverflowError beyond year 9999."""
        moved = _add_months(instant, self.months * times, zone) if self.months else instant
        return moved + timedelta(seconds=self.seconds * times, microseconds=self.micros * times)


class Cycle(msgspec.Struct, frozen=True):
    """A repeating interval; `times` -1 without end. `start` None counts from activation."""

    times: int
    duration: Duration
    start: datetime | None = None
    end: datetime | None = None


def repetitions(cycle: Cycle | Cron) -> int:
    """How many follow the first; below 0 without end."""
    return -1 if isinstance(cycle, Cron) or cycle.times < 0 else cycle.times - 1


def parse_duration(text: str) -> Duration:
    """ValueError when the text is no ISO 8601 duration."""
    found = _DURATION.match(text.strip())
    if not found:
        raise ValueError("not an ISO 8601 duration")
    sign, years, months, weeks, days, hours, minutes, seconds, fraction = found.groups()
    factor = -1 if sign else 1
    whole = ((int(days or 0) + 7 * int(weeks or 0)) * 24 + int(hours or 0)) * 3600
    whole += int(minutes or 0) * 60 + int(seconds or 0)
    micros = int((fraction or "0").ljust(9, "0")[:6])
    months_all = int(years or 0) * 12 + int(months or 0)
    if whole > 10**12 or months_all > 10**6:
        raise ValueError("the duration is too long")
    return Duration(factor * months_all, factor * whole, factor * micros)


def parse_date(text: str, zone: str) -> datetime:
    """An instant in UTC; a text without offset is local in `zone`. ValueError when it is no ISO 8601
    date-time."""
    text = text.strip()
    if not _DATE.match(text):
        raise ValueError("not an ISO 8601 date and time")
    bracket = text.find("[")
    if bracket > 0:
        zone, text = text[bracket + 1 : -1], text[:bracket]
    parsed = datetime.fromisoformat(text.replace(",", "."))
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=zone_of(zone))
    return parsed.astimezone(UTC)


def parse_cycle(text: str, zone: str) -> Cycle | Cron:
    """`R[n]/duration`, `R[n]/start/duration`, `R[n]/duration/end`, `R[n]/start/end`. ValueError else."""
    found = _CYCLE.match(text.strip())
    if not found and not text.strip().startswith("R"):
        return parse_cron(text)
    if not found:
        raise ValueError("not an ISO 8601 repeating interval")
    count, rest = found.groups()
    times = -1 if count in ("", "-1") else int(count)
    if times < -1:
        raise ValueError("a negative number of repetitions")
    parts = rest.split("/")
    if len(parts) == 1:
        cycle = Cycle(times, parse_duration(parts[0]))
    elif len(parts) == 2 and parts[0].lstrip("-").startswith("P"):
        cycle = Cycle(times, parse_duration(parts[0]), None, parse_date(parts[1], zone))
    elif len(parts) in (2, 3) and parts[1].lstrip("-").startswith("P"):
        end = parse_date(parts[2], zone) if len(parts) == 3 else None
        cycle = Cycle(times, parse_duration(parts[1]), parse_date(parts[0], zone), end)
    elif len(parts) == 2:
        start = parse_date(parts[0], zone)
        length = parse_date(parts[1], zone) - start
        cycle = Cycle(times, Duration(0, length.days * 86_400 + length.seconds, length.microseconds), start)
    else:
        raise ValueError("not an ISO 8601 repeating interval")
    interval = cycle.duration
    if interval.months <= 0 and interval.seconds <= 0 and interval.micros <= 0:
        raise ValueError("the interval must be longer than nothing")
    return cycle


def _add_months(instant: datetime, months: int, zone: str) -> datetime:
    local = instant.astimezone(zone_of(zone))
    year, month0 = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month0 + 1)[1]) if 1 <= year <= 9999 else 1
    return valid_local(local.replace(year=year, month=month0 + 1, day=day, fold=0))


def first_due(cycle: Cycle | Cron, now: datetime, zone: str) -> datetime:
    """When a cycle that begins now fires first. ValueError when it never does."""
    if isinstance(cycle, Cron):
        return cycle.after(now, zone)
    if cycle.times == 0:
        raise ValueError("the cycle repeats 0 times")
    due = cycle.start if cycle.start is not None else cycle.duration.after(now, zone)
    if cycle.end is not None and due > cycle.end:
        raise ValueError("the cycle ends before it begins")
    return due


def next_due(cycle: Cycle | Cron, since: datetime, last: datetime, left: int, zone: str) -> datetime | None:
    """When it fires after `last`, counted from its beginning so that a clipped month does not drift; None:
    never.

    left: repetitions that were left at `last`, negative and falling without end.
    """
    if isinstance(cycle, Cron):
        return cycle.after(last, zone)
    fired = cycle.times - left if cycle.times >= 0 else -left
    anchor = since if cycle.start is None else cycle.start
    due = cycle.duration.after(anchor, zone, fired + (1 if cycle.start is None else 0))
    return None if cycle.end is not None and due > cycle.end else due
