"""The types that an access rule gives to a registry's fields, and the check of an answer against them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Struct

from backend.procedures.clean import clean_text

TEXT_MAX = 4096
LIST_MAX = 1000
_NAME = re.compile(r"[a-z][A-Za-z0-9_]*\Z")
_ID = re.compile(r"[A-Za-z0-9._:/@+-]{1,128}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class WrongType(Exception):
    """Names the field whose value has another type; never the value."""


class FieldType(Struct, frozen=True):
    """text, id, date, datetime, boolean, integer, number; code, list and record with what is in them.

    In rules.yaml: `name: text`, `kind: {code: [spouse, child]}`, `members: {list: {name: text}}`,
    `home: {record: {street: text}}`; a `?` after a simple type lets the field be absent or null.
    """

    kind: str
    optional: bool = False
    codes: tuple[str, ...] = ()
    fields: Mapping[str, FieldType] = {}

    SIMPLE: ClassVar[tuple[str, ...]] = ("text", "id", "date", "datetime", "boolean", "integer", "number")
    REMEDY: ClassVar[str] = (
        "Use text, id, date, datetime, boolean, integer, number, {code: […]}, {list: …}, {record: …}."
    )

    @classmethod
    def read(cls, spec: Any) -> FieldType:
        """Raises ValueError in plain words if `spec` is no type."""
        if isinstance(spec, str):
            kind, optional = spec.removesuffix("?"), spec.endswith("?")
            if kind not in cls.SIMPLE:
                raise ValueError(f"{spec} is no type")
            return cls(kind, optional)
        if not isinstance(spec, dict):
            raise ValueError("a type is a word or a mapping")
        spec = dict(spec)
        optional = spec.pop("optional", False) is True
        if len(spec) != 1:
            raise ValueError("a mapping names one of code, list, record")
        kind, inner = next(iter(spec.items()))
        if (
            kind == "code"
            and isinstance(inner, list)
            and inner
            and all(isinstance(code, str) for code in inner)
        ):
            return cls("code", optional, codes=tuple(inner))
        if kind in ("list", "record") and isinstance(inner, dict) and inner and all(map(_NAME.match, inner)):
            return cls(kind, optional, fields={name: cls.read(child) for name, child in inner.items()})
        raise ValueError(f"{kind} is not given as it should be")

    def take(self, value: Any, path: str, surplus: list[str]) -> Any:
        """The value if it has this type; what is nested and not listed is dropped and named in `surplus`."""
        if value is None and self.optional:
            return None
        if self.kind == "record":
            return read_record(self.fields, value, path, surplus)
        if self.kind == "list":
            if not isinstance(value, list) or len(value) > LIST_MAX:
                raise WrongType(f"{path} is no list of at most {LIST_MAX}")
            return [read_record(self.fields, item, f"{path}[]", surplus) for item in value]
        if not self._fits(value):
            raise WrongType(f"{path} is no {self.kind}")
        return value

    def _fits(self, value: Any) -> bool:
        match self.kind:
            case "boolean":
                return isinstance(value, bool)
            case "integer":
                return type(value) is int and abs(value) < 10**18
            case "number":
                return type(value) in (int, Decimal, float) and abs(value) < 10**18
        if not isinstance(value, str) or len(value) > TEXT_MAX or clean_text(value) != value:
            return False
        match self.kind:
            case "code":
                return value in self.codes
            case "id":
                return bool(_ID.match(value))
            case "date":
                return is_date(value)
            case "datetime":
                return _is_datetime(value)
        return True


def read_record(fields: Mapping[str, FieldType], value: Any, path: str, surplus: list[str]) -> dict[str, Any]:
    """A record with exactly the listed fields; the others are named in `surplus` once each."""
    if not isinstance(value, Mapping):
        raise WrongType(f"{path or 'the answer'} is no record")
    kept: dict[str, Any] = {}
    for name, kind in fields.items():
        where = f"{path}.{name}" if path else name
        if name not in value and not kind.optional:
            raise WrongType(f"{where} is missing")
        kept[name] = kind.take(value.get(name), where, surplus)
    for name in value:
        if name not in fields:
            where = f"{path}.{name}" if path else str(name)
            shown = where[:100]
            if shown not in surplus and len(surplus) < 100:
                surplus.append(shown)
    return kept


def is_date(value: str) -> bool:
    """A date of the calendar as YYYY-MM-DD, years 1 to 9999."""
    if not _DATE.match(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_datetime(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
