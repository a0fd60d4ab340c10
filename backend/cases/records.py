"""How rooms reach the database without knowing it: named queries, rows as dicts."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from msgspec import Struct


class Records(Protocol):
    """Implemented by adapters/postgres. A query is named "room.name" and stands in
    adapters/postgres/<room>.sql."""

    def rows(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        """Every row that the query gives."""
        ...

    def row(self, query: str, /, **params: Any) -> dict[str, Any] | None:
        """The first row, or None."""
        ...

    def run(self, query: str, /, **params: Any) -> int:
        """The number of rows that the query touched."""
        ...

    def transaction(self) -> AbstractContextManager[Records]:
        """Records whose queries all happen or none; nothing is kept when the block raises."""
        ...


class Extra(Struct, frozen=True):
    """A write of another room that happens with a case's change or not at all.

    `expects` is how many rows it must touch; any other number and the whole change loses (Conflict). None:
    any.
    """

    query: str
    params: dict[str, Any]
    expects: int | None = 1
