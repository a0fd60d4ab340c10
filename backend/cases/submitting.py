"""A person's answers: kept as a draft, submitted, or a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from backend.cases import sealing
from backend.cases.ask import Ask, Changed
from backend.cases.available import why_not
from backend.cases.commands import Decide, SaveDraft, Submit
from backend.cases.errors import Finished, Invalid, LeaseLost, NotFound, RevisionRequired, Stale
from backend.cases.journal import LEASE_SECONDS, CaseRow, DraftWrite, Seen, TaskRow
from backend.cases.leasing import hold_or_refuse, kept, prolonged
from backend.cases.standing import RUNNING, Standing
from backend.cases.starting import due_at
from backend.cases.tools import LookedUp, LookUp, Tools
from backend.cases.writing import Move
from backend.engine import State, step
from backend.engine import commands as engine
from backend.procedures import Procedure


def save(
    ask: Ask, command: SaveDraft, seen: Seen, case: CaseRow, stands: Standing, tools: Tools
) -> DraftWrite | Changed:
    """A new revision of the task. The same draft again, its answer having been lost, is told again."""
    task = _open_task(ask, "save", seen, case, stands)
    key = tools.vault.unwrap(case.wrapped)
    draft = sealing.encode_draft(command.answers)
    if ask.revision != task.revision:
        if ask.revision == task.revision - 1 and task.draft and key.open(sealing.DRAFT, task.draft) == draft:
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
        draft=key.seal(sealing.DRAFT, draft),
        hold=None if stands.staff else LEASE_SECONDS,
    )


def saved(case: UUID, version: int, task: int, revision: int, lease: int, *, replayed: bool) -> Changed:
    """The answer to a draft."""
    return Changed(case, version, task, revision, lease, "", replayed, ())


def submit(
    ask: Ask,
    command: Submit | Decide,
    seen: Seen,
    case: CaseRow,
    stands: Standing,
    tools: Tools,
    looked_up: LookedUp,
) -> Move:
    """Check the answers by the form's rules and let the engine go on."""
    action = "decide" if stands.staff else "submit"
    task = _open_task(ask, action, seen, case, stands)
    if ask.revision != task.revision:
        raise Stale(task.revision)
    pack = tools.packs.get(case.procedure, case.pack)
    state = sealing.open_state(tools.vault.unwrap(case.wrapped), case.blob)
    answers = _checked(pack, case, task, command.answers, seen, state, tools, looked_up)
    moved = step(pack.process, state, engine.CompleteTask(task.task, answers), seen.now)
    submits = stands.traits.submits and case.submitted is None
    return Move(
        act=f"task.{action}",
        state=moved.state,
        events=moved.events,
        lease=kept(case) if stands.staff or not _runs(moved.state) else prolonged(case),
        task=task.task,
        revision=task.revision,
        submits=submits,
        submitted=seen.now if submits else None,
        due=due_at(pack, case.region, seen.now, tools) if submits else None,
    )


def _open_task(ask: Ask, action: str, seen: Seen, case: CaseRow, stands: Standing) -> TaskRow:
    """The task, when the actor may do this to it. Rights are told first, then the lease, then the revision."""
    if seen.task is None and (seen.done or case.status != RUNNING):
        raise Finished
    refusal = why_not(action, stands, ask.actor)
    if refusal is not None and not isinstance(refusal, LeaseLost):
        raise refusal
    if seen.task is None:
        raise NotFound
    if not stands.staff:
        hold_or_refuse(ask, case)
    if refusal is not None:
        raise refusal
    if ask.revision is None:
        raise RevisionRequired
    return seen.task


def _checked(
    pack: Procedure,
    case: CaseRow,
    task: TaskRow,
    answers: Mapping[str, Any],
    seen: Seen,
    state: State,
    tools: Tools,
    looked_up: LookedUp,
) -> dict[str, Any]:
    """The answers as the process takes them. Raises Invalid, or LookUp for what a register must confirm first."""
    form = pack.forms.get(task.element)
    if form is None:
        return dict(answers)
    region = tools.regions.get(case.region)
    checked = form.check(
        answers,
        fact_values(task.case_id, state.variables, tools),
        variables=state.variables,
        now=region.calendar.local(seen.now) if region else seen.now,
        source=looked_up if looked_up.known else None,
    )
    if checked.problems:
        raise Invalid(checked.problems)
    if checked.lookups:
        raise LookUp(pack.id, pack.version, ((found.rule, found.value) for found in checked.lookups))
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


def _runs(state: State) -> bool:
    return state.status == "active"
