"""Compensation."""

from typing import Any, Final

from backend.engine import events as ev
from backend.engine.state import Scope, State
from backend.engine.undoing import (
    COMPLETED,
    LEFT,
    Entry,
    completed,
    entry_of,
    groups,
    name,
    remembered,
    unfinished,
)

from .base import Effects


def _keep(scope: Scope, what: str, value: list[Any]) -> None:
    memory = {key: one for key, one in scope.memory.items() if key != name(scope.element, what)}
    scope.memory = {**memory, name(scope.element, what): value} if value else memory


def _compensable(state: State, event: ev.Compensable) -> None:
    state.counter = event.key
    scope = state.scopes[event.instance]
    around = state.scopes[scope.parent]
    entry = entry_of(scope, event.key, event.mode, event.snapshot, event.kept)
    _keep(around, COMPLETED, [*completed(around), entry])


def _compensation_taken(state: State, event: ev.CompensationTaken) -> None:
    scope = state.scopes[event.scope]
    found, kept = completed(scope), []
    if event.activity:
        kept = [one for one in found if Entry(*one).element != event.activity]
        found = [one for one in found if Entry(*one).element == event.activity]
    if event.active:
        found = found + unfinished(state, event.scope, event.key)
    _keep(scope, COMPLETED, kept)
    taker = state.scopes[event.key]
    left = (remembered(taker, LEFT) or []) + groups(found)
    _keep(taker, LEFT, sorted(left, key=lambda group: Entry(*group[0]).order))


def _compensating(state: State, event: ev.Compensating) -> None:
    scope = state.scopes[event.key]
    _keep(scope, LEFT, remembered(scope, LEFT)[:-1])


EFFECTS: Final[Effects] = {
    ev.Compensable: _compensable,
    ev.CompensationTaken: _compensation_taken,
    ev.Compensating: _compensating,
}
