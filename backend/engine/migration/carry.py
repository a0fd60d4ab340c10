"""Doing a migration, or trying it: withdrawals, the event Migrated, then what begins to wait."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from backend.engine import commands as cmd
from backend.engine import events as ev
from backend.engine.arming import arm, unsubscribe
from backend.engine.conditions import settle
from backend.engine.decide import Step
from backend.engine.lifecycle import ACTIVE
from backend.engine.limits import DEFAULT, Limits
from backend.engine.moves import drain, only_handlers
from backend.engine.nodes import Node, Process
from backend.engine.refused import Refused
from backend.engine.run import Problem, Run
from backend.engine.state import State, private

from .mapping import Mapped
from .survey import Fate, Survey


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
    refused = carrying.plan(command.version).refused
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

    def plan(self, version: str = "") -> Plan:
        """Carry it out on the private state as far as nothing refuses; what was found."""
        if not self.survey.refused:
            self._carry(version)
        return Plan(tuple(self.fates))

    def _carry(self, version: str) -> None:
        run = self.run
        for table, key in self.survey.withdrawn:
            withdraw_one(run, table, key)
        survey = self.survey
        run.emit(ev.Migrated(self.mapped.new.id, survey.elements, survey.positions, version))
        for scope, element, kind in survey.anew:
            self._arm(run.process.nodes[element], scope, kind, "anew")
        self._new_events()
        complete_joins(run)
        if run.state.moving and not run.ended:
            drain(run)
        if run.state.conditions:
            settle(run, None, everything=True)

    def _arm(self, node: Node, scope: int, kind: str, outcome: str) -> None:
        try:
            arm(self.run, node, scope, kind)
        except Problem as problem:
            self.fates.append(Fate("new", scope, node.id, node.id, "refused", problem.message))
            return
        if outcome == "set":
            self.fates.append(Fate("new", scope, node.id, node.id, outcome))

    def _new_events(self) -> None:
        """Boundary events and event sub-processes that the old process did not have begin to wait."""
        known = self._images()
        scopes = self.run.state.scopes
        for key, scope in list(scopes.items()):
            node = self.run.node(key)
            if scope.phase != ACTIVE:
                continue
            if scope.round == 0:
                for catcher in node.catchers:
                    if catcher.id not in known:
                        self._arm(catcher, key, "boundary", "set")
            if node.content is not None and not self._closed(key):
                for handler in node.content.handlers:
                    if handler.id not in known:
                        self._arm(handler, key, "handler", "set")

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
    """One timer, subscription or condition is over."""
    if table == "timers":
        run.emit(ev.TimerWithdrawn(key, run.state.timers[key].element))
    elif table == "conditions":
        run.emit(ev.ConditionUnsubscribed(key, run.state.conditions[key].element))
    else:
        unsubscribe(run, key)


def complete_joins(run: Run) -> None:
    """A parallel join that has all its tokens now, since the new process has fewer flows, takes the last one
    again."""
    for key, scope in list(run.state.scopes.items()):
        joins = {run.process.positions[flow].id: flow for flow in scope.arrived}
        for element, flow in joins.items():
            node = run.process.nodes[element]
            if node.kind == "parallelGateway" and all(each in scope.arrived for each in node.incoming):
                run.emit(ev.TokenRemoved(key, element, flow, True))
                run.emit(ev.TokensPlaced(key, element, (flow,)))
