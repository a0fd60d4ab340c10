"""Columns of a batch as PostgreSQL arrays in binary form, each with its own fixed type.

A list of Python values would be sent as whatever array its first values suggest (an empty one as unknown),
so that
the same statement would be planned again and again. A `Column` always has one type.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_INT8 = struct.Struct("!iq")
_LENGTH = struct.Struct("!i")
_NULL = _LENGTH.pack(-1)


def _int8(value: int) -> bytes:
    return _INT8.pack(8, value)


def _sized(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _instant(value: datetime) -> bytes:
    since = value - _EPOCH
    return _INT8.pack(8, (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds)


class Column:
    """Values of one type, None for NULL."""

    __slots__ = ("values",)
    array: int
    element: int
    encode: Callable[[Any], bytes]

    def __init__(self, values: Iterable[Any]):
        self.values = list(values)


class BigInts(Column):
    array, element, encode = 1016, 20, staticmethod(_int8)


class Uuids(Column):
    array, element, encode = 2951, 2950, staticmethod(lambda value: _sized(value.bytes))


class Texts(Column):
    array, element, encode = 1009, 25, staticmethod(lambda value: _sized(value.encode()))


class Bytes(Column):
    array, element, encode = 1001, 17, staticmethod(_sized)


class Instants(Column):
    array, element, encode = 1185, 1184, staticmethod(_instant)


class _ColumnDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Column) -> Buffer:
        values, encode = obj.values, obj.encode
        if not values:
            return struct.pack("!iiI", 0, 0, obj.element)
        parts = [struct.pack("!iiIii", 1, 1, obj.element, len(values), 1)]
        parts += [_NULL if value is None else encode(value) for value in values]
        return b"".join(parts)


def register(connection: psycopg.Connection[Any]) -> None:
    """Let this connection send columns."""
    for column in (BigInts, Uuids, Texts, Bytes, Instants):
        dumper = type(f"{column.__name__}Dumper", (_ColumnDumper,), {"oid": column.array})
        connection.adapters.register_dumper(column, dumper)
