"""Dates in words, with digits 0 to 9 in every language.

Friday 27 November 2026 · 2026年11月27日（周五） · الجمعة 27 نوفمبر 2026
"""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date as _format

from backend.procedures.answer_types import is_date

_LOCALES = {"zh-Hans": "zh_Hans"}
_PATTERNS = {"zh-Hans": ("y年M月d日", "y年M月d日（EEE）")}
_DEFAULT = ("d MMMM y", "EEEE d MMMM y")


def date_in_words(value: date | str, lang: str, weekday: bool = False) -> str:
    """A date (or YYYY-MM-DD) in the words of `lang`; any other text is given back unchanged."""
    if isinstance(value, str):
        if not is_date(value[:10]) or (len(value) > 10 and value[10] != "T"):
            return value
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = value.date()
    locale = _LOCALES.get(lang, lang.partition("-")[0])
    pattern = _PATTERNS.get(lang, _DEFAULT)[weekday]
    return _format(value, pattern, locale=locale)


def weekday_in_words(value: date, lang: str) -> str:
    """The name of the day: Friday · 星期五 · الجمعة."""
    return _format(value, "EEEE", locale=_LOCALES.get(lang, lang.partition("-")[0]))
