"""`Records` on PostgreSQL: a pool of connections of this process, named queries, nothing else.

The pool is made at the first use and belongs to one process: a child that was forked makes its own.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from backend.adapters.postgres.queries import queries

Connection = psycopg.Connection[dict[str, Any]]
GIVE_UP_AFTER = 10.0  # seconds that a request waits for a connection
WRITER = (
    "-c plan_cache_mode=force_generic_plan"
    " -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off"
)
DURABLE = "-c synchronous_commit=on"


def _check(connection: Connection) -> None:
    """Raises if the server has closed the connection. A live idle one has nothing to read, which costs one
    call."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)


def _gives_rows(cursor: psycopg.Cursor[Any]) -> bool:
    """Whether the query answers with rows. `description` would build an object a column, for nothing."""
    return cursor.pgresult is not None and cursor.pgresult.nfields > 0


class Records:
    """Named queries on one connection."""

    def __init__(self, connection: Connection):
        self.connection = connection

    def rows(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        cursor = self.connection.execute(queries()[query], params)
        return cursor.fetchall() if _gives_rows(cursor) else []

    def row(self, query: str, /, **params: Any) -> dict[str, Any] | None:
        cursor = self.connection.execute(queries()[query], params)
        found: dict[str, Any] | None = cursor.fetchone() if _gives_rows(cursor) else None
        return found

    def run(self, query: str, /, **params: Any) -> int:
        return int(self.connection.execute(queries()[query], params).rowcount)

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """A transaction, or inside one a savepoint."""
        with self.connection.transaction():
            yield self


class Database:
    """Named queries, each on a connection from the pool and in a transaction of its own."""

    def __init__(self, url: str, *, size: int = 8):
        self.url = url
        self._size = size
        self._lock = threading.Lock()
        self._pool: ConnectionPool[Connection] | None = None
        self._pid = 0

    def rows(self, query: str, /, **params: Any) -> list[dict[str, Any]]:
        with self._records() as records:
            return records.rows(query, **params)

    def row(self, query: str, /, **params: Any) -> dict[str, Any] | None:
        with self._records() as records:
            return records.row(query, **params)

    def run(self, query: str, /, **params: Any) -> int:
        with self._records() as records:
            return records.run(query, **params)

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Records in one transaction; nothing is kept when the block raises."""
        with self._records() as records, records.transaction():
            yield records

    def connect(self, *, writer: bool = False) -> Connection:
        """A connection outside the pool, autocommit; a `writer` plans once and walks by index, in the order
        given."""
        options = f"{DURABLE} {WRITER}" if writer else DURABLE
        connection: Connection = psycopg.connect(
            self.url, autocommit=True, row_factory=dict_row, options=options, prepare_threshold=0
        )
        return connection

    def close(self) -> None:
        """Close this process's pool."""
        with self._lock:
            if self._pool is not None and self._pid == os.getpid():
                self._pool.close()
            self._pool = None

    @contextmanager
    def _records(self) -> Iterator[Records]:
        with self._own_pool().connection(timeout=GIVE_UP_AFTER) as connection:
            yield Records(connection)

    def _own_pool(self) -> ConnectionPool[Connection]:
        if self._pool is not None and self._pid == os.getpid():
            return self._pool
        with self._lock:
            if self._pool is None or self._pid != os.getpid():
                self._pool = ConnectionPool(
                    self.url,
                    min_size=1,
                    max_size=self._size,
                    kwargs={
                        "autocommit": True,
                        "row_factory": dict_row,
                        "options": DURABLE,
                        "prepare_threshold": 2,
                    },
                    check=_check,
                    open=True,
                )
                self._pid = os.getpid()
        return self._pool
