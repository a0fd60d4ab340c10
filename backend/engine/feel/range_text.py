"""Texts of ranges with literal ends, such as `[18..21)` or `(@"2024-01-01"..]` (F-BUILTIN-RANGE)."""

from __future__ import annotations

import re
from typing import Any

from . import lexical, numbers
from .comparison import less
from .diagnostics import FeelFault
from .lexer import Token, tokenize, unescape
from .structures import Range

NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,7000}(?:\.[0-9]{0,7000})?|\.[0-9]{1,7000})(?:[eE][+-]?[0-9]{1,9})?", re.ASCII
)
_CALLS = {
    "date": lexical.parse_date, "time": lexical.parse_time, "date and time": lexical.parse_date_time,
    "duration": lexical.parse_duration,
}  # fmt: skip


def parse_range(text: str) -> Range | None:
    """The range, or None if the text is none."""
    try:
        tokens = tokenize(text.strip())[:-1]
    except FeelFault:
        return None
    dots = [i for i, token in enumerate(tokens) if token.text == ".."]
    if len(dots) != 1 or tokens[0].text not in ("[", "(", "]") or tokens[-1].text not in ("]", ")", "["):
        return None
    start, start_known = _end(tokens[1 : dots[0]])
    end, end_known = _end(tokens[dots[0] + 1 : -1])
    start_included, end_included = tokens[0].text == "[", tokens[-1].text == "]"
    if not start_known or not end_known or (start is None and end is None):
        return None
    if (start is None and start_included) or (end is None and end_included):
        return None
    if start is not None and end is not None and less(end, start) is not False:
        return None
    return Range(start, end, start_included, end_included)


def _end(tokens: list[Token]) -> tuple[Any, bool]:
    """(value, True), (None, True) for an empty end, (None, False) for what is no literal."""
    if not tokens:
        return None, True
    value = _literal(tokens)
    return value, value is not None


def _literal(tokens: list[Token]) -> Any:
    texts = [token.text for token in tokens]
    sign = texts[0] == "-"
    if len(tokens) == 1 + sign and tokens[-1].kind == "number":
        try:
            return numbers.parse_number("".join(texts))
        except ArithmeticError:
            return None
    if len(tokens) == 1 and tokens[0].kind == "string":
        return unescape(tokens[0])
    if len(tokens) == 2 and texts[0] == "@" and tokens[1].kind == "string":
        return lexical.parse_temporal(unescape(tokens[1]))
    if len(tokens) >= 4 and texts[-3] == "(" and texts[-1] == ")" and tokens[-2].kind == "string":
        call = _CALLS.get(" ".join(texts[:-3]))
        return call(unescape(tokens[-2])) if call else None
    return None
