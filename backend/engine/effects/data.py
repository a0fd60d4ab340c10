"""Variables and memory."""

from typing import Final

from backend.engine import events as ev
from backend.engine.item_aware import STORE
from backend.engine.state import ROOT, State

from .base import Effects


def _variables_set(state: State, event: ev.VariablesSet) -> None:
    scope = state.scopes[event.scope]
    scope.variables = {**scope.variables, **event.variables}


def _remembered(state: State, event: ev.Remembered) -> None:
    scope = state.scopes[event.scope]
    memory = {**scope.memory, **event.memory}
    scope.memory = {key: value for key, value in memory.items() if value is not None}


def _store_written(state: State, event: ev.StoreWritten) -> None:
    root = state.scopes[ROOT]
    told = {f"{root.element}:{name}{STORE}": value for name, value in event.variables.items()}
    root.memory = {**root.memory, **told}


EFFECTS: Final[Effects] = {
    ev.VariablesSet: _variables_set,
    ev.Remembered: _remembered,
    ev.StoreWritten: _store_written,
}
