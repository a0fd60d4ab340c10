"""Variables and memory."""

from typing import Final

from backend.engine import events as ev
from backend.engine.state import State

from .base import Effects


def _variables_set(state: State, event: ev.VariablesSet) -> None:
    scope = state.scopes[event.scope]
    scope.variables = {**scope.variables, **event.variables}


def _remembered(state: State, event: ev.Remembered) -> None:
    scope = state.scopes[event.scope]
    memory = {**scope.memory, **event.memory}
    scope.memory = {key: value for key, value in memory.items() if value is not None}


EFFECTS: Final[Effects] = {
    ev.VariablesSet: _variables_set,
    ev.Remembered: _remembered,
}
