"""The canonical text of every FEEL value, as the built-in string() gives it (F-BUILTIN-STRING)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from . import numbers
from .structures import Function, Range

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
MAX_DEPTH = 200


def to_text(value: Any) -> str:
    """Text of a value; a string stands for itself, strings inside of lists, contexts and ranges are
    quoted."""
    return value if isinstance(value, str) else _inner(value)


def quoted(text: str) -> str:
    """A string literal."""
    return f'"{text.translate(_ESCAPES)}"'


def _inner(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return numbers.number_text(value)
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(map(_inner, value))}]"
        case dict():
            return "{" + ", ".join(f"{_key(key)}: {_inner(item)}" for key, item in value.items()) + "}"
        case Range():
            return _range(value)
        case Function():
            return repr(value)
    return str(value)


def _key(key: str) -> str:
    return key if key.replace(" ", "").replace("_", "").isalnum() else quoted(key)


def _range(value: Range) -> str:
    if value.start is None and value.end is not None:
        return f"{'<=' if value.end_included else '<'}{_inner(value.end)}"
    if value.end is None and value.start is not None:
        return f"{'>=' if value.start_included else '>'}{_inner(value.start)}"
    opening = "[" if value.start_included else "("
    return f"{opening}{_inner(value.start)}..{_inner(value.end)}{']' if value.end_included else ')'}"
