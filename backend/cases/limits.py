"""How large and how deep answers may be, before anything reads them (TRUST A14, A30)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from backend.cases.errors import Refused, TooLarge

MAX_VALUES = 2_000
MAX_DEPTH = 16
MAX_TEXT = 65_536  # characters, of one text and of all texts together
MAX_DIGITS = 34
PLAIN = (str, int, float, Decimal, bool, type(None))


def check_size(answers: Mapping[str, Any]) -> None:
    """Raises TooLarge, or Refused for values that JSON does not have."""
    values = characters = 0
    pending: list[tuple[Any, int]] = [(answers, 0)]
    while pending:
        value, depth = pending.pop()
        values += 1
        if isinstance(value, Mapping):
            pending.extend((item, depth + 1) for pair in value.items() for item in pair)
        elif isinstance(value, list | tuple):
            pending.extend((item, depth + 1) for item in value)
        elif isinstance(value, str):
            characters += len(value)
        elif not _is_plain(value):
            raise Refused("value-not-plain", "A value is not one that a form can hold.", 422)
        if values > MAX_VALUES or depth > MAX_DEPTH or characters > MAX_TEXT:
            raise TooLarge


def _is_plain(value: Any) -> bool:
    if not isinstance(value, PLAIN):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= MAX_DIGITS
    return not isinstance(value, int) or abs(value) < 10**MAX_DIGITS
