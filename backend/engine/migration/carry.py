"""Doing a migration, or trying it: withdrawals, the event Migrated, then what begins to wait."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from backend.engine import commands as cmd
from backend.engine import events as ev
from backend.engine.arming import ARM, arm, unsubscribe
from backend.engine.conditions import examine, settle
from backend.engine.decide import Step
from backend.engine.lifecycle import ACTIVE
from backend.engine.limits import DEFAULT, Limits
from backend.engine.moves import drain, only_handlers
from backend.engine.nodes import Node, Process
from backend.engine.refused import Refused
from backend.engine.run import Problem, Run
from backend.engine.state import State, private
from backend.engine.undoing import RESTORED, remembered

from .mapping import Mapped
from .survey import WAITING, Fate, Survey


class Plan(msgspec.Struct, frozen=True):
    """What a migration would do, thing by thing."""

    fates: tuple[Fate, ...]

    @property
    def refused(self) -> tuple[Fate, ...]:
        """What stands in its way; empty when it can be done."""
        return tuple(fate for fate in self.fates if fate.outcome == "refused")


def plan_migration(
    old: Process, new: Process, state: State, mapping: Mapping[str, str], now: datetime,
    limits: Limits = DEFAULT,
) -> Plan:  # fmt: skip
    """The fate of every token, timer and subscription under this mapping (old id → new id; what is not named
    keeps its id). Nothing is kept. Raises Refused for an instance that has ended."""
    return _Carrying(Mapped(old, new, mapping), state, now, limits).plan()


def migrate(
    old: Process, new: Process, state: State, command: cmd.Migrate, now: datetime, limits: Limits = DEFAULT
) -> Step:
    """The instance goes on in `new`: tasks and jobs keep their keys, timers their instants. Raises Refused
    with every reason."""
    carrying = _Carrying(Mapped(old, new, command.mapping), state, now, limits)
    refused = carrying.plan(command.version, command.previous).refused
    if refused:
        reasons = "; ".join(f"{fate.element or fate.key}: {fate.reason}" for fate in refused[:20])
        raise Refused("migration", reasons)
    return Step(carrying.run.state, tuple(carrying.run.events))


class _Carrying:
    """One migration, on a private state of the new process."""

    def __init__(self, mapped: Mapped, state: State, now: datetime, limits: Limits) -> None:
        if now.tzinfo is None:
            raise ValueError("now must be aware of its time zone")
        if state.status != "active":
            raise Refused("ended", f"the instance is {state.status}")
        self.mapped = mapped
        self.survey = Survey(mapped, state)
        self.run = Run(mapped.new, private(state), now.astimezone(UTC), limits)
        self.fates = list(self.survey.fates)

    def plan(self, version: str = "", previous: str = "") -> Plan:
        """Carry it out on the private state as far as nothing refuses; what was found."""
        if not self.survey.refused:
            self._carry(version, previous)
        return Plan(tuple(self.fates))

    def _carry(self, version: str, previous: str) -> None:
        run, survey = self.run, self.survey
        for table, key in survey.withdrawn:
            withdraw_one(run, table, key)
        for scope, name in survey.forgotten:
            run.emit(ev.Remembered(scope, {name: None}))
        named = (survey.elements, survey.positions)
        run.emit(ev.Migrated(self.mapped.new.id, *named, version, False, previous))
        watched = set(run.state.conditions)
        for scope, element, kind, member in survey.anew:
            self._arm(run.process.nodes[element], scope, kind, member)
        self._new_events()
        if not self.fates or self.fates[-1].outcome != "refused":
            self._move_on(watched)

    def _move_on(self, watched: set[int]) -> None:
        """What can move now in the new process: joins, tokens on their way, conditions that are true."""
        run, state = self.run, self.run.state
        for key in [key for key in state.conditions if key not in watched]:
            if key in state.conditions and not (run.ended or state.suspended or state.halted):
                examine(run, key)
        complete_joins(run)
        if (state.moving or run.process.settle is not None) and not run.ended:
            drain(run)
        settle(run, self.survey.state)

    def _arm(self, node: Node, scope: int, kind: str, member: int | None = None) -> None:
        """Let an event wait, for all it waits for (then it is new) or for one of it."""
        try:
            if member is None:
                arm(self.run, node, scope, kind)
                self.fates.append(Fate("new", scope, node.id, node.id, "set"))
            else:
                trigger = node.trigger.each()[member]
                ARM[trigger.kind](self.run, node, trigger, scope, kind, member)
        except Problem as problem:
            self.fates.append(Fate("new", scope, node.id, node.id, "refused", problem.message))

    def _new_events(self) -> None:
        """Boundary events and event sub-processes that the old process did not have begin to wait."""
        known = self._images()
        scopes = self.run.state.scopes
        for key, scope in list(scopes.items()):
            node = self.run.node(key)
            if scope.phase != ACTIVE or remembered(scope, RESTORED):  # it had completed and is being undone
                continue
            if scope.round == 0:
                self._new_of(node.catchers, key, "boundary", known)
            if node.content is not None and not self._closed(key):
                self._new_of(node.content.handlers, key, "handler", known)
            if node.kind == "eventBasedGateway":
                behind = tuple(self.run.process.nodes[flow.target] for flow in node.outgoing)
                self._new_of(behind, key, "gate", self._awaited(key))

    def _new_of(self, events: Iterable[Node], scope: int, kind: str, known: set[str]) -> None:
        for event in events:
            if event.id not in known:
                self._arm(event, scope, kind)

    def _awaited(self, scope: int) -> set[str]:
        """Elements that wait on behalf of a scope."""
        tables = (getattr(self.run.state, table) for table in WAITING)
        return {one.element for table in tables for one in table.values() if one.scope == scope}

    def _images(self) -> set[str]:
        """New events that an old one became: they wait already, or are used up."""
        mapped = self.mapped
        events = (node for node in mapped.old.nodes.values() if node.owner is not None)
        return {mapped.to(node.id) for node in events if mapped.alike(node.id)}

    def _closed(self, key: int) -> bool:
        """Whether event sub-processes no longer begin in a scope: a loop's outside, or an interrupted one."""
        run = self.run
        inside = [one for one in run.state.scopes.values() if one.parent == key]
        if any(one.element == run.state.scopes[key].element for one in inside):
            return True
        handlers = [node for one in inside if (node := run.process.nodes[one.element]).handler]
        stops = any(
            start.interrupting
            for node in handlers
            if node.content is not None
            for start in node.content.named.values()
        )
        return stops or (bool(handlers) and only_handlers(run, key))


def withdraw_one(run: Run, table: str, key: int) -> None:
    """One timer or subscription is over."""
    if table == "timers":
        run.emit(ev.TimerWithdrawn(key, run.state.timers[key].element))
    elif table == "conditions":
        run.emit(ev.ConditionUnsubscribed(key, run.state.conditions[key].element))
    else:
        unsubscribe(run, key)


def complete_joins(run: Run) -> None:
    """Tokens that waited at a join go on when the new process has no such join any more, or no way into it
    that lacks one."""
    for key, scope in list(run.state.scopes.items()):
        for flow in list(scope.arrived):
            node = run.process.positions[flow]
            if not _still_waits(node, scope.arrived):
                for _ in range(scope.arrived.get(flow, 0)):
                    run.emit(ev.TokenRemoved(key, node.id, flow, True))
                    run.emit(ev.TokensPlaced(key, node.id, (flow,)))


def _still_waits(node: Node, arrived: Mapping[str, int]) -> bool:
    """Inclusive and complex joins are looked at whenever nothing moves; a parallel one when a token comes."""
    if node.kind == "parallelGateway":
        return not all(flow in arrived for flow in node.incoming)
    return node.join is not None or node.kind not in ("inclusiveGateway", "complexGateway")
