"""What every call of this room works with, and the one way to read a handoff: with its time checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.cases.records import Records
from backend.handoff.answers import Answers, Caller
from backend.handoff.codes import hash_of
from backend.handoff.errors import HandoffEnded, NotFound
from backend.handoff.machine import machine
from backend.people import People
from backend.vault import Vault

Row = dict[str, Any]
Tell = Callable[[str, int, str, str], None]


class Limits(Protocol):
    """Counts how often something happens; raises TooMany."""

    def hit(self, name: str, subject: str = "") -> None: ...
    def check(self, name: str, subject: str = "") -> None: ...


def silent(_topic: str, _seq: int, _type: str, _ref: str) -> None:
    """Wakes nobody: an installation without Valkey, whose screens look by themselves."""


class Tools(Struct, frozen=True):
    """The room's means."""

    records: Records
    vault: Vault
    cases: Any
    people: People
    limits: Limits
    answers: Answers
    tell: Tell
    origin: str

    @contextmanager
    def together(self) -> Iterator[Tools]:
        """Tools whose writes all happen or none, so that an effect and the answer that repeats it are never
        parted by a crash; who watches is woken afterwards. What is raised inside takes the effect back."""
        told: list[tuple[str, int, str, str]] = []
        with self.records.transaction() as inside:
            yield replace(
                self,
                records=inside,
                answers=Answers(inside, self.vault),
                tell=lambda *event: told.append(event),
            )
        for event in told:
            self.tell(*event)

    def event(self, row: Row, type_: str) -> None:
        """Wake those who watch this handoff."""
        self.tell(f"handoff:{row['id']}", row["seq"], type_, str(row["id"]))


def found(tools: Tools, handoff: UUID) -> Row:
    """The handoff as it is now by the database's clock. Raises NotFound."""
    ended = tools.records.row(
        "handoff.expire", id=handoff, to=machine().to("expire"), **{"from": machine().sources("expire")}
    )
    row = tools.records.row("handoff.by_id", id=handoff)
    if row is None:
        raise NotFound
    if ended is not None:
        tools.event(row, "handoff.expired")
    return row


def is_source(row: Row, caller: Caller) -> bool:
    """The session that made the handoff."""
    return caller.session is not None and caller.session == row["source_session"]


def is_claimant(row: Row, caller: Caller) -> bool:
    """The browser that claimed it."""
    return (
        bool(caller.claim)
        and row["claim_hash"] is not None
        and bytes(row["claim_hash"]) == hash_of(caller.claim)
    )


def is_receiver(row: Row, caller: Caller) -> bool:
    """The session that came of it."""
    return caller.session is not None and caller.session == row["receiver_session"]


def is_party(row: Row, caller: Caller) -> bool:
    """One of those."""
    return is_source(row, caller) or is_claimant(row, caller) or is_receiver(row, caller)


def of_party(tools: Tools, handoff: UUID, caller: Caller, *who: Callable[[Row, Caller], bool]) -> Row:
    """The handoff, for one of these parties. Strangers get NotFound; an ended one gives HandoffEnded to
    all parties, and who is a party but not of these gets NotFound too."""
    row = found(tools, handoff)
    if not is_party(row, caller):
        raise NotFound
    if machine().final(row["state"]):
        raise HandoffEnded(row["end_reason"] or row["state"].lower())
    if not any(test(row, caller) for test in who):
        raise NotFound
    return row
