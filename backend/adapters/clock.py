"""The process's own clock, where the database's is not at hand. Expiry is always compared by the
database's."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """An aware instant in UTC."""
    return datetime.now(UTC)
