"""Tokens and scopes."""

from typing import Final

from backend.engine import events as ev
from backend.engine.lifecycle import ACTIVE, CLOSED, COMPLETING, READY, moved
from backend.engine.state import Scope, State

from .base import Effects


def _release(state: State, scope: int, consumed: int, taken: tuple[str, ...]) -> None:
    """Take `consumed` tokens from a scope and let new ones stand on `taken`."""
    state.scopes[scope].tokens += len(taken) - consumed
    for position in taken:
        state.moving.append((scope, position))


def completing(state: State, key: int) -> None:
    """An instance's work is done."""
    scope = state.scopes[key]
    scope.phase = moved(scope.phase, COMPLETING)


def _node_passed(state: State, event: ev.NodePassed) -> None:
    del state.moving[0]
    taken = event.taken
    if len(taken) == 1:  # the most frequent of all: the scope keeps as many tokens
        state.moving.append((event.scope, taken[0]))
    else:
        _release(state, event.scope, 1, taken)


def _token_arrived(state: State, event: ev.TokenArrived) -> None:
    del state.moving[0]
    scope = state.scopes[event.scope]
    scope.arrived = {**scope.arrived, event.position: scope.arrived.get(event.position, 0) + 1}


def _join_fired(state: State, event: ev.JoinFired) -> None:
    scope = state.scopes[event.scope]
    arrived = dict(scope.arrived)
    for position in event.consumed:
        arrived[position] -= 1
        if not arrived[position]:
            del arrived[position]
    scope.arrived = arrived
    _release(state, event.scope, len(event.consumed), event.taken)


def _element_entered(state: State, event: ev.ElementEntered) -> None:
    if event.position:
        del state.moving[0]
    else:
        state.scopes[event.scope].tokens += 1
    state.counter = event.key
    state.scopes[event.key] = Scope(
        event.element, event.scope, READY, 0, event.variables, {}, event.round, event.closed
    )


def _element_activated(state: State, event: ev.ElementActivated) -> None:
    scope = state.scopes[event.key]
    scope.phase = moved(scope.phase, ACTIVE)
    _release(state, event.key, 0, event.positions)


def _element_completing(state: State, event: ev.ElementCompleting) -> None:
    completing(state, event.key)


def _element_completed(state: State, event: ev.ElementCompleted) -> None:
    scope = state.scopes.pop(event.key)
    moved(scope.phase, CLOSED)
    taken = event.taken
    if len(taken) == 1:
        state.moving.append((scope.parent, taken[0]))
    else:
        _release(state, scope.parent, 1, taken)


def _event_chosen(state: State, event: ev.EventChosen) -> None:
    state.scopes[event.key].element = event.chosen


def _tokens_placed(state: State, event: ev.TokensPlaced) -> None:
    _release(state, event.scope, 0, event.taken)


def _element_terminated(state: State, event: ev.ElementTerminated) -> None:
    scope = state.scopes.pop(event.key)
    moved(scope.phase, CLOSED)
    state.scopes[scope.parent].tokens -= 1


def _tokens_dropped(state: State, event: ev.TokensDropped) -> None:
    scope = state.scopes[event.scope]
    if event.position:
        left = [token for token in state.moving if token != (event.scope, event.position)]
        scope.tokens -= len(state.moving) - len(left)
        state.moving[:] = left
    else:
        scope.tokens -= sum(scope.arrived.values())
        scope.arrived = {}
        scope.tokens -= _dropped(state.moving, event.scope, scope.tokens)


def _dropped(moving: list[tuple[int, str]], scope: int, most: int) -> int:
    """Take away a scope's moving tokens, of which there are at most so many; how many there were. Looks no
    further than it must: a halted instance may hold thousands."""
    at = found = 0
    while found < most and at < len(moving):
        if moving[at][0] == scope:
            del moving[at]
            found += 1
        else:
            at += 1
    return found


def _token_removed(state: State, event: ev.TokenRemoved) -> None:
    scope = state.scopes[event.scope]
    scope.tokens -= 1
    if not event.waiting:
        state.moving.remove((event.scope, event.position))
        return
    left = scope.arrived[event.position] - 1
    scope.arrived = {**scope.arrived, event.position: left}
    if not left:
        del scope.arrived[event.position]


EFFECTS: Final[Effects] = {
    ev.NodePassed: _node_passed,
    ev.TokenArrived: _token_arrived,
    ev.JoinFired: _join_fired,
    ev.ElementEntered: _element_entered,
    ev.ElementActivated: _element_activated,
    ev.ElementCompleting: _element_completing,
    ev.ElementCompleted: _element_completed,
    ev.EventChosen: _event_chosen,
    ev.TokensPlaced: _tokens_placed,
    ev.ElementTerminated: _element_terminated,
    ev.TokensDropped: _tokens_dropped,
    ev.TokenRemoved: _token_removed,
}
