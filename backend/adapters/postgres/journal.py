"""The journal on PostgreSQL: one query reads a batch, one function writes it.

A writer has a connection of its own. A batch without extra writes is one statement and thereby one
transaction;
an error of a row undoes the batch, which its caller then splits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from backend.adapters.postgres import write_columns
from backend.adapters.postgres.columns import BigInts, Texts, Uuids, register
from backend.adapters.postgres.database import Connection, Database, Records
from backend.adapters.postgres.queries import queries
from backend.cases.errors import Unavailable
from backend.cases.journal import (
    LEASE_SECONDS,
    CaseRow,
    DraftWrite,
    Kept,
    Lost,
    Renewal,
    Seen,
    TaskDone,
    TaskRow,
    Unknown,
    Wanted,
    Write,
)  # fmt: skip

_KEPT, _CASE, _TASK = slice(4, 7), slice(7, 28), slice(28, 40)


class PostgresJournal:
    """For one thread. The connection is made at the first use, and again after it broke."""

    def __init__(self, database: Database):
        self._database = database
        self._connection: Connection | None = None

    def read(self, wanted: Sequence[Wanted]) -> list[Seen]:
        """One query for the batch. A broken connection is replaced once: nothing was written yet."""
        params = {
            "cases": Uuids(w.case for w in wanted),
            "actors": Texts(w.actor for w in wanted),
            "keys": Texts(w.key for w in wanted),
            "sessions": Uuids(w.session for w in wanted),
            "stamps": BigInts(w.stamp for w in wanted),
            "tasks": BigInts(w.task for w in wanted),
        }
        try:
            rows = self._rows("cases.seen", params)
        except psycopg.OperationalError:
            self._drop()
            try:
                rows = self._rows("cases.seen", params)
            except psycopg.OperationalError:
                self._drop()
                raise Unavailable("The database does not answer; nothing was changed.") from None
        return [_seen(row) for row in rows]

    def write(self, now: datetime, changes: Sequence[Write]) -> dict[UUID, int]:
        """The receipts of those that went in."""
        ordered = sorted(changes, key=lambda change: change.case.bytes)
        params = write_columns.of_changes(now, ordered)
        if not any(change.extras for change in ordered):
            with self._errors():
                return self._changed(params)
        return self._write_with_extras(params, ordered)

    def save_drafts(self, drafts: Sequence[DraftWrite]) -> set[UUID]:
        """The cases whose draft went in."""
        params = write_columns.of_drafts(sorted(drafts, key=lambda draft: draft.case.bytes))
        return {case for (case,) in self._guarded(queries()["cases.save_drafts"], params)}

    def renew(self, renewals: Sequence[Renewal]) -> set[UUID]:
        """The cases whose lease was renewed."""
        params = {
            "cases": Uuids(r.case for r in renewals),
            "epochs": BigInts(r.epoch for r in renewals),
            "sessions": Uuids(r.session for r in renewals),
            "seconds": LEASE_SECONDS,
        }
        return {case for (case,) in self._guarded(queries()["cases.renew"], params)}

    def close(self) -> None:
        """End the connection."""
        self._drop()

    def _write_with_extras(self, params: list[Any], changes: Sequence[Write]) -> dict[UUID, int]:
        """As `write`, and every extra of a change that won must touch what it promises."""
        connection = self._own()
        with self._errors(), connection.transaction():
            receipts = self._changed(params)
            records = Records(connection)
            for change in changes:
                for extra in change.extras if change.case in receipts else ():
                    touched = records.run(extra.query, **extra.params)
                    if extra.expects is not None and touched != extra.expects:
                        raise Lost(extra.query)
        return receipts

    def _guarded(self, text: str, params: dict[str, Any]) -> list[Any]:
        with self._errors():
            return self._rows(text, params, named=False)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """The database's errors in the words of the port; a row that is bad in itself keeps its own."""
        try:
            yield
        except psycopg.errors.UniqueViolation as error:
            if error.diag.constraint_name == "completion_pkey":
                raise TaskDone from error
            raise Lost(error.diag.constraint_name) from error
        except psycopg.OperationalError as error:
            raise self._broken(error) from error

    def _broken(self, error: psycopg.OperationalError) -> Exception:
        """Lost if the database itself refused (a deadlock, a race); Unknown if its answer never came."""
        if error.sqlstate is not None and self._connection is not None and not self._connection.broken:
            return Lost(error.sqlstate)
        self._drop()
        return Unknown()

    def _rows(self, query: str, params: dict[str, Any], *, named: bool = True) -> list[Any]:
        text = queries()[query] if named else query
        with self._own().cursor(row_factory=tuple_row, binary=True) as cursor:
            return cursor.execute(text, params).fetchall()

    def _changed(self, params: list[Any]) -> dict[UUID, int]:
        with psycopg.RawCursor(self._own(), row_factory=tuple_row) as cursor:
            return dict(cursor.execute(write_columns.CHANGE, params, binary=True).fetchall())

    def _own(self) -> Connection:
        if self._connection is None or self._connection.broken:
            self._connection = self._database.connect(writer=True)
            register(self._connection)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _seen(row: tuple[Any, ...]) -> Seen:
    return Seen(
        now=row[0],
        session_live=row[2],
        case=CaseRow(*row[_CASE]) if row[7] is not None else None,
        task=TaskRow(*row[_TASK]) if row[28] is not None else None,
        done=row[3],
        kept=Kept(*row[_KEPT]) if row[4] is not None else None,
    )
