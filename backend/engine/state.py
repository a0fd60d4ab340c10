"""The state of one process instance, and `apply`: every event's effect on it, in one table.

Tokens stand in three places: `moving` (a queue of (scope, position), empty between commands unless the
instance
is suspended or halted), `Scope.arrived` (waiting at a join) and scope records (a node that holds its token).
`Scope.tokens` counts all three; a scope without any is complete (X-END-02).
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from . import events as ev
from .lifecycle import ACTIVE, READY

SCHEMA: Final = 2  # with a step in upgrades.py for each number before
ROOT: Final = 1


class Scope(msgspec.Struct, array_like=True, gc=False):
    """One instance of the process or of a node that holds a token, with its own variables (C8-VAR-01).

    parent: key of the scope around it, 0 for the process. tokens: how many live directly inside.
    arrived: tokens that wait at joins inside, by position. round, closed: as in events.ElementEntered.
    memory: as in events.Remembered. The dicts are replaced, never changed in place.
    """

    element: str
    parent: int
    phase: int = READY
    tokens: int = 0
    variables: dict[str, Any] = {}
    arrived: dict[str, int] = {}
    round: int = 0
    closed: bool = False
    memory: dict[str, Any] = {}


class Task(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An open user task; its key is also its scope's. What the model alone says is in
    `process.nodes[element]`."""

    element: str
    assignee: str | None = None
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None


class Job(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A job that is offered to machines; fields as in events.JobCreated."""

    scope: int
    element: str
    type: str
    retries: int
    listener: int = 0


class Timer(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An instant that FireTimers waits for; fields as in events.TimerSet."""

    scope: int
    element: str
    due: datetime
    kind: str = "catch"
    left: int = 0
    cycle: str = ""
    since: datetime | None = None
    member: int = 0


class Subscription(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A message (`key` is its correlation key) or a signal (`key` is None) that is awaited."""

    scope: int
    element: str
    name: str
    key: str | None
    kind: str = "catch"
    member: int = 0


class Condition(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A condition that is watched; fields as in events.ConditionSubscribed. holds: its value when last
    examined."""

    scope: int
    element: str
    kind: str
    member: int = 0
    holds: bool = False


class Incident(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Something that staff must repair before the instance goes on here."""

    scope: int
    element: str
    kind: str
    message: str


class State(msgspec.Struct, array_like=True, gc=False):
    """All that must be kept of an instance between two commands. Give it to `decide` and `apply`, never
    change it.

    counter: the last key given out. halted: the incident that stopped all movement (limits), 0 for none.
    seen: dedupe ids of the last messages taken. scopes: the process's own scope has key 1.
    """

    schema: int
    process: str
    status: str
    counter: int
    scopes: dict[int, Scope]
    moving: list[tuple[int, str]]
    tasks: dict[int, Task]
    jobs: dict[int, Job]
    timers: dict[int, Timer]
    subscriptions: dict[int, Subscription]
    incidents: dict[int, Incident]
    suspended: bool = False
    halted: int = 0
    seen: list[str] = []
    error: str = ""
    conditions: dict[int, Condition] = {}

    @property
    def variables(self) -> dict[str, Any]:
        """The process's own variables."""
        return self.scopes[ROOT].variables


SEEN_KEPT: Final = 32  # dedupe ids; older duplicates are the sender's idempotency's affair


def private(state: State) -> State:
    """A copy that `decide` may change without harm to the one given."""
    return State(
        state.schema,
        state.process,
        state.status,
        state.counter,
        {key: scope.__copy__() for key, scope in state.scopes.items()},  # type: ignore[attr-defined]  # msgspec has it
        state.moving.copy(),
        state.tasks.copy(),
        state.jobs.copy(),
        state.timers.copy(),
        state.subscriptions.copy(),
        state.incidents.copy(),
        state.suspended,
        state.halted,
        state.seen,
        state.error,
        state.conditions.copy(),
    )


def began(event: ev.Event) -> State:
    """The first state, from ProcessStarted."""
    if not isinstance(event, ev.ProcessStarted):
        raise ValueError(f"a history begins with ProcessStarted, not {type(event).__name__}")
    root = Scope(event.process, 0, ACTIVE, len(event.positions), event.variables)
    moving = [(ROOT, position) for position in event.positions]
    return State(SCHEMA, event.process, "active", ROOT, {ROOT: root}, moving, {}, {}, {}, {}, {})
