"""What an operator sees of a case: where tokens stand, what holds it, how it came there; no personal data.

Who may see the values of variables says the table of rights; all others see their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from backend.cases import sealing
from backend.cases.errors import NotFound
from backend.cases.operations import pack_then
from backend.cases.records import Records
from backend.cases.tools import Tools
from backend.engine import State, replay
from backend.rights import Actor, can
from backend.rights.thing import Thing

WHICH: Final = ("stuck", "running", "all")
MOST: Final = 200
ACTS: Final = {
    "retry": "incident.resolve", "suspend": "case.suspend", "resume": "case.resume", "cancel": "case.cancel",
    "modify": "case.modify", "migrate": "case.migrate", "migrate_back": "case.migrate",
    "export": "case.export",
}  # fmt: skip
"""The right that each operation asks."""


class CaseLine(Struct, frozen=True, kw_only=True):
    """One case in the operator's list. `stuck_since`: of its oldest incident."""

    case: UUID
    reference: str
    procedure: str
    pack: str
    version: int
    status: str
    started: datetime
    changed: datetime
    incidents: int
    stuck_since: datetime | None


class Token(Struct, frozen=True):
    """An instance of an element that holds a token (`key` its scope), or tokens that wait at a join (key
    0)."""

    key: int
    element: str
    count: int = 1


class Held(Struct, frozen=True):
    """An open incident; `message` may quote the model, never a value."""

    key: int
    element: str
    kind: str
    message: str


class Awaited(Struct, frozen=True):
    """What the case waits for. kind: task, job, timer, message or signal."""

    kind: str
    element: str
    name: str
    due: datetime | None = None


class Variable(Struct, frozen=True):
    """A variable of a scope. `shown` is False when its value is not for this reader."""

    scope: int
    element: str
    name: str
    value: Any
    shown: bool


class Change(Struct, frozen=True):
    """One version of the case: what became true, by whom."""

    version: int
    at: datetime
    actor_kind: str
    channel: str
    what: tuple[tuple[str, str], ...]  # (event, element)


class Machine(Struct, frozen=True, kw_only=True):
    """A case as the engine sees it, now or after one of its versions."""

    case: UUID
    reference: str
    procedure: str
    pack: str
    version: int
    latest: int
    status: str
    suspended: bool
    region: str
    department: str
    tokens: tuple[Token, ...]
    incidents: tuple[Held, ...]
    waits: tuple[Awaited, ...]
    variables: tuple[Variable, ...]
    changes: tuple[Change, ...]
    may: frozenset[str]  # which of ACTS the reader may do


class Operating:
    """Reads for operators."""

    def __init__(self, records: Records, tools: Tools) -> None:
        self._records = records
        self._tools = tools

    def listed(self, actor: Actor, which: str = "stuck") -> list[CaseLine]:
        """The cases of the operator's region, or of the supervisor's department."""
        rows = self._records.rows("operations.cases", which=which, limit=MOST, **self._reach(actor))
        return [
            CaseLine(
                case=row["case_id"], reference=self._tools.reference(row["case_id"], row["region"]),
                procedure=row["procedure"], pack=row["pack"], version=row["version"], status=row["status"],
                started=row["started"], changed=row["changed"], incidents=row["incidents"],
                stuck_since=row["stuck_since"],
            )
            for row in rows
        ]  # fmt: skip

    def allowed(self, actor: Actor) -> bool:
        """Whether there is any list for this actor."""
        try:
            return bool(self._reach(actor))
        except NotFound:
            return False

    def counts(self, actor: Actor) -> Mapping[str, int]:
        """How many cases each list holds."""
        return self._records.row("operations.counts", **self._reach(actor)) or {}

    def machine(self, actor: Actor, case: UUID, version: int | None = None) -> Machine:
        """The case now, or as it was after `version`. Raises NotFound."""
        row = self._records.row("cases.case_row", case_id=case)
        if row is None:
            raise NotFound
        thing = Thing(
            case=case, subject=row["subject"], region=row["region"], department=row["department"],
            handed_in=True,
        )  # fmt: skip
        if not can(actor, "case.operate", thing):
            raise NotFound
        key = self._tools.vault.unwrap(row["wrapped"])
        state = sealing.open_state(key, row["blob"])
        pack = row["pack"]
        if version is not None and version != row["version"]:
            state, pack = self._then(case, key, version, pack)
        shows = can(actor, "case.variables", thing)
        return Machine(
            case=case, reference=self._tools.reference(case, row["region"]), procedure=row["procedure"],
            pack=pack, version=version or row["version"], latest=row["version"], status=state.status,
            suspended=state.suspended, region=row["region"], department=row["department"],
            tokens=tuple(_tokens(state)),
            incidents=tuple(
                Held(number, one.element, one.kind, one.message) for number, one in state.incidents.items()
            ),
            waits=tuple(_waits(state)), variables=tuple(_variables(state, shows)),
            changes=tuple(self._changes(case)),
            may=frozenset(act for act, right in ACTS.items() if can(actor, right, thing)),
        )  # fmt: skip

    def _reach(self, actor: Actor) -> dict[str, str]:
        """Which cases: a region's, or a department's; of nobody without the right."""
        if can(actor, "operations.list", Thing(region=actor.region)) and "operator" in actor.roles:
            return {"region": actor.region or "-", "department": ""}
        if can(actor, "operations.list", Thing(department=actor.department)):
            return {"region": "", "department": actor.department or "-"}
        raise NotFound

    def _then(self, case: UUID, key: Any, version: int, pack: str) -> tuple[State, str]:
        """The events up to a version, folded, and the version of the procedure that it was on then."""
        steps = [
            (row["version"], sealing.open_events(key, row["body"]))
            for row in self._records.rows("cases.event_bodies", case_id=case)
        ]
        earlier = [events for number, events in steps if number <= version]
        if not earlier or steps[len(earlier) - 1][0] != version:
            raise NotFound
        return replay(chain.from_iterable(earlier)), pack_then(steps, version, pack)

    def _changes(self, case: UUID) -> Iterable[Change]:
        for row in self._records.rows("cases.history", case_id=case):
            what = tuple(zip(row["types"], row["elements"], strict=True))
            yield Change(row["version"], row["at"], row["actor_kind"], row["channel"], what)


def _tokens(state: State) -> Iterable[Token]:
    for key, scope in state.scopes.items():
        if scope.parent:
            yield Token(key, scope.element)
        for position, count in scope.arrived.items():
            yield Token(0, position, count)
    for _, position in state.moving:
        yield Token(0, position)


def _waits(state: State) -> Iterable[Awaited]:
    for task in state.tasks.values():
        yield Awaited("task", task.element, "", task.due)
    for job in state.jobs.values():
        yield Awaited("job", job.element, job.type)
    for timer in state.timers.values():
        yield Awaited("timer", timer.element, "", timer.due)
    for one in state.subscriptions.values():
        yield Awaited("signal" if one.key is None else "message", one.element, one.name)


def _variables(state: State, shown: bool) -> Iterable[Variable]:
    for key, scope in state.scopes.items():
        for name, value in scope.variables.items():
            yield Variable(key, scope.element, name, value if shown else None, shown)
