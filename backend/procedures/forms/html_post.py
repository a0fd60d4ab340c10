"""An HTML form's post to answers: forgiving about how people type, silent about what was not on the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from backend.procedures.forms.nodes import Level, Node

if TYPE_CHECKING:
    from backend.procedures.forms.form import Form

ROWS_MAX = 100
TYPED_MAX = 20_000


class Posted(Protocol):
    """What werkzeug's MultiDict offers."""

    def getlist(self, key: str, /) -> list[str]: ...

    def __iter__(self) -> Any: ...

    def __contains__(self, key: object, /) -> bool: ...


def from_html(form: Form, posted: Posted | Mapping[str, Any], page: str | None = None) -> dict[str, Any]:
    """The answers of what was shown, as strict JSON would give them; what cannot be read stays as typed.

    Names: `key`, `key-pick` (an entry of a register's list; it wins over what was typed), `key-day`
    `key-month` `key-year` `key-hour` `key-minute`, `key-quick`, `key__seen` for check boxes, `list[0].key`
    for rows. With `page`, other components are left out even if posted.
    """
    members = form.members(page) if page else None
    return _level(form.level, _Reader(posted), "", members)


def merge(answers: Mapping[str, Any], posted: Mapping[str, Any]) -> dict[str, Any]:
    """Answers so far with a page's put over them; lists are replaced, a choice of None is taken back."""
    result = dict(answers)
    for key, value in posted.items():
        old = result.get(key)
        result[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return {key: value for key, value in result.items() if value is not None}


class _Reader:
    def __init__(self, posted: Posted | Mapping[str, Any]) -> None:
        self.posted = posted

    def all(self, name: str) -> list[str]:
        name = f"{name}-pick" if f"{name}-pick" in self.posted else name
        if hasattr(self.posted, "getlist"):
            found = self.posted.getlist(name)
        else:
            value = self.posted.get(name, [])
            found = value if isinstance(value, list) else [value]
        return [str(item)[:TYPED_MAX] for item in found]

    def one(self, name: str) -> str | None:
        found = self.all(name)
        return found[0] if found else None

    def has(self, name: str) -> bool:
        return name in self.posted

    def names(self) -> Iterable[str]:
        return (str(name) for name in self.posted)


def _level(level: Level, reader: _Reader, prefix: str, members: frozenset[str] | None) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for step in level.steps:
        node = step.node
        if not node.path or (members is not None and node.id not in members):
            continue
        found, value = _value(node, reader, prefix + node.name)
        if found:
            target = answers
            for name in node.path[:-1]:
                target = target.setdefault(name, {})
            target[node.path[-1]] = value
    return answers


def _value(node: Node, reader: _Reader, name: str) -> tuple[bool, Any]:
    if node.rows is not None:
        rows = _row_count(reader, name)
        seen = rows > 0 or reader.has(f"{name}__seen")
        return seen, [_level(node.rows, reader, f"{name}[{index}].", None) for index in range(rows)]
    if node.fact is not None:
        choice = reader.one(name)
        return choice is not None, None if choice == "change" else choice
    if node.check is None:
        return False, None
    if node.type == "checkbox":
        seen = reader.has(name) or reader.has(f"{name}__seen")
        return seen, (reader.one(name) or "").lower() in ("true", "on", "1", "yes")
    if node.empty == []:
        seen = reader.has(name) or reader.has(f"{name}__seen")
        return seen, [_typed_choice(node, text) for text in reader.all(name) if text]
    if node.type == "datetime":
        return _moment(node, reader, name)
    text = reader.one(name)
    if text is None:
        return False, None
    if node.type == "number":
        return True, _number(
            text, node.raw.get("serializeToString") is True, node.raw.get("decimalDigits") == 0
        )
    if node.type in ("radio", "select") and node.search is None:
        return True, _typed_choice(node, text) if text else None
    return True, text.replace("\r\n", "\n")


def _typed_choice(node: Node, text: str) -> Any:
    """The choice whose posted text this is: HTML has only texts, a choice may be a number or true."""
    for entry in node.raw.get("values") or []:
        value = entry.get("value") if isinstance(entry, dict) else None
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        if not isinstance(value, str) and shown == text.lower():
            return value
    return text


def _row_count(reader: _Reader, name: str) -> int:
    pattern = re.compile(re.escape(name) + r"\[([0-9]{1,3})\]")
    found = (pattern.match(posted) for posted in reader.names())
    return min(max((int(match[1]) + 1 for match in found if match), default=0), ROWS_MAX + 1)


def _number(text: str, as_text: bool, whole: bool = False) -> Any:
    """1 500,50 · 1,500.50 · ١٢ → exact; None if empty; the text itself if it is no number."""
    plain = "".join(_digit(char) for char in text if not char.isspace() and char not in "'’٬\u200e\u200f")
    plain = plain.replace("−", "-").replace("٫", ",").replace("，", ",")
    if not plain:
        return None
    if "," in plain and "." in plain:
        thousands, point = (",", ".") if plain.rfind(".") > plain.rfind(",") else (".", ",")
        plain = plain.replace(thousands, "").replace(point, ".")
    elif whole and re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]{3})+", plain):
        plain = plain.replace(",", "").replace(".", "")
    elif plain.count(",") == 1 and plain.count(".") == 0:
        plain = plain.replace(",", ".")
    elif plain.count(",") > 1 or plain.count(".") > 1:
        plain = plain.replace(",", "").replace(".", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,19}(\.[0-9]{0,18})?", plain):
        return text
    return plain.removeprefix("+").rstrip(".") if as_text else Decimal(plain)


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _moment(node: Node, reader: _Reader, name: str) -> tuple[bool, Any]:
    """The parts of a date or time, or the value of a quick answer, or ISO text in one field."""
    quick = reader.one(f"{name}-quick")
    if quick:
        return True, quick
    subtype = node.raw.get("subtype", "date")
    day_parts = [reader.one(f"{name}-{part}") for part in ("year", "month", "day")]
    time_parts = [reader.one(f"{name}-{part}") for part in ("hour", "minute")]
    parts = (day_parts if subtype != "time" else []) + (time_parts if subtype != "date" else [])
    if all(part is None for part in parts):
        whole = reader.one(name)
        return whole is not None, (whole or "").strip() or None
    cleaned = ["".join(map(_digit, (part or "").strip())) for part in parts]
    if not any(cleaned):
        return True, None
    day = _padded(cleaned[:3], (0, 2, 2), "-") if subtype != "time" else ""
    clock = _padded(cleaned[-2:], (2, 2), ":") if subtype != "date" else ""
    return True, "T".join(part for part in (day, clock) if part)


def _padded(parts: list[str], widths: tuple[int, ...], sign: str) -> str:
    return sign.join(part.zfill(width) if part else "" for part, width in zip(parts, widths, strict=True))
