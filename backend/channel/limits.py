"""How often something may happen: counters in Valkey, in PostgreSQL while Valkey does not answer."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml
from redis import Redis, RedisError

from backend.cases.records import Records
from backend.people.errors import TooMany

COUNT = """
local hits = redis.call('INCRBY', KEYS[1], ARGV[1])
if hits == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return {hits, redis.call('TTL', KEYS[1])}
"""


class Blind(Protocol):
    """Hides what is counted (an address, an account): vault.Vault."""

    def blind(self, field: str, value: str) -> bytes: ...


class Limit(NamedTuple):
    """So many hits in so many seconds."""

    hits: int
    seconds: int


@cache
def limits() -> dict[str, Limit]:
    """limits.yaml."""
    read = yaml.safe_load(Path(__file__).with_name("limits.yaml").read_text())
    return {name: Limit(*pair) for name, pair in read.items()}


class Limits:
    """Counts hits. `factor` widens all limits (for a test that logs in a hundred times); without it
    ERRAND_LIMIT_FACTOR does, which is 1."""

    def __init__(
        self, valkey: Redis | None, records: Records, vault: Blind, factor: int | None = None
    ) -> None:
        self._valkey = valkey
        self._records = records
        self._vault = vault
        self._factor = factor or int(os.environ.get("ERRAND_LIMIT_FACTOR") or 1)

    def hit(self, name: str, subject: str = "") -> None:
        """Count one. Raises TooMany with the seconds to wait when it is one too many."""
        self._judge(name, *self._count(name, subject, 1))

    def check(self, name: str, subject: str = "") -> None:
        """Raises TooMany if the limit is reached already; counts nothing."""
        hits, wait = self._count(name, subject, 0)
        self._judge(name, hits + 1, wait)

    def _judge(self, name: str, hits: int, wait: int) -> None:
        if hits > limits()[name].hits * self._factor:
            raise TooMany(max(1, wait))

    def _count(self, name: str, subject: str, cost: int) -> tuple[int, int]:
        key, seconds = self._vault.blind(f"limit:{name}", subject), limits()[name].seconds
        if self._valkey is not None:
            try:
                found: Any = self._valkey.eval(COUNT, 1, b"errand:limit:" + key, cost, seconds)
                return int(found[0]), int(found[1])
            except RedisError:
                pass
        row = self._records.row("people.limit_hit", name=name, subject=key, cost=cost, seconds=seconds)
        return (0, 0) if row is None else (row["hits"], row["wait"])
