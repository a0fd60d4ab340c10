"""What is awaited: instants, messages, signals, conditions. member: which trigger of a multiple event."""

from datetime import datetime

from .base import Event


class TimerSet(Event, frozen=True):
    """FireTimers at `due` will do something. Each repetition of a cycle is a new timer.

    kind: `catch`, `gate` (behind an event-based gateway), `boundary`, `handler` (event sub-process) or
    `retry` (a failed job's next offer).
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
    member: int = 0


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
    member: int = 0


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
    member: int = 0


class SignalUnsubscribed(Event, frozen=True):
    """The signal is no longer awaited."""

    subscription: int
    element: str


class ConditionSubscribed(Event, frozen=True):
    """A condition is watched from now on (X-COND-01). `kind` as in TimerSet."""

    condition: int
    element: str
    scope: int
    kind: str
    member: int = 0


class ConditionTurned(Event, frozen=True):
    """A watched condition has become true, or false; it stays watched."""

    condition: int
    element: str
    holds: bool


class ConditionUnsubscribed(Event, frozen=True):
    """The condition is no longer watched: it came true and was used up, or its catcher ended."""

    condition: int
    element: str
