"""Texts with values: `{{expr}}`, `{{#if cond}}…{{/if}}`, `{{#loop list}}…{{/loop}}` (FJ-TPL-01, -02)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.procedures.expressions import Feel, Place, compile_feel

TEXT_MAX = 65_536
_TAG = re.compile(r"\{\{(.*?)\}\}", re.S)

Escape = Callable[[str], str]


class Template:
    """A compiled text. `render` never raises: what has no value is left empty."""

    __slots__ = ("_parts", "source")

    def __init__(self, source: str, parts: list[_Part]) -> None:
        self.source = source
        self._parts = parts

    @property
    def constant(self) -> bool:
        return all(isinstance(part, str) for part in self._parts)

    @property
    def words(self) -> frozenset[str]:
        """The names that the expressions mention."""
        return frozenset().union(*(part.words for part in self._parts if not isinstance(part, str)))

    def render(self, context: Mapping[str, Any], now: datetime | None = None, escape: Escape = str) -> str:
        return "".join(_render(self._parts, context, now, escape))[:TEXT_MAX]


class _Value:
    __slots__ = ("expression",)

    def __init__(self, expression: Feel) -> None:
        self.expression = expression

    @property
    def words(self) -> frozenset[str]:
        return self.expression.words

    def render(self, context: Mapping[str, Any], now: datetime | None, escape: Escape) -> list[str]:
        return [escape(in_words(self.expression.value(context, now)))]


class _Block:
    __slots__ = ("expression", "kind", "parts")

    def __init__(self, kind: str, expression: Feel) -> None:
        self.kind = kind
        self.expression = expression
        self.parts: list[_Part] = []

    @property
    def words(self) -> frozenset[str]:
        inner = (part.words for part in self.parts if not isinstance(part, str))
        return self.expression.words.union(*inner)

    def render(self, context: Mapping[str, Any], now: datetime | None, escape: Escape) -> list[str]:
        value = self.expression.value(context, now)
        if self.kind == "if":
            return _render(self.parts, context, now, escape) if value is True else []
        texts: list[str] = []
        for index, item in enumerate(value if isinstance(value, list) else [], start=1):
            row = dict(item) if isinstance(item, dict) else {}
            scope = {**context, **row, "this": item, "parent": dict(context), "index": index}
            texts += _render(self.parts, scope, now, escape)
        return texts


_Part = str | _Value | _Block


def _render(
    parts: list[_Part], context: Mapping[str, Any], now: datetime | None, escape: Escape
) -> list[str]:
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        else:
            texts += part.render(context, now, escape)
    return texts


def in_words(value: Any) -> str:
    """A FEEL value as a reader sees it: null is empty, numbers without exponent, lists with commas."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    return "" if isinstance(value, dict) else str(value)


def compile_template(text: str, place: Place, names: frozenset[str] = frozenset()) -> Template:
    """Compile a text; one that begins with `=` is FEEL as a whole. Faults are noted, their parts left out."""
    if text.startswith("="):
        whole = compile_feel(text, names, place)
        return Template(text, [_Value(whole)] if whole else [])
    root: list[_Part] = []
    open_blocks: list[_Block] = []
    last = 0
    for match in _TAG.finditer(text):
        target = open_blocks[-1].parts if open_blocks else root
        target.append(text[last : match.start()])
        last = match.end()
        _take_tag(match.group(1).strip(), target, open_blocks, place, names)
    (open_blocks[-1].parts if open_blocks else root).append(text[last:])
    for block in open_blocks:
        place.fault("PACK-TEXT-05", f"{{{{#{block.kind}}}}} is not closed.", f"Add {{{{/{block.kind}}}}}.")
    return Template(text, [part for part in root if part != ""])


def _take_tag(
    tag: str, target: list[_Part], open_blocks: list[_Block], place: Place, names: frozenset[str]
) -> None:
    if tag.startswith("/"):
        if open_blocks and open_blocks[-1].kind == tag[1:].strip():
            open_blocks.pop()
        else:
            place.fault(
                "PACK-TEXT-05", f"{{{{{tag}}}}} closes nothing.", "Remove it or open the block before it."
            )
        return
    if tag.startswith("#"):
        kind, _, rest = tag[1:].partition(" ")
        expression = compile_feel(rest.strip(), names, place) if kind in ("if", "loop") else None
        if kind not in ("if", "loop"):
            place.fault("PACK-TEXT-05", f"{{{{#{kind}}}}} is unknown.", "Use {{#if …}} or {{#loop …}}.")
        if expression is not None:
            block = _Block(kind, expression)
            target.append(block)
            open_blocks.append(block)
        return
    expression = compile_feel(tag, names, place)
    if expression is not None:
        target.append(_Value(expression))
