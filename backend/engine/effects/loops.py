"""Rounds of loops, and what is collected from them."""

from decimal import Decimal
from typing import Any, Final

from backend.engine import events as ev
from backend.engine.state import State

from .base import Effects

COUNTERS: Final = (
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
)


def rounds(element: str) -> str:
    """Under which name a loop's outer scope remembers its rounds."""
    return f"{element}:rounds"


def counters(total: int, active: int, completed: int, terminated: int) -> dict[str, Any]:
    """The attributes of a multi-instance, by the standard's names (X-MI-02)."""
    return dict(zip(COUNTERS, map(Decimal, (total, active, completed, terminated)), strict=True))


def placed(found: Any, index: int, value: Any) -> list[Any]:
    """A list with `value` at `index`, longer when it must be; anything but a list counts as empty."""
    items = list(found) if isinstance(found, list) else []
    items += [None] * (index + 1 - len(items))
    items[index] = value
    return items


def _instances_counted(state: State, event: ev.InstancesCounted) -> None:
    scope = state.scopes[event.scope]
    counts = [event.begun, event.total, event.active, event.completed, event.terminated]
    scope.memory = {**scope.memory, rounds(event.element): counts}
    scope.variables = {**scope.variables, **counters(*counts[1:])}


def _collected(state: State, event: ev.Collected) -> None:
    scope = state.scopes[event.scope]
    held = scope.variables
    scope.variables = {
        **held,
        **{name: placed(held.get(name), event.index, value) for name, value in event.variables.items()},
    }


EFFECTS: Final[Effects] = {
    ev.InstancesCounted: _instances_counted,
    ev.Collected: _collected,
}
