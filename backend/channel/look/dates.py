"""Dates and times as people say them (never 27/11), in the reader's language, with the digits 0 to 9.

Source: CLDR names by Babel; the order of the parts is ours.
"""

from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date

LONG = {"en": "EEEE d MMMM y", "zh-Hans": "y年M月d日（EEE）", "ar": "EEEE d MMMM y"}
SHORT = {"en": "EEE d MMM", "zh-Hans": "M月d日（EEE）", "ar": "EEEE d MMMM"}
PLAIN = {"en": "d MMMM y", "zh-Hans": "y年M月d日", "ar": "d MMMM y"}
BETWEEN = {"en": ", ", "zh-Hans": " ", "ar": "، "}


def _locale(lang: str) -> Locale:
    return Locale.parse(lang.replace("-", "_"))


def long_day(day: date, lang: str) -> str:
    """Friday 27 November 2026."""
    return format_date(day, LONG[lang], locale=_locale(lang))


def short_day(day: date, lang: str) -> str:
    """Fri 27 Nov."""
    return format_date(day, SHORT[lang], locale=_locale(lang))


def plain_day(day: date, lang: str) -> str:
    """27 November 2026, without the weekday (dates of birth)."""
    return format_date(day, PLAIN[lang], locale=_locale(lang))


def clock_time(at: datetime, zone: tzinfo) -> str:
    """17:00, in the office's own time zone."""
    return at.astimezone(zone).strftime("%H:%M")


def day_and_time(at: datetime, lang: str, zone: tzinfo) -> str:
    """Fri 27 Nov, 17:00."""
    return short_day(at.astimezone(zone).date(), lang) + BETWEEN[lang] + clock_time(at, zone)
