"""Counters: in Valkey, in PostgreSQL while Valkey is away; a lost Valkey costs nothing else (TRUST 5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from redis import Redis

from backend.adapters.postgres.database import Database
from backend.channel.limits import Limits, limits
from backend.channel.live import Live
from backend.people import TooMany
from backend.vault import Vault

AWAY = "redis://127.0.0.1:1"


@pytest.fixture(scope="module")
def records(database: str) -> Iterator[Database]:
    opened = Database(database)
    yield opened
    opened.close()


@pytest.fixture(params=["valkey", "away", "none"])
def counted(request: pytest.FixtureRequest, records: Database, valkey_url: str) -> Limits:
    valkey = {"valkey": Redis.from_url(valkey_url), "away": Redis.from_url(AWAY), "none": None}[request.param]
    return Limits(valkey, records, Vault.ephemeral(), factor=1)


@pytest.mark.parametrize("name", sorted(limits()))
def test_one_too_many_is_told_how_long_to_wait(counted: Limits, name: str) -> None:
    most, seconds = limits()[name]
    subject = str(uuid4())
    for _ in range(most):
        counted.check(name, subject)
        counted.hit(name, subject)
    for call in (counted.hit, counted.check):
        with pytest.raises(TooMany) as told:
            call(name, subject)
        assert 0 < told.value.retry_after <= seconds
    counted.hit(name, str(uuid4()))


def test_a_window_ends(records: Database) -> None:
    counted = Limits(None, records, Vault.ephemeral(), factor=1)
    for _ in range(10):
        counted.hit("login.address", "x")
    with records.transaction() as inside:
        inside.connection.execute("UPDATE limit_counter SET ends_at = clock_timestamp() - interval '1 s'")
    counted.hit("login.address", "x")


def test_what_is_counted_is_not_stored(records: Database) -> None:
    Limits(None, records, Vault.ephemeral()).hit("login.address", "203.0.113.77")
    with records.transaction() as inside:
        assert "203.0.113.77" not in str(inside.connection.execute("SELECT * FROM limit_counter").fetchall())


def test_telling_screens_without_valkey_fails_silently() -> None:
    live = Live(AWAY)
    live.tell("case:x", 1, "TaskCreated", "x")
    live.ended(uuid4())
