"""FEEL values as (tag, bytes) for the extension types of msgpack, exactly: scale, nanoseconds, zone and all.

Tags: 1 Decimal, 2 Date, 3 Time, 4 DateTime, 5 DaysDuration, 6 MonthsDuration,
7 Range. A tag keeps its meaning for ever.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from .structures import Function, Range
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Time

DECIMAL, DATE, TIME, DATE_TIME, DAYS, MONTHS, RANGE = range(1, 8)


def _pack(*fields: object) -> bytes:
    return msgspec.msgpack.encode(fields)


def encode_ext(value: Any) -> tuple[int, bytes]:
    """(tag, bytes) of a number, temporal value or range. TypeError for a function or anything else."""
    if isinstance(value, Decimal):
        return DECIMAL, str(value).encode("ascii")
    match value:
        case Date():
            return DATE, _pack(value.year, value.month, value.day)
        case Time():
            return TIME, _pack(value.nanos, value.offset, value.zone)
        case DateTime():
            date = value.date
            return DATE_TIME, _pack(date.year, date.month, date.day, value.nanos, value.offset, value.zone)
        case DaysDuration():
            return DAYS, str(value.nanos).encode("ascii")
        case MonthsDuration():
            return MONTHS, str(value.months).encode("ascii")
        case Range():
            return RANGE, _pack(_end(value.start), _end(value.end), value.start_included, value.end_included)
        case Function():
            raise TypeError("a function cannot be stored")
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def decode_ext(tag: int, data: bytes | memoryview) -> Any:
    """The value that `encode_ext` wrote. ValueError for an unknown tag."""
    if tag == DECIMAL:
        return Decimal(str(data, "ascii"))
    blob = bytes(data)
    match tag:
        case 2:
            return Date(*msgspec.msgpack.decode(blob))
        case 3:
            nanos, offset, zone = msgspec.msgpack.decode(blob)
            value = Time(0, 0, 0, 0, offset, None).with_nanos(nanos)
            return Time(value.hour, value.minute, value.second, value.nano, offset, zone) if zone else value
        case 4:
            year, month, day, nanos, offset, zone = msgspec.msgpack.decode(blob)
            return DateTime(Date(year, month, day), nanos, offset, zone)
        case 5:
            return DaysDuration(int(blob))
        case 6:
            return MonthsDuration(int(blob))
        case 7:
            start, end, start_included, end_included = msgspec.msgpack.decode(blob)
            return Range(_value(start), _value(end), start_included, end_included)
    raise ValueError(f"unknown extension type {tag}")


def _end(value: Any) -> object:
    return value if value is None or isinstance(value, str) else list(encode_ext(value))


def _value(packed: Any) -> Any:
    return decode_ext(packed[0], packed[1]) if isinstance(packed, list) else packed
