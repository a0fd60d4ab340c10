"""The state of one process instance, and `apply`: every event's effect on it, in one table.

Tokens stand in three places: `moving` (a queue of (scope, position), empty between commands unless the
instance
is suspended or halted), `Scope.arrived` (waiting at a join) and scope records (a node that holds its token).
`Scope.tokens` counts all three; a scope without any is complete (X-END-02).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from . import events as ev
from .lifecycle import ACTIVE, CLOSED, COMPLETING, INACTIVE, READY, moved

SCHEMA: Final = 1
ROOT: Final = 1


class Scope(msgspec.Struct, array_like=True, gc=False):
    """One instance of the process or of a node that holds a token, with its own variables (C8-VAR-01).

    parent: key of the scope around it, 0 for the process. tokens: how many live directly inside.
    arrived: tokens that wait at joins inside, by position. The two dicts are replaced, never changed in
    place.
    """

    element: str
    parent: int
    phase: int = READY
    tokens: int = 0
    variables: dict[str, Any] = {}
    arrived: dict[str, int] = {}


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
    """A job that is offered to machines."""

    scope: int
    element: str
    type: str
    retries: int


class Timer(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An instant that FireTimers waits for; fields as in events.TimerSet."""

    scope: int
    element: str
    due: datetime
    kind: str = "catch"
    left: int = 0
    cycle: str = ""
    since: datetime | None = None


class Subscription(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A message (`key` is its correlation key) or a signal (`key` is None) that is awaited."""

    scope: int
    element: str
    name: str
    key: str | None
    kind: str = "catch"


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
    )


def apply(state: State | None, event: ev.Event) -> State:
    """The state after `event`; the one given is not changed. None is the state before ProcessStarted."""
    if state is None:
        return began(event)
    after = private(state)
    APPLIERS[type(event)](after, event)
    return after


def replay(events: Iterable[ev.Event]) -> State:
    """The state that a whole history gives; the first event must be ProcessStarted."""
    history = iter(events)
    state = began(next(history))
    for event in history:
        APPLIERS[type(event)](state, event)
    return state


def began(event: ev.Event) -> State:
    """The first state, from ProcessStarted."""
    if not isinstance(event, ev.ProcessStarted):
        raise ValueError(f"a history begins with ProcessStarted, not {type(event).__name__}")
    root = Scope(event.process, 0, ACTIVE, len(event.positions), event.variables)
    moving = [(ROOT, position) for position in event.positions]
    return State(SCHEMA, event.process, "active", ROOT, {ROOT: root}, moving, {}, {}, {}, {}, {})


# --- one function per effect ---


def _release(state: State, scope: int, consumed: int, taken: tuple[str, ...]) -> None:
    """Take `consumed` tokens from a scope and let new ones stand on `taken`."""
    state.scopes[scope].tokens += len(taken) - consumed
    for position in taken:
        state.moving.append((scope, position))


def _node_passed(state: State, event: ev.NodePassed) -> None:
    del state.moving[0]
    _release(state, event.scope, 1, event.taken)


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
    state.scopes[event.key] = Scope(event.element, event.scope, moved(INACTIVE, READY), 0, event.variables)


def _element_activated(state: State, event: ev.ElementActivated) -> None:
    scope = state.scopes[event.key]
    scope.phase = moved(scope.phase, ACTIVE)
    _release(state, event.key, 0, event.positions)


def _element_completing(state: State, event: ev.ElementCompleting) -> None:
    _completing(state, event.key)


def _completing(state: State, key: int) -> None:
    scope = state.scopes[key]
    scope.phase = moved(scope.phase, COMPLETING)


def _element_completed(state: State, event: ev.ElementCompleted) -> None:
    scope = state.scopes.pop(event.key)
    moved(scope.phase, CLOSED)
    _release(state, scope.parent, 1, event.taken)


def _tokens_placed(state: State, event: ev.TokensPlaced) -> None:
    _release(state, event.scope, 0, event.taken)


def _element_terminated(state: State, event: ev.ElementTerminated) -> None:
    scope = state.scopes.pop(event.key)
    moved(scope.phase, CLOSED)
    state.scopes[scope.parent].tokens -= 1


def _tokens_dropped(state: State, event: ev.TokensDropped) -> None:
    scope = state.scopes[event.scope]
    kept = [token for token in state.moving if token[0] != event.scope]
    scope.tokens -= len(state.moving) - len(kept) + sum(scope.arrived.values())
    state.moving[:] = kept
    scope.arrived = {}


def _variables_set(state: State, event: ev.VariablesSet) -> None:
    scope = state.scopes[event.scope]
    scope.variables = {**scope.variables, **event.variables}


def _task_created(state: State, event: ev.TaskCreated) -> None:
    scope = state.scopes[event.task]
    scope.phase = moved(scope.phase, ACTIVE)
    state.tasks[event.task] = Task(
        event.element, event.assignee, event.groups, event.users, event.due, event.follow_up
    )


def _task_completed(state: State, event: ev.TaskCompleted) -> None:
    del state.tasks[event.task]
    _completing(state, event.task)


def _task_withdrawn(state: State, event: ev.TaskWithdrawn) -> None:
    del state.tasks[event.task]


def _job_created(state: State, event: ev.JobCreated) -> None:
    scope = state.scopes[event.scope]
    scope.phase = moved(scope.phase, ACTIVE)
    state.counter = event.job
    state.jobs[event.job] = Job(event.scope, event.element, event.type, event.retries)


def _job_completed(state: State, event: ev.JobCompleted) -> None:
    _completing(state, state.jobs.pop(event.job).scope)


def _job_gone(state: State, event: ev.JobFailed | ev.JobWithdrawn) -> None:
    del state.jobs[event.job]


def _timer_set(state: State, event: ev.TimerSet) -> None:
    state.counter = event.timer
    state.timers[event.timer] = Timer(
        event.scope, event.element, event.due, event.kind, event.left, event.cycle, event.since
    )


def _timer_gone(state: State, event: ev.TimerFired | ev.TimerWithdrawn) -> None:
    del state.timers[event.timer]


def _message_subscribed(state: State, event: ev.MessageSubscribed) -> None:
    state.counter = event.subscription
    state.subscriptions[event.subscription] = Subscription(
        event.scope, event.element, event.name, event.key, event.kind
    )


def _signal_subscribed(state: State, event: ev.SignalSubscribed) -> None:
    state.counter = event.subscription
    state.subscriptions[event.subscription] = Subscription(
        event.scope, event.element, event.name, None, event.kind
    )


def _unsubscribed(state: State, event: ev.MessageUnsubscribed | ev.SignalUnsubscribed) -> None:
    del state.subscriptions[event.subscription]


def _thrown(state: State, event: ev.MessageThrown | ev.SignalThrown) -> None:
    state.counter = int(event.id)


def _message_taken(state: State, event: ev.MessageTaken) -> None:
    state.seen = [*state.seen[1 - SEEN_KEPT :], event.message_id]


def _incident_raised(state: State, event: ev.IncidentRaised) -> None:
    state.counter = event.incident
    state.incidents[event.incident] = Incident(event.scope, event.element, event.kind, event.message)
    if event.kind == "limit":
        state.halted = event.incident


def _incident_resolved(state: State, event: ev.IncidentResolved) -> None:
    del state.incidents[event.incident]
    if state.halted == event.incident:
        state.halted = 0


def _suspended(state: State, event: ev.Suspended) -> None:
    state.suspended = True


def _resumed(state: State, event: ev.Resumed) -> None:
    state.suspended = False


def _process_completed(state: State, event: ev.ProcessCompleted) -> None:
    state.status = event.status
    state.error = event.code


def _nothing(state: State, event: ev.Event) -> None:
    """An event that only tells."""


APPLIERS: Final[dict[type[ev.Event], Callable[[State, Any], None]]] = {
    ev.ProcessCompleted: _process_completed,
    ev.Suspended: _suspended,
    ev.Resumed: _resumed,
    ev.MessageTaken: _message_taken,
    ev.NodePassed: _node_passed,
    ev.TokenArrived: _token_arrived,
    ev.JoinFired: _join_fired,
    ev.ElementEntered: _element_entered,
    ev.ElementActivated: _element_activated,
    ev.ElementCompleting: _element_completing,
    ev.ElementCompleted: _element_completed,
    ev.TokensPlaced: _tokens_placed,
    ev.ElementTerminated: _element_terminated,
    ev.TokensDropped: _tokens_dropped,
    ev.VariablesSet: _variables_set,
    ev.TaskCreated: _task_created,
    ev.TaskCompleted: _task_completed,
    ev.TaskWithdrawn: _task_withdrawn,
    ev.JobCreated: _job_created,
    ev.JobCompleted: _job_completed,
    ev.JobFailed: _job_gone,
    ev.JobWithdrawn: _job_gone,
    ev.TimerSet: _timer_set,
    ev.TimerFired: _timer_gone,
    ev.TimerWithdrawn: _timer_gone,
    ev.MessageSubscribed: _message_subscribed,
    ev.MessageUnsubscribed: _unsubscribed,
    ev.SignalSubscribed: _signal_subscribed,
    ev.SignalUnsubscribed: _unsubscribed,
    ev.MessageThrown: _thrown,
    ev.SignalThrown: _thrown,
    ev.ErrorThrown: _nothing,
    ev.DecisionMade: _nothing,
    ev.IncidentRaised: _incident_raised,
    ev.IncidentResolved: _incident_resolved,
    ev.Warned: _nothing,
}
