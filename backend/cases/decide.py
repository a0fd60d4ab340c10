"""One ask decided from what was read: nothing here waits, writes or knows the time but from the database.

The order is the same for every ask: who asks, may they see the case, was it answered before, and only then
the lease,
the revision and the answers.
"""

from __future__ import annotations

from typing import Any

from backend.cases.ask import Ask, Changed, fingerprint_of
from backend.cases.available import why_not
from backend.cases.commands import (
    Cancel,
    Decide,
    Migrate,
    MigrateBack,
    Modify,
    MoveLease,
    Operation,
    RenewLease,
    ResolveIncident,
    Resume,
    SaveDraft,
    StartCase,
    Submit,
    Suspend,
    TakeLease,
)  # fmt: skip
from backend.cases.errors import Finished, KeyReused, NotFound, Refused, SessionEnded
from backend.cases.journal import CaseRow, DraftWrite, Renewal, Seen, Write
from backend.cases.leasing import kept, move, renew, take
from backend.cases.operate import operate
from backend.cases.scene import Scene
from backend.cases.standing import NO_TASK, Standing, standing, traits_of
from backend.cases.starting import start
from backend.cases.submitting import save, submit
from backend.cases.tools import LookedUp, Tools
from backend.cases.working import work
from backend.cases.writing import Case, Move, answered, write_of
from backend.engine import Refused as EngineRefused

NOTHING = LookedUp()
Decision = Write | DraftWrite | Renewal | Changed
"""What to write, or the answer if there is nothing to write."""


def decide(ask: Ask, seen: Seen, tools: Tools, looked_up: LookedUp = NOTHING) -> Decision:
    """What `ask` comes to. Raises CaseError; LookUp when a register must be asked first."""
    if not seen.session_live:
        raise SessionEnded
    try:
        if isinstance(ask.command, StartCase):
            return _replayed(ask, seen) or _start(ask, ask.command, seen, tools)
        return _decide(ask, seen, tools, looked_up)
    except EngineRefused as refused:
        raise Refused(refused.code, str(refused)) from None


def _decide(ask: Ask, seen: Seen, tools: Tools, looked_up: LookedUp) -> Decision:
    case = seen.case
    if case is None:
        raise NotFound
    stands = _standing(ask, seen, case, tools)
    refusal = why_not(_first(ask), stands, ask.actor)
    if refusal is not None:
        raise refusal
    replayed = _replayed(ask, seen)
    if replayed is not None:
        return replayed
    scene = Scene(ask, seen, case, stands, tools, looked_up)
    match ask.command:
        case SaveDraft():
            return save(scene, ask.command)
        case RenewLease():
            return renew(scene)
        case Submit() | Decide():
            moved: Move | None = submit(scene, ask.command)
        case TakeLease():
            moved = take(scene, ask.command)
        case MoveLease():
            moved = move(scene, ask.command)
        case Suspend() | Resume() | Cancel() | Modify() | Migrate() | MigrateBack():
            moved = operate(scene, ask.command)
        case _:
            moved = work(scene)
    if moved is None:
        return Changed(case.case_id, case.version, None, None, case.lease_epoch, "", False, ())
    return write_of(ask, seen, _as_read(case, tools, moved.pack), moved, tools)


def _first(ask: Ask) -> str:
    """The right without which the case is not there for the asker; operators have one of their own."""
    if isinstance(ask.command, Operation):
        return "operate"
    return "repair" if isinstance(ask.command, ResolveIncident) else "read"


def _start(ask: Ask, command: StartCase, seen: Seen, tools: Tools) -> Write:
    if seen.case is not None:
        raise Finished
    return start(ask, command, seen, tools)


def _replayed(ask: Ask, seen: Seen) -> Changed | None:
    """The answer that was given under this key; KeyReused if it was another request."""
    if seen.kept is None:
        return None
    if seen.kept.fingerprint != fingerprint_of(ask):
        raise KeyReused
    return answered(ask.case, seen.kept.answer, seen.kept.receipt, replayed=True)


def _standing(ask: Ask, seen: Seen, case: CaseRow, tools: Tools) -> Standing:
    traits = NO_TASK
    if seen.task is not None:
        traits = traits_of(tools.packs.get(case.procedure, case.pack), seen.task.element)
    return standing(case, seen.task, task_of(ask), traits, seen.now)


def task_of(ask: Ask) -> int | None:
    """The task that a command names."""
    command: Any = ask.command
    return command.task if isinstance(command, SaveDraft | Submit | Decide) else None


def _as_read(case: CaseRow, tools: Tools, pack: str = "") -> Case:
    """The case, on the version on which it goes on."""
    pack = pack or case.pack
    return Case(
        version=case.version,
        epoch=case.lease_epoch,
        procedure=case.procedure,
        pack=pack,
        region=case.region,
        department=case.department,
        subject=case.subject,
        stage=case.stage,
        status=case.status,
        submitted=case.submitted,
        due=case.due,
        tasks=tools.packs.get(case.procedure, pack).tasks,
        key=tools.vault.unwrap(case.wrapped),
        lease=kept(case),
    )
