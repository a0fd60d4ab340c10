"""What screens draw from. Every read asks rights first; what may not be seen is not found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.cases import sealing
from backend.cases.available import why_not
from backend.cases.errors import Finished, NotFound
from backend.cases.journal import CaseRow, TaskRow
from backend.cases.records import Records
from backend.cases.standing import NO_TASK, Standing, handed_in, standing, traits_of
from backend.cases.submitting import fact_references
from backend.cases.tools import Tools
from backend.cases.views import (
    CaseView,
    DecisionRow,
    HistoryRow,
    JobView,
    JobWait,
    LeaseView,
    TaskView,
    Way,
    WorkRow,
)
from backend.cases.way import decisions_in, way_of
from backend.engine import State
from backend.engine import events as ev
from backend.rights import Actor, can, masked
from backend.rights.thing import Thing

PERSONAL = ("facts",)  # variables that a masked actor does not see even by name
MOST_WORK = 200


class Known(Struct, frozen=True):
    """A case as it was read for an actor who may see it."""

    row: CaseRow
    tasks: tuple[TaskRow, ...]
    standings: tuple[Standing, ...]
    now: datetime


class Read:
    """Reads of cases."""

    def __init__(self, records: Records, tools: Tools):
        self._records = records
        self._tools = tools

    def case(self, actor: Actor, case: UUID) -> CaseView:
        """One case. Raises NotFound."""
        return self._view(actor, self._known(actor, case))

    def open_tasks(self, actor: Actor, case: UUID) -> list[TaskView]:
        """The open tasks of a case that this actor can work on, in the order in which they opened."""
        known = self._known(actor, case)
        state = self._state(known.row)
        return [
            self._task(actor, known, task, stands, state)
            for task, stands in zip(known.tasks, known.standings, strict=False)
            if why_not("answer", stands, actor) is None
        ]

    def task(self, actor: Actor, case: UUID, task: int) -> TaskView:
        """One open task. Raises Finished for one that is over, NotFound for what there is not for this
        actor."""
        known = self._known(actor, case, task)
        for row, stands in zip(known.tasks, known.standings, strict=False):
            if row.task == task and why_not("answer", stands, actor) is None:
                return self._task(actor, known, row, stands, self._state(known.row))
        if self._records.row("cases.completed", case_id=case, task=task) or known.row.status != "running":
            raise Finished
        raise NotFound

    def mine(self, actor: Actor) -> list[CaseView]:
        """The cases that are about this person, the latest first."""
        if not can(actor, "case.list"):
            return []
        rows = [
            _case_row(row) for row in self._records.rows("cases.case_rows_of_subject", subject=UUID(actor.id))
        ]
        tasks = self._records.rows("cases.tasks_of_cases", case_ids=[row.case_id for row in rows])
        return [
            self._view(actor, self._stood(row, [_task_row(t) for t in tasks if t["case_id"] == row.case_id]))
            for row in rows
        ]

    def worklist(self, actor: Actor) -> list[WorkRow]:
        """What waits for the actor's department, the oldest first."""
        if not actor.department or not can(actor, "worklist.read"):
            return []
        rows = self._records.rows("cases.worklist", department=actor.department, limit=MOST_WORK)
        return [
            WorkRow(
                case=row["case_id"], task=row["task"], element=row["element"], stage=row["stage"],
                reference=self._tools.reference(row["case_id"], row["region"]), procedure=row["procedure"],
                version=row["pack"], region=row["region"], subject=row["subject"], created=row["created"],
                submitted=row["submitted"], due=row["task_due"] or row["due"],
            )
            for row in rows
        ]  # fmt: skip

    def history(self, actor: Actor, case: UUID) -> list[HistoryRow]:
        """What happened, in order. Raises NotFound."""
        known = self._known(actor, case)
        if not can(actor, "case.history", known.standings[0].thing):
            raise NotFound
        return [
            HistoryRow(row["at"], row["version"], name, element, row["actor_kind"], row["channel"])
            for row in self._records.rows("cases.history", case_id=case)
            for name, element in zip(row["types"], row["elements"], strict=True)
        ]

    def decisions(self, actor: Actor, case: UUID) -> list[DecisionRow]:
        """The decisions that were evaluated, in order. Rights as for the history; none for an actor from
        whom the case is masked. Raises NotFound."""
        return decisions_in(self._events(actor, case))

    def way(self, actor: Actor, case: UUID) -> Way:
        """Where the case went and where it is, as element and flow ids. Rights as for the decisions."""
        return way_of(self._events(actor, case))

    def waiting(self, case: UUID) -> list[JobWait]:
        """The machines that the case waits for, and what their last try met."""
        return [msgspec.convert(row, JobWait) for row in self._records.rows("cases.waiting", case_id=case)]

    def job(self, case: UUID, job: int) -> JobView | None:
        """An open job with everything that its type needs; None when it is gone. For workers, not for
        screens."""
        row = self._records.row("cases.job", case_id=case, job=job)
        if row is None:
            return None
        state = sealing.open_state(self._tools.vault.unwrap(row["wrapped"]), row["blob"])
        model = self._tools.packs.get(row["procedure"], row["pack"]).process.nodes[row["element"]]
        scope = state.jobs[job].scope
        return JobView(
            case=case, job=job, scope=scope, element=row["element"], type=row["type"],
            headers=dict(model.headers),
            variables=_visible(state, scope), subject=str(row["subject"]) if row["subject"] else None,
            procedure=row["procedure"], version=row["pack"], department=row["department"],
            reference=self._tools.reference(case, row["region"]), failures=row["tries"],
        )  # fmt: skip

    def variables(self, actor: Actor, case: UUID) -> Mapping[str, Any]:
        """The process's variables; none for an actor from whom they are masked. Raises NotFound."""
        known = self._known(actor, case)
        return {} if masked(actor, known.row.subject) else self._state(known.row).variables

    def _events(self, actor: Actor, case: UUID) -> list[ev.Event]:
        """All that became true in the case, opened."""
        known = self._known(actor, case)
        if not can(actor, "case.history", known.standings[0].thing):
            raise NotFound
        if masked(actor, known.row.subject):
            return []
        key = self._tools.vault.unwrap(known.row.wrapped)
        rows = self._records.rows("cases.event_bodies", case_id=case)
        return [event for row in rows for event in sealing.open_events(key, row["body"])]

    def _known(self, actor: Actor, case: UUID, task: int | None = None) -> Known:
        found = self._records.row("cases.case_row", case_id=case)
        if found is None:
            raise NotFound
        row = _case_row(found)
        tasks = [_task_row(each) for each in self._records.rows("cases.tasks", case_id=case)]
        thing = Thing(
            case=case, subject=row.subject, session=row.owner_session, region=row.region,
            department=row.department, handed_in=handed_in(row, tasks), task=task,
        )  # fmt: skip
        if not can(actor, "case.read", thing):
            raise NotFound
        return self._stood(row, tasks)

    def _stood(self, row: CaseRow, tasks: Sequence[TaskRow]) -> Known:
        """How the case stands with regard to each open task, or as a whole if none is open."""
        pack = self._tools.packs.get(row.procedure, row.pack)
        now = self._records.row("cases.now")
        assert now is not None
        stands = tuple(
            standing(row, task, task.task, traits_of(pack, task.element), now["now"]) for task in tasks
        )
        return Known(
            row, tuple(tasks), stands or (standing(row, None, None, NO_TASK, now["now"]),), now["now"]
        )

    def _view(self, actor: Actor, known: Known) -> CaseView:
        row = known.row
        pack = self._tools.packs.get(row.procedure, row.pack)
        open_here = next((task.stage for task in known.tasks if task.stage), row.stage)
        return CaseView(
            case=row.case_id, reference=self._tools.reference(row.case_id, row.region),
            procedure=row.procedure,
            version=row.pack, case_version=row.version, status=row.status, stage=open_here,
            stages=pack.stages,
            elements=tuple(task.element for task in known.tasks), region=row.region,
            department=row.department,
            subject=row.subject, lang=row.lang, started=row.started, submitted=row.submitted,
            due=row.due.astimezone(self._zone(row.region)).date() if row.due else None,
            lease=LeaseView(row.lease_epoch, row.lease_session, row.lease_kind or "", row.lease_live),
            outcome={} if masked(actor, row.subject) else self._outcome(row), standings=known.standings,
        )  # fmt: skip

    def _task(self, actor: Actor, known: Known, task: TaskRow, stands: Standing, state: State) -> TaskView:
        row = known.row
        pack = self._tools.packs.get(row.procedure, row.pack)
        hidden = masked(actor, row.subject)
        model = pack.tasks.get(task.element)
        return TaskView(
            case=row.case_id, task=task.task, element=task.element, procedure=row.procedure, version=row.pack,
            name=model.name.render(actor.lang) if model else task.element, form=pack.forms.get(task.element),
            audience=task.audience, department=task.department, lane=task.lane, stage=task.stage,
            revision=task.revision, page=task.page, lease_epoch=row.lease_epoch, case_version=row.version,
            draft=sealing.open_draft(self._tools.vault.unwrap(row.wrapped), task.draft),
            answers={} if hidden else dict(state.variables), facts=fact_references(state.variables),
            masked=hidden, due=task.due, fresh_login=stands.traits.fresh_login,
            handoff=tuple(sorted(stands.traits.handoff)), region=row.region, standings=(stands,),
        )  # fmt: skip

    def _outcome(self, row: CaseRow) -> dict[str, Any]:
        """The variables that the model calls its outcome, once the case is over."""
        if row.status == "running":
            return {}
        pack = self._tools.packs.get(row.procedure, row.pack)
        names = {task.outcome for task in pack.tasks.values() if task.outcome}
        return {name: value for name, value in self._state(row).variables.items() if name in names}

    def _state(self, row: CaseRow) -> State:
        return sealing.open_state(self._tools.vault.unwrap(row.wrapped), row.blob)

    def _zone(self, region: str) -> Any:
        known = self._tools.regions.get(region)
        return known.calendar.local(datetime.now().astimezone()).tzinfo if known else None


def _case_row(row: dict[str, Any]) -> CaseRow:
    return CaseRow(**row)


def _task_row(row: dict[str, Any]) -> TaskRow:
    return TaskRow(**row)


def _visible(state: State, scope: int) -> dict[str, Any]:
    """The variables of a scope and of those around it, inner names hiding outer ones (C8-VAR-01)."""
    seen: dict[str, Any] = {}
    while scope:
        found = state.scopes[scope]
        seen = {**found.variables, **seen}
        scope = found.parent
    return seen
