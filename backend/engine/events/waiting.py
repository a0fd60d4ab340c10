"""What is awaited: instants, messages, signals."""

from datetime import datetime

from .base import Event


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
