"""The real PostgreSQL and Valkey for tests: a server of each per pytest process, a database per module."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from launcher import services

_numbers = count(1)
_TEMPLATE = "errand_template"
_QUICK = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "1GB"}
"""Enough for tests that kill processes: only a crash of the machine needs fsync."""


@contextmanager
def short_directory() -> Iterator[Path]:
    """A directory with a short path that an ordinary user may pass through, removed at the end.

    pytest's own tmp_path is closed to the user that PostgreSQL runs as when the tests run as root.
    """
    directory = Path(tempfile.mkdtemp(prefix="errand-test-", dir="/tmp"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def a_free_port() -> int:
    """A port that Linux gives out just now, so that two test workers never take the same one."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of this pytest process; gives the URL of its first database."""
    with short_directory() as directory, services.postgres(directory / "pg", settings=_QUICK) as url:
        yield url


@contextmanager
def valkey_server() -> Iterator[str]:
    """A Valkey of this pytest process; gives its URL."""
    with short_directory() as directory, services.valkey(directory / "valkey") as url:
        yield url


def migrated_template(postgres_url: str) -> str:
    """The name of a database that holds the schema and no rows."""
    _execute(postgres_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    if _exists("backend.adapters.postgres.schema"):
        schema = importlib.import_module("backend.adapters.postgres.schema")
        schema.migrate(_with_database(postgres_url, _TEMPLATE))
    return _TEMPLATE


@contextmanager
def fresh_database(postgres_url: str, template: str) -> Iterator[str]:
    """The URL of a new copy of `template`, dropped at the end even when connections to it are left open."""
    name = sql.Identifier(database := f"test_{os.getpid()}_{next(_numbers)}")
    _execute(postgres_url, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
    try:
        yield _with_database(postgres_url, database)
    finally:
        _execute(postgres_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _with_database(url: str, database: str) -> str:
    return url.replace("@/errand?", f"@/{database}?")


def _execute(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
