"""A person's answers: kept as a draft, submitted, or a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.cases import sealing
from backend.cases.ask import Changed
from backend.cases.available import why_not
from backend.cases.commands import Decide, SaveDraft, Submit
from backend.cases.errors import Finished, Invalid, LeaseLost, NotFound, RevisionRequired, Stale
from backend.cases.journal import LEASE_SECONDS, DraftWrite, TaskRow
from backend.cases.leasing import hold_or_refuse, kept, prolonged
from backend.cases.scene import Scene
from backend.cases.standing import RUNNING
from backend.cases.starting import due_at
from backend.cases.tools import LookUp, Tools
from backend.cases.writing import Move
from backend.engine import State, step
from backend.engine import commands as engine


def save(scene: Scene, command: SaveDraft) -> DraftWrite | Changed:
    """A new revision of the task. The same draft again, its answer having been lost, is told again."""
    task = _open_task(scene, "save")
    ask, case = scene.ask, scene.case
    draft = sealing.encode_draft(command.answers)
    if ask.revision != task.revision:
        late = ask.revision == task.revision - 1
        if late and task.draft and scene.key.open(sealing.DRAFT, task.draft) == draft:
            return saved(
                case.case_id, case.version, task.task, task.revision, case.lease_epoch, replayed=True
            )
        raise Stale(task.revision)
    return DraftWrite(
        case=case.case_id,
        task=task.task,
        revision=task.revision,
        epoch=case.lease_epoch,
        session=ask.actor.session,
        stamp=ask.actor.stamp,
        page=command.page,
        draft=scene.key.seal(sealing.DRAFT, draft),
        hold=None if scene.stands.staff else LEASE_SECONDS,
    )


def saved(case: UUID, version: int, task: int, revision: int, lease: int, *, replayed: bool) -> Changed:
    """The answer to a draft."""
    return Changed(case, version, task, revision, lease, "", replayed, ())


def submit(scene: Scene, command: Submit | Decide) -> Move:
    """Check the answers by the form's rules and let the engine go on."""
    case, stands, now = scene.case, scene.stands, scene.seen.now
    action = "decide" if stands.staff else "submit"
    task = _open_task(scene, action)
    if scene.ask.revision != task.revision:
        raise Stale(task.revision)
    state = sealing.open_state(scene.key, case.blob)
    answers = _checked(scene, task, command.answers, state)
    moved = step(scene.pack.process, state, engine.CompleteTask(task.task, answers), now)
    submits = stands.traits.submits and case.submitted is None
    return Move(
        act=f"task.{action}",
        state=moved.state,
        events=moved.events,
        lease=kept(case) if stands.staff or moved.state.status != "active" else prolonged(case),
        task=task.task,
        revision=task.revision,
        submits=submits,
        submitted=now if submits else None,
        due=due_at(scene.pack, case.region, now, scene.tools) if submits else None,
    )


def _open_task(scene: Scene, action: str) -> TaskRow:
    """The task, when the actor may do this to it. Rights are told first, then the lease, then the
    revision."""
    seen = scene.seen
    if seen.task is None and (seen.done or scene.case.status != RUNNING):
        raise Finished
    refusal = why_not(action, scene.stands, scene.ask.actor)
    if refusal is not None and not isinstance(refusal, LeaseLost):
        raise refusal
    if seen.task is None:
        raise NotFound
    if not scene.stands.staff:
        hold_or_refuse(scene.ask, scene.case)
    if refusal is not None:
        raise refusal
    if scene.ask.revision is None:
        raise RevisionRequired
    return seen.task


def _checked(scene: Scene, task: TaskRow, answers: Mapping[str, Any], state: State) -> dict[str, Any]:
    """The answers as the process takes them. Raises Invalid, or LookUp for what a register must confirm
    first."""
    form = scene.pack.forms.get(task.element)
    if form is None:
        return dict(answers)
    region, now = scene.tools.regions.get(scene.case.region), scene.seen.now
    checked = form.check(
        answers,
        fact_values(task.case_id, state.variables, scene.tools),
        variables=state.variables,
        now=region.calendar.local(now) if region else now,
        source=scene.looked_up if scene.looked_up.known else None,
    )
    if checked.problems:
        raise Invalid(checked.problems)
    if checked.lookups:
        wanted = ((found.rule, found.value) for found in checked.lookups)
        raise LookUp(scene.pack.id, scene.pack.version, wanted)
    return dict(checked.values)


def fact_references(variables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The facts that a case refers to, by the id of their rule."""
    facts = variables.get("facts")
    found = facts.values() if isinstance(facts, Mapping) else ()
    return {
        fact["rule"]: fact for fact in found if isinstance(fact, dict) and "rule" in fact and "handle" in fact
    }


def fact_values(case: UUID, variables: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
    """The fields behind those facts by the id of their rule; None for one that was forgotten."""
    references = fact_references(variables)
    if not references:
        return {}
    handles = {rule: UUID(fact["handle"]) for rule, fact in references.items()}
    known = tools.facts.facts(case, list(handles.values()))
    return {rule: known.get(handle) for rule, handle in handles.items()}
