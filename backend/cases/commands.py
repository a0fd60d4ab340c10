"""What can be asked of a case. Each is data; `change` says what it means."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from backend.engine import commands as engine


class StartCase(Struct, frozen=True, kw_only=True):
    """Begin a run of a procedure. `subject` is the person whom it is about; None without a login."""

    procedure: str
    region: str
    lang: str = "en"
    subject: UUID | None = None
    variables: dict[str, Any] = {}
    start: str = ""  # the start event that a message or signal reaches; "" the one without a trigger
    hops: int = 0  # of what was thrown, when another case begins this one


class SaveDraft(Struct, frozen=True, kw_only=True):
    """Keep answers that are not submitted yet: a new revision of the task, no event, no new version."""

    task: int
    answers: dict[str, Any]
    page: str | None = None


class Submit(Struct, frozen=True, kw_only=True):
    """Finish a task with these answers."""

    task: int
    answers: dict[str, Any]


class Decide(Struct, frozen=True, kw_only=True):
    """Finish a task that waits for an official."""

    task: int
    answers: dict[str, Any]


class CompleteJob(Struct, frozen=True, kw_only=True):
    """A machine has done its job; variables hold handles of facts, never their values."""

    job: int
    variables: dict[str, Any] = {}


class FailJob(Struct, frozen=True, kw_only=True):
    """A machine could not do its job: again at `retry_at`, or an incident when that is None or no retry is
    left."""

    job: int
    code: str
    message: str = ""
    retry_at: datetime | None = None


class ThrowJobError(Struct, frozen=True, kw_only=True):
    """A machine ends its job with an error that the process may catch."""

    job: int
    code: str
    message: str = ""
    variables: dict[str, Any] = {}


class FireTimers(Struct, frozen=True):
    """Whatever is due by the database's clock."""


class Correlate(Struct, frozen=True, kw_only=True):
    """A message for this case; the same `message_id` has its effect once. hops: as the engine says it."""

    name: str
    key: str
    message_id: str
    variables: dict[str, Any] = {}
    hops: int = 0


class Broadcast(Struct, frozen=True, kw_only=True):
    """A signal that another case has thrown. hops: as the engine's event says."""

    name: str
    variables: dict[str, Any] = {}
    hops: int = 0


class ResolveIncident(Struct, frozen=True, kw_only=True):
    """Staff have removed the reason of an incident: go on. Staff say why."""

    incident: int
    reason: str = ""


class Suspend(Struct, frozen=True, kw_only=True):
    """Let nothing move in the case until Resume."""

    reason: str


class Resume(Struct, frozen=True, kw_only=True):
    """End a suspension."""

    reason: str


class Cancel(Struct, frozen=True, kw_only=True):
    """An operator ends the case as terminated, with no handler and no compensation."""

    reason: str


class Modify(Struct, frozen=True, kw_only=True):
    """Tokens added, ended and moved, all or nothing; the parts as in the engine's Modify."""

    reason: str
    activate: tuple[engine.Activate, ...] = ()
    terminate: tuple[int, ...] = ()
    remove: tuple[str, ...] = ()
    move: tuple[engine.Move, ...] = ()


class Migrate(Struct, frozen=True, kw_only=True):
    """Go on in another deployed version of the procedure; what `mapping` does not name keeps its id.

    on: the version that the case must be on, "" for any.
    """

    to: str
    reason: str
    mapping: dict[str, str] = {}
    on: str = ""
    batch: UUID | None = None


class MigrateBack(Struct, frozen=True, kw_only=True):
    """Undo the migration that was the case's last change. `history`: its sealed events by version, which
    `Cases.change` adds."""

    reason: str
    batch: UUID | None = None
    history: tuple[tuple[int, bytes], ...] = ()


class Withdraw(Struct, frozen=True, kw_only=True):
    """End the case without a decision."""

    reason: str = ""


class TakeLease(Struct, frozen=True, kw_only=True):
    """This session goes on with the case: when nobody holds it, or by `force` from another screen of the
    person."""

    force: bool = False


class RenewLease(Struct, frozen=True):
    """The holder is still there: another 45 seconds."""


class MoveLease(Struct, frozen=True, kw_only=True):
    """A handoff gives the case to another session; the epoch grows, so the old screen can write no more."""

    to_session: UUID
    kind: str  # of the screen that receives it: "phone", "kiosk", ...


Command = (
    StartCase | SaveDraft | Submit | Decide | CompleteJob | FailJob | ThrowJobError | FireTimers | Correlate
    | Broadcast | ResolveIncident | Withdraw | TakeLease | RenewLease | MoveLease | Suspend | Resume | Cancel
    | Modify | Migrate | MigrateBack
)  # fmt: skip
Operation = Suspend | Resume | Cancel | Modify | Migrate | MigrateBack
"""What an operator does to a case."""
