"""What is asked of `cases.change`, and its answer."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from backend.cases.commands import Command
from backend.cases.errors import KeyInvalid
from backend.cases.records import Extra
from backend.rights import Actor

STARTS = UUID("0b9a2f0e-9d0c-5a53-8a55-5f2b5f6f6c01")  # the name space of the ids of cases
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")


class Ask(Struct, frozen=True, kw_only=True):
    """One request. `key`: the idempotency key; the system's own asks may leave it empty.

    fingerprint: what must be the same when the key comes again; b"": the command itself. revision: of the
    task.
    lease: the epoch that the screen holds. version: of the case, as an operator saw it.
    """

    actor: Actor
    case: UUID
    command: Command
    key: str
    fingerprint: bytes = b""
    revision: int | None = None
    lease: int | None = None
    extras: tuple[Extra, ...] = ()
    version: int | None = None


class Changed(Struct, frozen=True):
    """What became of it. `receipt` names the audit leaf; "" for what leaves none (drafts, renewals)."""

    case: UUID
    version: int
    task: int | None
    revision: int | None
    lease: int
    receipt: str
    replayed: bool
    events: tuple[str, ...]


def case_id_for(actor: Actor, key: str) -> UUID:
    """The id of the case that this actor begins under this key: the same start twice is the same case."""
    check_key(key)
    return uuid5(STARTS, f"{actor.id}\0{key}")


def check_key(key: str) -> None:
    """Raises KeyInvalid unless the key is 16 to 64 characters of A-Z, a-z, 0-9, - and _."""
    if not _KEY.match(key):
        raise KeyInvalid


def fingerprint_of(ask: Ask) -> bytes:
    """32 bytes that are the same for the same request."""
    if ask.fingerprint:
        return ask.fingerprint
    name = type(ask.command).__name__.encode()
    return hashlib.sha256(
        name + b"\0" + msgspec.json.encode(ask.command, enc_hook=_plain, order="sorted")
    ).digest()


def _plain(value: Any) -> str:
    return f"{type(value).__name__}:{value!r}"
