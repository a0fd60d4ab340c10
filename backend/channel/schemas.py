"""What a request's body may be: strict JSON, and marshmallow schemas that refuse what they do not know.

JSON here is narrower than Python's: no NaN, no name twice, at most 24 levels, no control characters and no
direction overrides in strings, whole numbers within 64 bits.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from backend.channel.problem import BadJson, NotJson

DEPTH = 24
INTEGER = 2**63
DIGITS = 60
OPENING = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
TEXT = 20_000


class Strict(Schema):
    """The base of all bodies: an unknown field is refused, never dropped."""

    class Meta:
        unknown = RAISE


class Text(fields.String):
    """A line or paragraph of ordinary characters, at most `longest` of them."""

    def __init__(self, *, longest: int = 1000, shortest: int = 0, **more: Any) -> None:
        super().__init__(validate=[validate.Length(min=shortest, max=longest)], **more)


class Whole(fields.Integer):
    """A JSON integer: no text, no fraction, no boolean."""

    def __init__(self, *, least: int = 0, most: int = INTEGER - 1, **more: Any) -> None:
        super().__init__(strict=True, validate=[validate.Range(min=least, max=most)], **more)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class WrittenWhole(Whole):
    """A whole number in a query string: ASCII digits, nothing else."""

    def _validated(self, value: Any) -> Any:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20):
            raise self.make_error("invalid", input=value)
        return super()._validated(int(value))


class Answers(fields.Dict):
    """Answers of a form, by key; the form's own rules say what each may be."""

    def __init__(self, **more: Any) -> None:
        super().__init__(keys=fields.String(validate=validate.Length(max=200)), **more)


class Nothing(Strict):
    """A body without fields: {}."""


def body(schema: Schema) -> dict[str, Any]:
    """The request's body, read strictly and checked. Raises NotJson, BadJson, ValidationError or 413."""
    if request.mimetype != "application/json" or request.headers.get("Content-Encoding"):
        raise NotJson
    found: dict[str, Any] = schema.load(read(request.get_data(cache=True)))
    return found


def read(raw: bytes) -> Any:
    """The value of JSON text. Raises BadJson, or ValidationError for characters and numbers that we
    refuse."""
    if raw.count(b"{") + raw.count(b"[") > DEPTH and _depth(raw) > DEPTH:
        raise BadJson("The body is nested too deeply.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_decimal,
            parse_int=_integer,
        )
    except UnicodeDecodeError:
        raise BadJson("The body is not UTF-8.") from None
    except (json.JSONDecodeError, RecursionError):
        raise BadJson("The body is not JSON.") from None
    if isinstance(value, str):
        _clean(value)
    return value


def _depth(raw: bytes) -> int:
    deepest = depth = 0
    for match in OPENING.finditer(raw):
        sign = match.group()
        if sign in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in b"]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadJson("A name stands twice in an object.")
        _clean(name)
        _walk(value)
        found[name] = value
    return found


def _walk(value: Any) -> None:
    if isinstance(value, str):
        _clean(value)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str | list):
                _walk(each)


def _clean(text: str) -> None:
    if FORBIDDEN.search(text):
        raise ValidationError("Contains characters that are not allowed.")
    if len(text) > TEXT:
        raise ValidationError("Too long.")


def _no_constant(_name: str) -> Any:
    raise BadJson("NaN and Infinity are not JSON.")


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValidationError("Not a number that we read.") from None
    if len(text) > DIGITS or abs(number.adjusted()) > DIGITS:
        raise ValidationError("Not a number that we read.")
    return number


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) >= INTEGER:
        raise ValidationError("A whole number is too large.")
    return int(text)
