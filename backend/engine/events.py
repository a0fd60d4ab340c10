"""Events: what became true in one process instance. A fold of `apply` over them gives the state.

Three kinds stand here: what the outside acts on (tasks, jobs, timers, subscriptions, incidents, thrown
messages
and signals, the end), what moves tokens, and what writes variables. `scope` is the key of the activity
instance
that holds the thing (1 is the process itself), `element` the BPMN id. New fields are added at the end only,
with a default, so that events of every release keep decoding.
"""

from datetime import datetime
from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=True, array_like=True, gc=False):
    """Base of all events; an encoded event is an array that begins with its class name."""


# --- the instance ---


class ProcessStarted(Event, frozen=True):
    """The instance exists, with these variables, tokens stand on `positions` (flow ids or node ids)."""

    process: str
    variables: dict[str, Any]
    positions: tuple[str, ...]
    start: str = ""


class ProcessCompleted(Event, frozen=True):
    """The instance has ended: `completed`, `terminated` or `failed` (then with the uncaught error's code)."""

    status: str
    variables: dict[str, Any]
    code: str = ""


class Suspended(Event, frozen=True):
    """Nothing moves until `Resumed`."""


class Resumed(Event, frozen=True):
    """The suspension has ended."""


class MessageTaken(Event, frozen=True):
    """A message with this dedupe id was correlated; a second one does nothing."""

    message_id: str


# --- tokens ---


class NodePassed(Event, frozen=True):
    """The oldest token, on `position`, went through a node that holds nothing, and left on `taken` flows.

    An empty `taken` consumes it (X-END-01).
    """

    scope: int
    element: str
    position: str
    taken: tuple[str, ...]


class TokenArrived(Event, frozen=True):
    """The oldest token waits on `position` for a join's other flows (X-PAR-01)."""

    scope: int
    element: str
    position: str


class JoinFired(Event, frozen=True):
    """A join took one waiting token from each flow of `consumed` and gave one to each of `taken`."""

    scope: int
    element: str
    consumed: tuple[str, ...]
    taken: tuple[str, ...]


class ElementEntered(Event, frozen=True):
    """A node that holds its token became an instance of its own, with scope `key` inside `scope`.

    position: where its token came from; "" when an event inside made it (a boundary event, a handler).
    """

    key: int
    scope: int
    element: str
    position: str
    variables: dict[str, Any] = {}


class ElementActivated(Event, frozen=True):
    """The instance is Active; in a sub-process tokens stand on `positions`."""

    key: int
    element: str
    positions: tuple[str, ...] = ()


class ElementCompleting(Event, frozen=True):
    """The instance's work is done; outputs and the choice of flows follow."""

    key: int
    element: str


class ElementCompleted(Event, frozen=True):
    """The instance ended normally; its token left on `taken` flows."""

    key: int
    element: str
    taken: tuple[str, ...]


class TokensPlaced(Event, frozen=True):
    """An instance that goes on waiting let tokens go on `taken` flows of `scope` (a cycle's repetition)."""

    scope: int
    element: str
    taken: tuple[str, ...]


class ElementTerminated(Event, frozen=True):
    """The instance ended by an interruption; no token left. Tokens that moved inside are gone."""

    key: int
    element: str


class TokensDropped(Event, frozen=True):
    """Every moving and waiting token directly inside this scope is gone."""

    scope: int
    element: str


class VariablesSet(Event, frozen=True):
    """These variables were written into exactly this scope."""

    scope: int
    variables: dict[str, Any]


# --- what the outside acts on ---


class TaskCreated(Event, frozen=True):
    """A user task is open for people. `task` is also the key of its scope."""

    task: int
    element: str
    name: str
    form: str
    assignee: str | None
    groups: tuple[str, ...]
    users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    lane: str
    stage: str
    properties: dict[str, str]
    headers: dict[str, str] = {}
    priority: int = 50


class TaskCompleted(Event, frozen=True):
    """A person completed the task; what was answered stands in the VariablesSet that follow."""

    task: int
    element: str


class TaskWithdrawn(Event, frozen=True):
    """The task is no longer open: interrupted, ended by an error, or its instance ended."""

    task: int
    element: str


class JobCreated(Event, frozen=True):
    """A machine may do this job. A retry is a new job, so that a late answer to the old one is refused.

    variables: everything visible at the element, inner names hiding outer ones.
    """

    job: int
    type: str
    element: str
    headers: dict[str, str]
    variables: dict[str, Any]
    retries: int
    scope: int = 0
    properties: dict[str, str] = {}


class JobCompleted(Event, frozen=True):
    """The job's result was taken."""

    job: int
    element: str


class JobFailed(Event, frozen=True):
    """The job ended without result; it is offered anew (JobCreated, TimerSet) or an incident follows."""

    job: int
    element: str
    message: str
    retries: int


class JobWithdrawn(Event, frozen=True):
    """The job's result is no longer wanted."""

    job: int
    element: str


class TimerSet(Event, frozen=True):
    """FireTimers at `due` will do something. Each repetition of a cycle is a new timer.

    kind: `catch`, `boundary`, `handler` (event sub-process) or `retry` (a failed job's next offer).
    left: repetitions after this one; below 0 without end, one less each time; for `retry` the retries left.
    cycle: the text it follows, counted from `since`.
    """

    timer: int
    element: str
    due: datetime
    scope: int = 0
    kind: str = "catch"
    left: int = 0
    cycle: str = ""
    since: datetime | None = None


class TimerFired(Event, frozen=True):
    """The timer's instant came and it was used up."""

    timer: int
    element: str


class TimerWithdrawn(Event, frozen=True):
    """The timer will not fire."""

    timer: int
    element: str


class MessageSubscribed(Event, frozen=True):
    """A message of this name and correlation key is awaited. `kind` as in TimerSet."""

    subscription: int
    element: str
    name: str
    key: str
    scope: int = 0
    kind: str = "catch"


class MessageUnsubscribed(Event, frozen=True):
    """The message is no longer awaited: it came, or its catcher ended."""

    subscription: int
    element: str


class SignalSubscribed(Event, frozen=True):
    """A signal of this name is awaited. `kind` as in TimerSet."""

    subscription: int
    element: str
    name: str
    scope: int = 0
    kind: str = "catch"


class SignalUnsubscribed(Event, frozen=True):
    """The signal is no longer awaited."""

    subscription: int
    element: str


class MessageThrown(Event, frozen=True):
    """The outside must deliver this message to one receiver. `id` is unique within the instance
    (X-MSG-02)."""

    name: str
    key: str
    variables: dict[str, Any]
    id: str
    element: str = ""
    time_to_live: float | None = None


class SignalThrown(Event, frozen=True):
    """The outside must broadcast this signal to all other instances; catchers in this one already had it."""

    name: str
    variables: dict[str, Any]
    id: str = ""
    element: str = ""


class ErrorThrown(Event, frozen=True):
    """An error was raised at `element` and caught by `catcher`; "" when nobody caught it."""

    code: str
    element: str
    catcher: str
    message: str = ""


class DecisionMade(Event, frozen=True):
    """A business rule task evaluated a decision; `rules` are those that made the result, as
    `table:number`."""

    element: str
    decision: str
    rules: tuple[str, ...]


class IncidentRaised(Event, frozen=True):
    """The instance cannot go on here; staff repair the cause and resolve it.

    kind: `mapping`, `condition`, `expression`, `job`, `error`, `decision`, `timer`, `message`, `limit`,
    `assignment`.
    message: for staff; may quote a model's text, never a variable's value.
    """

    incident: int
    element: str
    kind: str
    message: str
    scope: int = 0


class IncidentResolved(Event, frozen=True):
    """The incident is over: repaired, or its element ended (`withdrawn`)."""

    incident: int
    element: str
    withdrawn: bool = False


class Warned(Event, frozen=True):
    """Something odd that the rule `rule` lets pass."""

    element: str
    rule: str
    message: str


AnyEvent = (
    ProcessStarted
    | ProcessCompleted
    | Suspended
    | Resumed
    | MessageTaken
    | NodePassed
    | TokenArrived
    | JoinFired
    | ElementEntered
    | ElementActivated
    | ElementCompleting
    | ElementCompleted
    | TokensPlaced
    | ElementTerminated
    | TokensDropped
    | VariablesSet
    | TaskCreated
    | TaskCompleted
    | TaskWithdrawn
    | JobCreated
    | JobCompleted
    | JobFailed
    | JobWithdrawn
    | TimerSet
    | TimerFired
    | TimerWithdrawn
    | MessageSubscribed
    | MessageUnsubscribed
    | SignalSubscribed
    | SignalUnsubscribed
    | MessageThrown
    | SignalThrown
    | ErrorThrown
    | DecisionMade
    | IncidentRaised
    | IncidentResolved
    | Warned
)
