"""FEEL values in Python, and their ways in and out (JSON, msgpack extension types).

null None · boolean bool · number Decimal · string str · list list · context dict · temporal values, Range,
Function
from here. Lists and dicts are never changed after they were made.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from . import numbers
from .storage import decode_ext, encode_ext
from .structures import Function, Range
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, TemporalError, Time

__all__ = [
    "Date", "DateTime", "DaysDuration", "Function", "MonthsDuration", "Range", "TemporalError", "Time",
    "Value",
    "decode_ext", "encode_ext", "from_json", "to_feel", "to_json",
]  # fmt: skip

Value: TypeAlias = Any


# Classes that are FEEL values as they are; everything else is converted when it is first read.
SCALARS = frozenset({type(None), bool, Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration})


def to_feel(value: Any) -> Value:
    """A Python value as FEEL value: int, float → number, datetime types → temporal, mapping, sequence →
    context, list.

    Returns the same object where nothing is to be converted. TypeError for what FEEL cannot hold.
    """
    kind = value.__class__
    if kind in SCALARS:
        return value
    if kind is dict:
        return _converted_dict(value)
    if kind is list:
        return _converted_list(value)
    return _from_python(value)


def _converted_dict(value: dict[Any, Any]) -> dict[str, Value]:
    new = None
    for key, item in value.items():
        if item.__class__ not in SCALARS:
            better = to_feel(item)
            if better is not item:
                new = new if new is not None else dict(value)
                new[key] = better
    return value if new is None else new


def _converted_list(value: list[Any]) -> list[Value]:
    new = None
    for index, item in enumerate(value):
        if item.__class__ not in SCALARS:
            better = to_feel(item)
            if better is not item:
                new = new if new is not None else list(value)
                new[index] = better
    return value if new is None else new


def _from_python(value: Any) -> Value:
    if isinstance(value, int):
        return bool(value) if isinstance(value, bool) else numbers.fit(Decimal(int(value)))
    if isinstance(value, float):
        return (
            numbers.fit(Decimal(repr(float(value))))
            if value == value and abs(value) != float("inf")
            else None
        )
    if isinstance(value, Range | Function):
        return value
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return from_datetime(value)
    if isinstance(value, str | Decimal):
        return str(value) if isinstance(value, str) else Decimal(value)
    if isinstance(value, Mapping):
        return {str(key): to_feel(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [to_feel(item) for item in value]
    raise TypeError(f"FEEL cannot hold a {type(value).__name__}")


def from_datetime(value: datetime.date | datetime.time | datetime.timedelta) -> Value:
    """Python's date, time, datetime (with offset or ZoneInfo) and timedelta as FEEL values."""
    if isinstance(value, datetime.timedelta):
        return DaysDuration(((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)
    if isinstance(value, datetime.datetime):
        day = Date(value.year, value.month, value.day)
        nanos = _clock(value)
        zone = getattr(value.tzinfo, "key", None)
        shift = value.utcoffset()
        if shift is None:
            return DateTime(day, nanos)
        offset = shift.days * 86_400 + shift.seconds
        return DateTime(day, nanos, offset, zone if zone != "UTC" else None)
    if isinstance(value, datetime.date):
        return Date(value.year, value.month, value.day)
    shift = value.utcoffset()
    seconds = None if shift is None else shift.days * 86_400 + shift.seconds
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, seconds)


def _clock(value: datetime.datetime) -> int:
    return (((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond) * 1000


def from_json(value: Any) -> Value:
    """A JSON value (as `json` or `msgspec` reads it) as FEEL value; strings stay strings (D-TYPE-06)."""
    return to_feel(value)


def to_json(value: Value) -> Any:
    """A FEEL value as JSON-ready value: numbers stay Decimal, temporal values and ranges become their
    canonical text.

    TypeError for a function.
    """
    if value is None or isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, Function):
        raise TypeError("a function cannot be written as JSON")
    return str(value)
