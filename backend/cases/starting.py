"""StartCase: the first version of a case."""

from __future__ import annotations

from datetime import UTC, datetime, time

from backend.cases.ask import Ask
from backend.cases.commands import StartCase
from backend.cases.errors import Forbidden, Refused
from backend.cases.journal import LEASE_SECONDS, Begin, Lease, Seen, Write
from backend.cases.standing import RUNNING
from backend.cases.tools import Tools
from backend.cases.writing import Case, Move, write_of
from backend.engine import commands as engine
from backend.engine import step
from backend.procedures import Procedure
from backend.rights import Actor, can
from backend.rights.thing import Thing

PERSONS = frozenset({"citizen", "anonymous"})


def start(ask: Ask, command: StartCase, seen: Seen, tools: Tools) -> Write:
    """A new case on the version that is active now. Raises NotFound for an unknown procedure."""
    pack = tools.packs.get(command.procedure)
    _allow(ask.actor, command, pack)
    department = pack.service.authorities.get(command.region)
    if department is None:
        raise Refused("region-not-served", "This procedure is not offered in this region.", 422)
    variables = _variables(tools.reference(ask.case, command.region), command, department)
    moved = step(
        pack.process, None, engine.StartProcess(variables, command.start or None, hops=command.hops), seen.now
    )
    return write_of(
        ask, seen, _new(ask, command, pack, department, tools),
        Move(act="case.start", state=moved.state, events=moved.events), tools,
    )  # fmt: skip


def _allow(actor: Actor, command: StartCase, pack: Procedure) -> None:
    """Persons begin cases about themselves; who may begin without a login says the procedure."""
    open_to_all = any(task.audience == "citizen" and task.assurance == "L0" for task in pack.tasks.values())
    thing = Thing(
        subject=command.subject, session=actor.session, region=command.region, anonymous=open_to_all
    )
    if not can(actor, "case.start", thing):
        raise Forbidden()
    if actor.kind in PERSONS and (str(command.subject) if command.subject else "") != _self(actor):
        raise Forbidden("not-about-you")


def _self(actor: Actor) -> str:
    return actor.id if actor.kind == "citizen" else ""


def _variables(reference: str, command: StartCase, department: str) -> dict[str, object]:
    """What every process knows of its case, as `case`; no personal data."""
    known = {
        "reference": reference,
        "procedure": command.procedure,
        "region": command.region,
        "department": department,
        "lang": command.lang,
    }
    return {**command.variables, "case": known}


def _new(ask: Ask, command: StartCase, pack: Procedure, department: str, tools: Tools) -> Case:
    key, wrapped = tools.vault.new_key()
    person = ask.actor.kind in PERSONS
    lease = (
        Lease(1, ask.actor.session, ask.actor.channel, LEASE_SECONDS)
        if person
        else Lease(1, None, None, None)
    )
    owner = ask.actor.session if ask.actor.kind == "anonymous" and command.subject is None else None
    return Case(
        version=0,
        epoch=0,
        procedure=pack.id,
        pack=pack.version,
        region=command.region,
        department=department,
        subject=command.subject,
        stage="",
        status=RUNNING,
        submitted=None,
        due=None,
        tasks=pack.tasks,
        key=key,
        lease=lease,
        begin=Begin(
            pack.id, pack.version, command.region, department, command.lang, command.subject, owner, wrapped
        ),
    )


def due_at(pack: Procedure, region: str, submitted: datetime, tools: Tools) -> datetime | None:
    """The end of the last day of the procedure's time limit, by the region's clock and working days."""
    known = tools.regions.get(region)
    if known is None:
        return None
    last = pack.due(submitted, known.calendar)
    zone = known.calendar.local(submitted).tzinfo
    return datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)
