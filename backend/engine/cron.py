"""Cron of six fields (second minute hour day month weekday) and its nicknames, in a time zone (X-TIME-02).

Signs: `*` `?` `,` `-` `/`; days also `L`, `L-n`, `nW`, `LW`; weekdays 0 to 7 (0 and 7 are Sunday) or names,
also `nL` (the last such day) and `n#k` (the k-th). When day and weekday are both restricted, either suffices.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from .zoned import valid_local

NICKNAMES: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
MONTHS: Final = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS: Final = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
HORIZON: Final = 366 * 29  # 29 February on a given weekday comes back within 28 years


class Cron(msgspec.Struct, frozen=True):
    """A parsed cron; `day` and `weekday` keep their words, the rest are the allowed numbers in order."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    day: tuple[str, ...]
    weekday: tuple[str, ...]

    def after(self, instant: datetime, zone: str) -> datetime:
        """The first instant after this one. ValueError when there is none."""
        place = ZoneInfo(zone)
        local = instant.astimezone(place)
        today = local.date()
        for offset in range(-1, HORIZON):
            day = today + timedelta(days=offset)
            if day.month not in self.months or not self.matches(day):
                continue
            for hour in self.hours:
                for minute in self.minutes:
                    last = datetime(day.year, day.month, day.day, hour, minute, 59, 999999, tzinfo=place)
                    if last.astimezone(UTC) <= instant - timedelta(hours=3):
                        continue
                    for second in self.seconds:
                        found = valid_local(last.replace(second=second, microsecond=0))
                        if found > instant:
                            return found
        raise ValueError("the cron never fires")

    def matches(self, day: date) -> bool:
        """Whether it fires on this day."""
        free_day, free_week = self.day == ("*",), self.weekday == ("*",)
        by_day = not free_day and any(_day(word, day) for word in self.day)
        by_week = not free_week and any(_weekday(word, day) for word in self.weekday)
        return (free_day and free_week) or by_day or by_week


def parse_cron(text: str) -> Cron:
    """ValueError when the text is no cron of six fields."""
    words = NICKNAMES.get(text.strip().lower(), text).upper().split()
    if len(words) != 6:
        raise ValueError("not a cron of six fields")
    seconds, minutes, hours, day, month, weekday = words
    days = tuple("*" if word == "?" else word for word in day.split(","))
    weekdays = tuple("*" if word == "?" else word for word in weekday.split(","))
    for word in days:
        _day(word, date(2024, 2, 29))
    for word in weekdays:
        _weekday(word, date(2024, 2, 29))
    months = frozenset(_numbers(month, 1, 12, MONTHS))
    found = Cron(
        _numbers(seconds, 0, 59), _numbers(minutes, 0, 59), _numbers(hours, 0, 23), months, days, weekdays
    )
    return found


def _number(word: str, least: int, most: int, names: list[str]) -> int:
    if word in names:
        return names.index(word) + least
    if not (word.isascii() and word.isdigit()) or not least <= int(word) <= most:
        raise ValueError(f"{word!r} is out of range in a cron")
    return int(word)


def _numbers(field: str, least: int, most: int, names: list[str] | None = None) -> tuple[int, ...]:
    """All numbers that a field of `,` `-` `/` allows, in order."""
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and (not step.isdigit() or not int(step)):
            raise ValueError(f"{part!r} is no step of a cron")
        if span in ("*", "?"):
            first, last = least, most
        else:
            low, dash, high = span.partition("-")
            first = _number(low, least, most, names or [])
            last = _number(high, least, most, names or []) if dash else (most if slash else first)
        found.update(range(first, last + 1, int(step) if slash else 1))
    if not found:
        raise ValueError(f"{field!r} allows nothing in a cron")
    return tuple(sorted(found))


def _day(word: str, day: date) -> bool:
    """Whether a word of the day field means this day."""
    last = monthrange(day.year, day.month)[1]
    if word == "L":
        return day.day == last
    if word == "LW":
        return day == _nearest_working_day(day.replace(day=last))
    if word.startswith("L-") and word[2:].isdigit():
        return day.day == last - int(word[2:])
    if word.endswith("W"):
        wanted = _number(word[:-1], 1, 31, [])
        return wanted <= last and day == _nearest_working_day(day.replace(day=wanted))
    return day.day in _numbers(word, 1, 31)


def _nearest_working_day(day: date) -> date:
    """Itself, or the Friday before or Monday after in the same month."""
    last = monthrange(day.year, day.month)[1]
    if day.weekday() == 5:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if day.weekday() == 6:
        return day + timedelta(days=1) if day.day < last else day - timedelta(days=2)
    return day


def _weekday(word: str, day: date) -> bool:
    """Whether a word of the weekday field means this day."""
    number = day.isoweekday() % 7
    if word.endswith("L") and word != "L":
        last = monthrange(day.year, day.month)[1]
        return number == _number(word[:-1], 0, 7, DAYS) % 7 and day.day > last - 7
    if "#" in word:
        name, _, turn = word.partition("#")
        return number == _number(name, 0, 7, DAYS) % 7 and (day.day - 1) // 7 + 1 == _number(turn, 1, 5, [])
    if word == "L":
        return number == 6
    return number in {one % 7 for one in _numbers(word, 0, 7, DAYS)}
