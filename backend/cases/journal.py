"""The port to the disk: what a change reads, what it writes, and the promise of the journal between them.

The journal reads for a whole batch in one query and writes it in one transaction, at most one change a case.
It
compares again what was read, by the database's clock; what no longer fits is left out of its answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from backend.cases.records import Extra

LEASE_SECONDS = 45


class Wanted(Struct, frozen=True):
    """What to read for one ask."""

    case: UUID
    actor: str
    key: str | None
    session: UUID | None
    stamp: int
    task: int | None


class CaseRow(Struct, frozen=True):
    """A case as it is stored. `blob` is the engine's dump, sealed under the key that `wrapped` wraps."""

    case_id: UUID
    procedure: str
    pack: str
    region: str
    department: str
    lang: str
    subject: UUID | None
    owner_session: UUID | None
    version: int
    status: str
    stage: str
    started: datetime
    changed: datetime
    submitted: datetime | None
    due: datetime | None
    lease_epoch: int
    lease_session: UUID | None
    lease_kind: str | None
    lease_live: bool
    wrapped: bytes
    blob: bytes


class TaskRow(Struct, frozen=True):
    """An open task as it is stored; `draft` is sealed."""

    case_id: UUID
    task: int
    element: str
    audience: str
    department: str
    lane: str
    stage: str
    revision: int
    page: str | None
    draft: bytes | None
    due: datetime | None
    created: datetime


class Kept(Struct, frozen=True):
    """The answer that was given under an idempotency key."""

    fingerprint: bytes
    answer: bytes
    receipt: int


class Seen(Struct, frozen=True):
    """What stood in the database for one ask. `now` is the database's clock; `done`: the task was
    completed."""

    now: datetime
    session_live: bool
    case: CaseRow | None
    task: TaskRow | None
    done: bool
    kept: Kept | None


class Lease(Struct, frozen=True):
    """Who holds the case after a change; `hold` seconds from now, None: as long as before."""

    epoch: int
    session: UUID | None
    kind: str | None
    hold: int | None


class Begin(Struct, frozen=True):
    """What only the first version of a case says."""

    procedure: str
    pack: str
    region: str
    department: str
    lang: str
    subject: UUID | None
    owner_session: UUID | None
    wrapped: bytes


class NewTask(Struct, frozen=True):
    task: int
    element: str
    audience: str
    department: str
    lane: str
    stage: str
    due: datetime | None


class NewTimer(Struct, frozen=True):
    timer: int
    element: str
    due: datetime


class NewJob(Struct, frozen=True):
    job: int
    type: str
    element: str
    retries: int


class NewSubscription(Struct, frozen=True):
    """`key` is blinded; None for a signal."""

    subscription: int
    kind: str
    name: str
    key: bytes | None
    element: str


class NewIncident(Struct, frozen=True):
    incident: int
    kind: str
    element: str


class Write(Struct, frozen=True, kw_only=True):
    """One change of one case. `gone`: (kind, key) of rows that end; `blob` None: the engine did not move."""

    case: UUID
    expect: int  # the version that was read; 0 begins the case
    epoch: int  # the lease epoch that was read
    session: UUID | None
    stamp: int
    task: int | None = None  # the task that this change completes
    revision: int | None = None
    blob: bytes | None
    status: str
    stage: str
    submitted: datetime | None
    due: datetime | None
    lease: Lease
    begin: Begin | None = None
    types: tuple[str, ...]
    elements: tuple[str, ...]  # parallel to `types`; "-" where an event has none
    body: bytes
    actor_kind: str
    channel: str
    leaf: bytes
    outbox: str
    actor: str
    key: str | None
    fingerprint: bytes
    answer: bytes
    tasks: tuple[NewTask, ...] = ()
    timers: tuple[NewTimer, ...] = ()
    jobs: tuple[NewJob, ...] = ()
    subscriptions: tuple[NewSubscription, ...] = ()
    incidents: tuple[NewIncident, ...] = ()
    gone: tuple[tuple[str, int], ...] = ()
    extras: tuple[Extra, ...] = ()


class DraftWrite(Struct, frozen=True, kw_only=True):
    """Answers before their submission: they and the task's revision, nothing else."""

    case: UUID
    task: int
    revision: int
    epoch: int
    session: UUID | None
    stamp: int
    page: str | None
    draft: bytes
    hold: int | None  # seconds for which the holder of the lease is there anew


class Renewal(Struct, frozen=True):
    """The holder of a lease is still there."""

    case: UUID
    epoch: int
    session: UUID


class Lost(Exception):
    """The batch as a whole did not go in (a row of it is bad, or an extra write did not touch what it
    must)."""


class TaskDone(Exception):
    """The task was completed before: the database's own rule, should everything before it be wrong."""


class Unknown(Exception):
    """The connection broke while the batch was being committed: it may have gone in or not."""


class Journal(Protocol):
    """Implemented by adapters/postgres. Used by one thread of a process."""

    def read(self, wanted: Sequence[Wanted]) -> list[Seen]:
        """What stands there for each, in the same order. Raises Unavailable."""
        ...

    def write(self, now: datetime, changes: Sequence[Write]) -> dict[UUID, int]:
        """The receipt of each change that went in. Raises Lost (nothing went in), Unknown, or what the row
        broke."""
        ...

    def save_drafts(self, drafts: Sequence[DraftWrite]) -> set[UUID]:
        """The cases whose draft went in. Raises Lost or Unknown."""
        ...

    def renew(self, renewals: Sequence[Renewal]) -> set[UUID]:
        """The cases whose lease still has this epoch and holder. Raises Unknown."""
        ...
