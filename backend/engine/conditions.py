"""Conditional events: examined at entry and after each change of a variable they can see (X-COND-01).

An event that interrupts or is caught in the flow fires once; a boundary event or event sub-process that goes
on fires whenever its condition turns from false to true. After a change the conditions are examined in the
order in which they were subscribed, once, when the step that made the change has finished moving (X-DET-03).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from . import events as ev
from .effects.loops import COUNTERS
from .firing import AROUND, arrived
from .moves import drain, halt
from .nodes import Node, Trigger
from .run import Problem, Run
from .state import ROOT, Condition, State

Changes = dict[int, dict[str, str]]  # scope → variable → create or update


def at_entry(run: Run, node: Node, key: int) -> None:
    """What a scope has just begun to wait for: conditions that are true already count at once."""
    conditions = run.state.conditions
    for one in [one for one, condition in conditions.items() if condition.scope == key]:
        if one in conditions and not run.ended:
            examine(run, one)


def settle(run: Run, before: State | None, everything: bool = False) -> None:
    """Nothing moves: examine what changed, move on, until no change is left. before: the state before this
    command. everything: examine all, also what saw no change."""
    state = run.state
    known = {
        (scope, name)
        for scope, record in (before.scopes.items() if before is not None else ())
        for name in record.variables
    }
    seen = 0
    while state.conditions and not state.suspended and not state.halted and not run.ended:
        changes = _changes(run.events[seen:], known)
        seen = len(run.events)
        if not changes and not everything:
            return
        for key in list(state.conditions):
            _again(run, key, changes, everything)
        everything = False
        drain(run)


def _changes(events: Iterable[ev.Event], known: set[tuple[int, str]]) -> Changes:
    """What these events wrote; `known` are the variables that were there before, and grows."""
    changes: Changes = {}
    for event in events:
        if isinstance(event, ev.ProcessStarted):
            known.update((ROOT, name) for name in event.variables)
        elif isinstance(event, ev.VariablesSet | ev.Collected | ev.InstancesCounted):
            names = COUNTERS if isinstance(event, ev.InstancesCounted) else event.variables
            for name in names:
                kind = "update" if (event.scope, name) in known else "create"
                changes.setdefault(event.scope, {}).setdefault(name, kind)
                known.add((event.scope, name))
    return changes


def _again(run: Run, key: int, changes: Changes, everything: bool) -> None:
    """Examine one condition, if it is still watched and saw a change."""
    condition = run.state.conditions.get(key)
    if condition is None or run.ended or run.state.halted:
        return
    node = run.process.nodes[condition.element]
    if not everything and not _saw(run, condition, node.trigger.each()[condition.member], changes):
        return
    run.moves += 1
    if run.moves > run.limits.moves:
        halt(run, condition.scope, node)
    else:
        examine(run, key)


def _saw(run: Run, condition: Condition, trigger: Trigger, changes: Changes) -> bool:
    """Whether a change is visible from a condition's scope and what its filter asks for (C8-COND-01)."""
    scope = condition.scope
    scopes = run.state.scopes
    while scope:
        if any(_asked(trigger, name, kind) for name, kind in changes.get(scope, {}).items()):
            return True
        if scopes[scope].closed:
            return False
        scope = scopes[scope].parent
    return False


def _asked(trigger: Trigger, name: str, kind: str) -> bool:
    only = trigger.filter
    if only is None:
        return True
    return (not only.names or name in only.names) and (not only.events or kind in only.events)


def examine(run: Run, key: int) -> None:
    """Evaluate one watched condition; an edge from false to true fires. A failure is an incident of the
    condition's event until it evaluates again."""
    condition = run.state.conditions[key]
    node = run.process.nodes[condition.element]
    try:
        holds = _holds(run, node.trigger.each()[condition.member], condition.scope)
    except Problem as problem:
        if not _failed(run, condition):
            run.incident(condition.scope, node, problem)
        return
    for incident in _failed(run, condition):
        run.emit(ev.IncidentResolved(incident, condition.element))
    if holds == condition.holds:
        return
    again = condition.kind in AROUND and not node.interrupting
    if again or not holds:
        run.emit(ev.ConditionTurned(key, condition.element, holds))
    else:
        run.emit(ev.ConditionUnsubscribed(key, condition.element))
    if holds:
        arrived(run, condition.element, condition.scope, condition.kind, condition.member, {})


def _holds(run: Run, trigger: Trigger, scope: int) -> bool:
    assert trigger.condition is not None
    return run.truth(trigger.condition, run.context(scope)) is True


def _failed(run: Run, condition: Condition) -> list[int]:
    """The open incidents of a condition that could not be evaluated."""
    return [
        key
        for key, one in run.state.incidents.items()
        if one.scope == condition.scope and one.element == condition.element and one.kind == "condition"
    ]


def begins(trigger: Trigger, variables: dict[str, Any], now: datetime) -> bool:
    """Whether a conditional start event's condition is true for these data of the host; it is asked after
    each of their changes, and begins an instance when the answer turns from false to true (X-COND-01)."""
    assert trigger.condition is not None
    found, _ = trigger.condition.expression.evaluate(variables, now=now)
    return found is True
