"""One change written down: the row of the case, its events, the audit leaf, the outbox, the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.audit.leaf import leaf
from backend.cases import sealing
from backend.cases.ask import Ask, Changed, fingerprint_of
from backend.cases.effects import CITIZEN, Model, Rows, rows_of, told
from backend.cases.journal import Begin, Lease, Seen, Write
from backend.cases.records import Extra
from backend.cases.standing import RUNNING
from backend.cases.tools import Tools
from backend.engine import State
from backend.engine import events as ev
from backend.procedures import Task
from backend.vault import DataKey


class Case(Struct, frozen=True, kw_only=True):
    """The case as it was read, or as it begins."""

    version: int
    epoch: int
    procedure: str
    pack: str
    region: str
    department: str
    subject: UUID | None
    stage: str
    status: str
    submitted: datetime | None
    due: datetime | None
    tasks: Mapping[str, Task]  # of the procedure
    key: DataKey
    lease: Lease
    begin: Begin | None = None


class Move(Struct, frozen=True, kw_only=True):
    """What a command does to a case. `state` None: the engine did not move. `notes`: (type, element) of its
    own."""

    act: str
    state: State | None = None
    events: Sequence[ev.Event] = ()
    notes: tuple[tuple[str, str], ...] = ()
    lease: Lease | None = None
    task: int | None = None  # completed by this
    revision: int | None = None  # of that task, as it was read
    submitted: datetime | None = None
    due: datetime | None = None
    submits: bool = False
    failure: str = ""
    extras: tuple[Extra, ...] = ()
    reason: str = ""
    pack: str = ""  # another version of the procedure, on which the case goes on


def write_of(ask: Ask, seen: Seen, case: Case, move: Move, tools: Tools) -> Write:
    """The change as rows."""
    rows = rows_of(
        move.events, Model(case.department, case.tasks, lambda key: tools.vault.blind("message-key", key))
    )
    names = [*move.notes, *told(move.events)]
    status = _status(move.state, case.status)
    body = sealing.seal_events(case.key, move.events)
    lease = move.lease or case.lease
    return Write(
        case=ask.case,
        expect=case.version,
        epoch=case.epoch,
        session=ask.actor.session,
        stamp=ask.actor.stamp,
        task=move.task,
        revision=move.revision,
        blob=sealing.seal_state(case.key, move.state) if move.state is not None else None,
        status=status,
        stage=_stage(rows, case.stage),
        submitted=case.submitted or move.submitted,
        due=move.due or case.due,
        lease=lease,
        begin=case.begin,
        types=tuple(name for name, _ in names),
        elements=tuple(element for _, element in names),
        body=body,
        actor_kind=ask.actor.kind,
        channel=ask.actor.channel,
        leaf=leaf(
            move.act, ask.actor, case=ask.case, case_seq=case.version + 1, subject=case.subject, at=seen.now,
            body=body, ref={"key": ask.key} if ask.key else None, reason=move.reason,
        ),
        outbox=_outbox(ask, case, move, rows, names, status),
        actor=ask.actor.id,
        key=ask.key or None,
        fingerprint=fingerprint_of(ask),
        answer=_answer(case, move, rows, names, lease),
        tasks=rows.of("task"),
        timers=rows.of("timer"),
        jobs=rows.of("job"),
        subscriptions=rows.of("subscription"),
        incidents=rows.of("incident"),
        gone=tuple(rows.gone),
        extras=(*move.extras, *ask.extras),
    )  # fmt: skip


class Answer(Struct, frozen=True, array_like=True):
    """What is kept under the idempotency key; the receipt stands beside it."""

    version: int
    task: int | None
    revision: int | None
    lease: int
    events: tuple[str, ...]


def answered(case: UUID, answer: bytes, receipt: int, *, replayed: bool) -> Changed:
    """The answer of a change, told for the first time or again."""
    kept = msgspec.msgpack.decode(answer, type=Answer)
    return Changed(
        case, kept.version, kept.task, kept.revision, kept.lease, str(receipt), replayed, kept.events
    )


def _answer(case: Case, move: Move, rows: Rows, names: Sequence[tuple[str, str]], lease: Lease) -> bytes:
    """Opened for the citizen: the first of the new tasks. Revision: of the completed task, else of the
    opened one."""
    opened = next((row.task for row in rows.of("task") if row.audience == CITIZEN), None)
    revision = move.revision + 1 if move.revision is not None else 1 if opened is not None else None
    events = tuple(name for name, _ in names)
    return msgspec.msgpack.encode(Answer(case.version + 1, opened, revision, lease.epoch, events))


def _outbox(
    ask: Ask, case: Case, move: Move, rows: Rows, names: Sequence[tuple[str, str]], status: str
) -> str:
    """What others may know of the change: control state, no personal data."""
    body: dict[str, Any] = {
        "v": 1,
        "case": str(ask.case),
        "version": case.version + 1,
        "procedure": case.procedure,
        "pack_version": case.pack,
        "region": case.region,
        "department": case.department,
        "subject": str(case.subject) if case.subject else None,
        "types": [name for name, _ in names],
        "jobs": [[row.job, row.type, row.element] for row in rows.of("job")],
        "tasks": [[row.task, row.element, row.audience, row.department] for row in rows.of("task")],
        "status": status,
        "actor": ask.actor.kind,
        "channel": ask.actor.channel,
        "submitted": move.submits,
        "under_way": case.submitted is not None,
        "failures": [move.failure] if move.failure else [],
        "thrown": any(isinstance(event, ev.MessageThrown | ev.SignalThrown) for event in move.events),
    }
    return msgspec.json.encode(body).decode()


def _status(state: State | None, before: str) -> str:
    if state is None:
        return before
    return RUNNING if state.status == "active" else state.status


def _stage(rows: Rows, before: str) -> str:
    return next((row.stage for row in rows.of("task") if row.stage), before)
