"""Who calls, what he is answered, and the same answer again under the same key."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.cases.ask import check_key
from backend.cases.records import Extra, Records
from backend.handoff.errors import KeyReused
from backend.rights import Actor
from backend.vault import Vault

SEAL = "handoff-answer"


class Caller(Struct, frozen=True, kw_only=True):
    """One request: the session's actor if there is one, the claim token if it has one, key, address,
    browser."""

    actor: Actor | None = None
    claim: str = ""
    key: str = ""
    address: str = ""
    agent: str = ""
    lang: str = "en"

    @property
    def session(self) -> UUID | None:
        """The id of the caller's session."""
        return None if self.actor is None else self.actor.session


class Answer(Struct, frozen=True, kw_only=True):
    """What a call gives: status and body, and cookies to set. `replayed`: it was given before."""

    status: int
    body: dict[str, Any]
    claim: str = ""
    session: str = ""
    drop_claim: bool = False
    replayed: bool = False


class Answers:
    """Keeps sealed answers per handoff, caller and key. They hold codes and tokens, so they live an hour
    at most."""

    def __init__(self, records: Records, vault: Vault) -> None:
        self._records = records
        self._vault = vault

    def again(self, handoff: UUID, party: str, key: str, request: object) -> Answer | None:
        """The answer given before under this key; None if there was none. Raises KeyReused for another
        request."""
        check_key(key)
        row = self._records.row("handoff.call", handoff=handoff, caller=_hash(party), key=key)
        if row is None:
            return None
        if bytes(row["fingerprint"]) != _fingerprint(request):
            raise KeyReused
        kept = msgspec.json.decode(self._vault.open(SEAL, row["answer"]), type=Answer)
        return msgspec.structs.replace(kept, replayed=True)

    def keep(self, handoff: UUID, party: str, key: str, request: object, answer: Answer) -> Answer:
        """Keeps an answer and gives it back."""
        extra = self.extra(handoff, party, key, request, answer)
        self._records.run(extra.query, **extra.params)
        return answer

    def extra(self, handoff: UUID, party: str, key: str, request: object, answer: Answer) -> Extra:
        """The write that keeps an answer, for a case's change."""
        params = {
            "handoff": handoff,
            "caller": _hash(party),
            "key": key,
            "fingerprint": _fingerprint(request),
            "answer": self._vault.seal(SEAL, msgspec.json.encode(answer)),
        }
        return Extra(query="handoff.call_keep", params=params)


def _hash(party: str) -> bytes:
    return hashlib.sha256(party.encode()).digest()


def _fingerprint(request: object) -> bytes:
    return hashlib.sha256(msgspec.json.encode(request, order="deterministic")).digest()
