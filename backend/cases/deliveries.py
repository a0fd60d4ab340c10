"""Messages and signals between cases: what one has thrown reaches others, each with its effect once.

A message goes to one receiver (X-MSG-01): the case that has waited longest for its name and key, else a new
case
of the procedure that it starts, else it is kept for its time to live. A signal goes to all (X-SIG-01). The
payload
is read from the thrower's own sealed events when it is given; nothing of it is copied on the way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from backend.cases import sealing
from backend.cases.ask import Ask
from backend.cases.cases import Cases
from backend.cases.commands import Broadcast, Correlate, StartCase
from backend.cases.crash import crash_point
from backend.cases.errors import CaseError, Conflict, Finished, Refused, Unavailable
from backend.cases.records import Extra, Records
from backend.cases.tools import Tools
from backend.engine import events as ev
from backend.procedures import Procedure
from backend.rights import SYSTEM

TIME_TO_LIVE: Final = 3600.0
"""Seconds that a message is kept whose throw does not say it."""


class Deliveries:
    """Given once by wiring; any number of workers may carry the same thing, it arrives once."""

    def __init__(self, records: Records, tools: Tools, cases: Cases) -> None:
        self._records = records
        self._tools = tools
        self._cases = cases

    def carry(self, case: UUID, version: int) -> None:
        """Everything that one change of a case has thrown, in order."""
        for event in self._thrown(case, version):
            if isinstance(event, ev.SignalThrown):
                self._broadcast(case, event)
                continue
            seconds = TIME_TO_LIVE if event.time_to_live is None else event.time_to_live
            self._records.run(
                "delivery.keep",
                case_id=case,
                message=int(event.id),
                version=version,
                name=event.name,
                key=self._blind(event.key),
                seconds=seconds,
            )
            crash_point("delivery.kept")
            self.give(case, int(event.id))
            crash_point("delivery.given")

    def give(self, case: UUID, message: int) -> None:
        """Give a message to its receiver; nothing when it has had one, or when nobody waits yet."""
        kept = self._records.row("delivery.kept", case_id=case, message=message)
        if kept is None:
            return
        event = next(
            event
            for event in self._thrown(case, kept["version"])
            if isinstance(event, ev.MessageThrown) and int(event.id) == message
        )
        for row in self._records.rows("delivery.receivers", name=kept["name"], key=kept["key"]):
            if self._correlated(case, event, row["case_id"]):
                return
        self._begun(case, event, kept)

    # --- messages -----------------------------------------------------------------------------------------

    def _correlated(self, sender: UUID, event: ev.MessageThrown, receiver: UUID) -> bool:
        """Whether this case took it; one that has ended, sleeps or waits no longer did not."""
        command = Correlate(
            name=event.name,
            key=event.key,
            message_id=f"{sender}/{event.id}",
            variables=event.variables,
            hops=event.hops,
        )
        taken = _taken(sender, event, receiver)
        try:
            self._cases.change(Ask(actor=SYSTEM, case=receiver, command=command, key="", extras=(taken,)))
        except Refused:
            return False
        except Conflict:
            if self._records.row("delivery.kept", case_id=sender, message=int(event.id)) is None:
                return True
            raise
        return True

    def _begun(self, sender: UUID, event: ev.MessageThrown, kept: dict[str, Any]) -> None:
        """Begin the procedure that the message starts, unless its conversation has a live case
        (X-INST-04)."""
        for pack, start in self._starts("message", event.name):
            known = {"procedure": pack.id, "name": kept["name"], "key": kept["key"]}
            if event.key and self._records.row("delivery.conversation", **known) is not None:
                continue
            case = self._cases.case_id_for(SYSTEM, _key(sender, event.id, pack.id, start))
            taken = _taken(sender, event, case, pack.id)
            if self._start(sender, event, pack, start, (taken,)):
                return

    # --- signals ------------------------------------------------------------------------------------------

    def _broadcast(self, sender: UUID, event: ev.SignalThrown) -> None:
        """Every other case that waits for it, then the procedures that it starts (X-DET-02)."""
        for row in self._records.rows("delivery.hearers", name=event.name):
            if row["case_id"] != sender:
                self._heard(row["case_id"], sender, event)
        for pack, start in self._starts("signal", event.name):
            self._start(sender, event, pack, start, ())

    def _heard(self, case: UUID, sender: UUID, event: ev.SignalThrown) -> None:
        command = Broadcast(name=event.name, variables=event.variables, hops=event.hops)
        try:
            self._cases.change(Ask(actor=SYSTEM, case=case, command=command, key=_key(sender, event.id)))
        except (Conflict, Unavailable):
            raise
        except CaseError:
            return  # it has ended or sleeps: signals are not kept

    # --- both ---------------------------------------------------------------------------------------------

    def _start(
        self, sender: UUID, event: ev.MessageThrown | ev.SignalThrown, pack: Procedure, start: str,
        extras: tuple[Extra, ...],
    ) -> bool:  # fmt: skip
        """A new case about the same person in the same region; False where it is not offered there."""
        row = self._records.row("cases.case_row", case_id=sender)
        assert row is not None
        key = _key(sender, event.id, pack.id, start)
        command = StartCase(
            procedure=pack.id, region=row["region"], lang=row["lang"], subject=row["subject"],
            variables=event.variables, start=start, hops=event.hops,
        )  # fmt: skip
        case = self._cases.case_id_for(SYSTEM, key)
        try:
            self._cases.change(Ask(actor=SYSTEM, case=case, command=command, key=key, extras=extras))
        except Finished:
            return True
        except Refused:
            return False
        return True

    def _starts(self, kind: str, name: str) -> Iterator[tuple[Procedure, str]]:
        """(procedure, start event) of the active procedures that this message or signal begins."""
        for _, pack in sorted(self._cases.packs.active().items()):
            for node, _, trigger in pack.process.begun_by(kind):
                named = trigger.name is not None and trigger.name.text == name
                if named and not node.trigger.parallel:
                    yield pack, node.id

    def _thrown(self, case: UUID, version: int) -> list[ev.MessageThrown | ev.SignalThrown]:
        row = self._records.row("cases.case_row", case_id=case)
        body = self._records.row("cases.event_body", case_id=case, version=version)
        if row is None or body is None:
            return []
        events = sealing.open_events(self._tools.vault.unwrap(row["wrapped"]), body["body"])
        return [event for event in events if isinstance(event, ev.MessageThrown | ev.SignalThrown)]

    def _blind(self, key: str) -> bytes:
        return self._tools.vault.blind("message-key", key)


def _taken(sender: UUID, event: ev.MessageThrown, receiver: UUID, began: str | None = None) -> Extra:
    params = {"case_id": sender, "message": int(event.id), "receiver": receiver, "began": began}
    return Extra("delivery.taken", params)


def _key(sender: UUID, *parts: str) -> str:
    """An idempotency key that is the same for the same thing."""
    return hashlib.sha256("\0".join((str(sender), *parts)).encode()).hexdigest()[:40]
