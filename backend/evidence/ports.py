"""What evidence needs from outside: a registry that answers one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Question:
    """One query: which service, about whom, for which case; `query` stays the same over retries."""

    service: str
    """`instance/class/member/subsystem/service` (X-Road service id)."""
    fields: dict[str, Any]
    query: UUID
    user: str
    """Who caused it, as X-Road-UserId: a country and an opaque person id, never a registry number."""
    issue: str
    """The case's reference, as X-Road-Issue."""


@dataclass(frozen=True)
class Reply:
    """The registry's own answer, with every field it sent, and the hash that binds it to the question."""

    fields: dict[str, Any]
    request_hash: str


class RegistryDown(Exception):
    """The registry or the way to it does not answer now; asking again later may help."""


class RegistryRefused(Exception):
    """The registry or its gateway says no to us; asking again does not help. Args: its error type."""


class RegistryWrong(Exception):
    """The answer is not what the service promises (not JSON, wrong shape or type)."""


class Registry(Protocol):
    def ask(self, question: Question) -> Reply:
        """Raises `RegistryDown`, `RegistryRefused` or `RegistryWrong`."""
        ...
