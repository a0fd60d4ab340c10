"""What a person may do with a case depends on how it stands: this, and the actor, are all that `available`
asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.cases.journal import CaseRow, TaskRow
from backend.procedures import Procedure
from backend.rights.thing import Thing

RUNNING = "running"


class Traits(Struct, frozen=True):
    """What a procedure says of one of its user tasks, beyond what is stored with the open task."""

    fresh_login: bool = False  # submitting it asks for a login of the last minutes
    login: bool = True  # submitting it asks for the person herself
    submits: bool = False  # with it the citizen has handed in her case
    handoff: frozenset[str] = frozenset()  # kinds of handoff that it allows


NO_TASK = Traits()


def traits_of(pack: Procedure, element: str) -> Traits:
    """What the procedure says of a task."""
    task = pack.tasks.get(element)
    if task is None:
        return NO_TASK
    return Traits(task.fresh_login, task.assurance != "L0", task.submits, task.handoff)


def handed_in(case: CaseRow, tasks: Iterable[TaskRow]) -> bool:
    """Whether an office has to do with the case: it was sent, or a task of it waits for an official."""
    return (
        case.submitted is not None
        or case.status == "completed"
        or any(task.audience == "staff" for task in tasks)
    )


class Standing(Struct, frozen=True, kw_only=True):
    """A case, or one of its open tasks."""

    thing: Thing
    status: str
    open: bool  # a task is meant, and it is open
    staff: bool  # the task waits for an official: no lease is asked for
    traits: Traits
    lease_epoch: int
    lease_session: UUID | None
    lease_kind: str
    lease_live: bool
    now: datetime

    @property
    def running(self) -> bool:
        return self.status == RUNNING


def standing(
    case: CaseRow, task: TaskRow | None, number: int | None, traits: Traits, now: datetime
) -> Standing:
    """How `case` stands with regard to one task; `number` is the task that was asked for, open or not."""
    return Standing(
        thing=Thing(
            case=case.case_id,
            subject=case.subject,
            session=case.owner_session,
            region=case.region,
            department=case.department,
            handed_in=handed_in(case, (task,) if task else ()),
            task=number,
            task_department=task.department if task else "",
            audience=task.audience if task else "",
            anonymous=not traits.login,
            login_required=traits.login,
        ),
        status=case.status,
        open=task is not None,
        staff=task is not None and task.audience == "staff",
        traits=traits,
        lease_epoch=case.lease_epoch,
        lease_session=case.lease_session,
        lease_kind=case.lease_kind or "",
        lease_live=case.lease_live,
        now=now,
    )
