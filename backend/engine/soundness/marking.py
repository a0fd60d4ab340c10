"""A state as a marking: where tokens stand and what is awaited, without data and without keys."""

from collections import Counter
from typing import Any

from backend.engine.nodes import Process
from backend.engine.state import ROOT, Condition, Incident, Job, Scope, State, Subscription, Timer
from backend.engine.undoing import outline

Marking = tuple[Any, ...]


def marking(state: State) -> Marking:
    """Equal for two states from which the same can happen, data apart."""
    inside: dict[int, list[int]] = {}
    for key, scope in state.scopes.items():
        inside.setdefault(scope.parent, []).append(key)
    moving: dict[int, list[str]] = {}
    for key, position in state.moving:
        moving.setdefault(key, []).append(position)
    return state.status, _form(state, ROOT, inside, moving, _awaited(state))


def _form(
    state: State,
    key: int,
    inside: dict[int, list[int]],
    moving: dict[int, list[str]],
    awaited: dict[int, list[str]],
) -> Marking:
    scope = state.scopes[key]
    return (
        scope.element,
        scope.phase,
        min(scope.round, 1),
        tuple(moving.get(key, ())),
        tuple(sorted(scope.arrived.items())),
        repr(outline(scope.memory)) if scope.memory else "",
        tuple(sorted(awaited.get(key, ()))),
        tuple(sorted(_form(state, child, inside, moving, awaited) for child in inside.get(key, ()))),
    )


def _awaited(state: State) -> dict[int, list[str]]:
    """By scope, what may come to it from outside."""
    found: dict[int, list[str]] = {}
    events: list[Timer | Subscription | Condition] = [
        *state.timers.values(), *state.subscriptions.values(), *state.conditions.values()
    ]  # fmt: skip
    for event in events:
        found.setdefault(event.scope, []).append(f"{event.element} {event.kind} {event.member}")
    rest: list[Job | Incident] = [*state.jobs.values(), *state.incidents.values()]
    for one in rest:
        found.setdefault(one.scope, []).append(f"{one.element} {one.__class__.__name__}")
    return found


def crowded(process: Process, state: State, most: int) -> str | None:
    """An element at which more than `most` tokens stand in one scope where the model means one; None when
    there is none. Rounds, instances, handlers and what is ad hoc may stand beside each other."""
    counts: Counter[tuple[int, str]] = Counter()
    for key, position in state.moving:
        if not _many(process, state.scopes[key]):
            counts[key, position] += 1
    for key, scope in state.scopes.items():
        if _many(process, scope):
            continue
        for position, number in scope.arrived.items():
            counts[key, position] += number
    for scope in state.scopes.values():
        if scope.parent and not scope.round and not _many(process, state.scopes[scope.parent]):
            counts[scope.parent, scope.element] += not process.nodes[scope.element].handler
    for (_, position), number in counts.items():
        if number > most:
            return process.positions[position].id if position in process.positions else position
    return None


def _many(process: Process, scope: Scope) -> bool:
    """Whether many tokens are meant inside: a loop as a whole, an ad-hoc sub-process."""
    node = process.nodes[scope.element]
    return node.adhoc is not None or (node.loop is not None and not scope.round)


def waiting(process: Process, state: State) -> list[str]:
    """The elements at which tokens stand, for a message: joins, then the innermost activities."""
    parents = {scope.parent for scope in state.scopes.values()}
    joins = [process.positions[at].id for scope in state.scopes.values() for at in scope.arrived]
    inner = [one.element for key, one in state.scopes.items() if key not in parents and key != ROOT]
    return list(dict.fromkeys(joins + [at for at in inner if at not in joins]))
