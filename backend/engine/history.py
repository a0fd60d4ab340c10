"""A history read back: the state after any command, what happened in words, and where tokens stand.

Nothing here tells a variable's value, a correlation key or a person.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

import msgspec

from . import events as ev
from .effects import replay
from .lifecycle import NAMES
from .nodes import Process
from .state import State

Steps = Sequence[Sequence[ev.Event]]

QUIET: Final = (
    ev.ElementActivated,
    ev.ElementCompleting,
    ev.TokenArrived,
    ev.TokensDropped,
    ev.VariablesSet,
    ev.Remembered,
)
"""Events that a reader does not miss: other lines tell the same, or they hold variables."""

DETAILS: Final = (
    "code", "kind", "type", "status", "decision", "rules", "catcher", "due", "retries", "process", "version",
    "message",
)  # fmt: skip
"""Fields that may be told; a message is written for staff and quotes the model, never a value."""


class Line(msgspec.Struct, frozen=True):
    """One line of a history. number: of the command, from 1. what: the event in small letters with
    underscores (`task_created`), for a translation. details: by name, as texts. key: of a scope, task, job,
    timer, subscription or incident."""

    number: int
    what: str
    element: str = ""
    name: str = ""
    key: int = 0
    at: datetime | None = None
    details: dict[str, str] = {}

    @property
    def text(self) -> str:
        """In English."""
        words = self.what.replace("_", " ")
        where = f": {self.name or self.element}" if self.element else ""
        more = ", ".join(f"{name} {value}" for name, value in self.details.items())
        return f"{words}{where}" + (f" ({more})" if more else "")


class Whereabouts(msgspec.Struct, frozen=True):
    """A token. what: `instance` (phase says how far), `waiting` at a join, or `moving`. element: where it
    stands, for a token on a flow the node that it comes to. key: of the instance, else of the scope."""

    what: str
    key: int
    element: str
    position: str = ""
    phase: str = ""
    count: int = 1
    incidents: tuple[int, ...] = ()


def state_after(steps: Steps, number: int) -> State:
    """The state after the n-th command, from 1. Raises IndexError for a command that there was not."""
    if not 1 <= number <= len(steps):
        raise IndexError(f"the history has {len(steps)} commands, not {number}")
    return replay(chain.from_iterable(steps[:number]))


def readable(steps: Steps, process: Process | None = None, instants: Sequence[datetime] = ()) -> list[Line]:
    """What happened, in order; names as in `process`, instants as given for each command."""
    return [
        _line(number, event, process, instants[number - 1] if instants else None)
        for number, events in enumerate(steps, 1)
        for event in events
        if not isinstance(event, QUIET)
    ]


def _line(number: int, event: ev.Event, process: Process | None, at: datetime | None) -> Line:
    element = getattr(event, "element", "")
    node = process.nodes.get(element) if process is not None else None
    details = {name: _told(value) for name in DETAILS if (value := getattr(event, name, None))}
    return Line(number, what(event), element, node.name if node else "", _key(event), at, details)


def what(event: ev.Event) -> str:
    """The kind of an event as a word: `task_created`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()


def _told(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _key(event: ev.Event) -> int:
    for name in ("task", "job", "timer", "subscription", "incident", "condition", "key", "scope"):
        found = getattr(event, name, None)
        if isinstance(found, int):
            return found
    return 0


def whereabouts(process: Process, state: State) -> list[Whereabouts]:
    """Where every token stands, outermost first; sub-processes stand where their inner tokens are, too."""
    found = []
    for key, scope in state.scopes.items():
        if scope.parent:
            incidents = tuple(one for one, each in state.incidents.items() if each.scope == key)
            element = scope.element
            found.append(Whereabouts("instance", key, element, "", NAMES[scope.phase], 1, incidents))
        for position, count in scope.arrived.items():
            found.append(Whereabouts("waiting", key, _at(process, position), position, "", count))
    return [*found, *(_moving(process, scope, position) for scope, position in state.moving)]


def _moving(process: Process, scope: int, position: str) -> Whereabouts:
    return Whereabouts("moving", scope, _at(process, position), position)


def _at(process: Process, position: str) -> str:
    node = process.positions.get(position)
    return node.id if node is not None else ""


def marks(found: Iterable[Whereabouts]) -> dict[str, int]:
    """How many tokens to draw at each element."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.element] = counts.get(one.element, 0) + one.count
    return counts
