"""Cells of a decision table and values of a case as a reader sees them: kinds with their parts, for words.

`> 90` is Cell("more", ("90",)); what is more than a plain comparison stays Cell("feel", (its text,)).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from msgspec import Struct

from backend.engine.feel.values import Date, DateTime, DaysDuration
from backend.procedures.dates import date_in_words

Word = Callable[[str], str]
"""The reader's word for a text of the model."""
_ONE = r'(?:-?\d+(?:\.\d+)?|"[^"\\]*"|true|false|date\("[0-9-]+"\)|@"[0-9-]+")'
_LIST = re.compile(rf"{_ONE}(?:\s*,\s*{_ONE})*")
_COMPARED = re.compile(rf"(<=|>=|<|>)\s*({_ONE})")
_RANGE = re.compile(rf"\[\s*({_ONE})\s*\.\.\s*({_ONE})\s*([\])\[])")
_NOT = re.compile(rf"not\(\s*({_ONE}(?:\s*,\s*{_ONE})*)\s*\)")
_KINDS = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
DAY_NANOS = 86_400_000_000_000


class Cell(Struct, frozen=True):
    """kind: any, text, none, true, false, days, less, at_most, more, at_least, within, below (from one to
    under the other), one_of, none_of, or feel."""

    kind: str
    parts: tuple[str, ...] = ()


def of_text(text: str, word: Word, lang: str) -> Cell:
    """A cell as it is written."""
    if text in ("", "-"):
        return Cell("any")
    if _LIST.fullmatch(text):
        parts = _literals(text, word, lang)
        if len(parts) == 1:
            return Cell(text) if text in ("true", "false") else Cell("text", parts)
        return Cell("one_of", parts)
    if found := _COMPARED.fullmatch(text):
        return Cell(_KINDS[found[1]], _literals(found[2], word, lang))
    if found := _RANGE.fullmatch(text):
        both = (*_literals(found[1], word, lang), *_literals(found[2], word, lang))
        return Cell("within" if found[3] == "]" else "below", both)
    if found := _NOT.fullmatch(text):
        return Cell("none_of", _literals(found[1], word, lang))
    return Cell("feel", (text,))


def of_value(value: Any, word: Word, lang: str) -> Cell:
    """A value of a case."""
    if value is None:
        return Cell("none")
    if isinstance(value, bool):
        return Cell("true" if value else "false")
    if isinstance(value, DaysDuration) and value.nanos % DAY_NANOS == 0:
        return Cell("days", (str(value.nanos // DAY_NANOS),))
    if isinstance(value, list):
        return Cell("text", (", ".join(_plain(each, word, lang) for each in value),))
    return Cell("text", (_plain(value, word, lang),))


def _plain(value: Any, word: Word, lang: str) -> str:
    if isinstance(value, Decimal | int):
        return number(Decimal(value), lang)
    if isinstance(value, Date | DateTime | date):
        return date_in_words(str(value), lang)
    return word(value) if isinstance(value, str) else str(value)


def number(value: Decimal, lang: str) -> str:
    """A number as the language groups and points it, all its digits kept, in digits 0 to 9."""
    places = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, pattern, locale=lang.replace("-", "_"), decimal_quantization=False)


def _literals(text: str, word: Word, lang: str) -> tuple[str, ...]:
    return tuple(_literal(each, word, lang) for each in re.findall(_ONE, text))


def _literal(text: str, word: Word, lang: str) -> str:
    if text.startswith('"'):
        return word(text[1:-1])
    if text.startswith(("date(", "@")):
        return date_in_words(text[text.index('"') + 1 : text.rindex('"')], lang)
    return text if text in ("true", "false") else number(Decimal(text), lang)
