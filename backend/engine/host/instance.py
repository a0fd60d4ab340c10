"""What the host holds: instances, messages that nobody took yet, and what may begin an instance."""

from datetime import datetime
from typing import Any

import msgspec

from backend.engine import events as ev
from backend.engine.nodes import Process
from backend.engine.state import State


class Instance:
    """One running process: its state, and all its events so far. conversation: by what it was begun
    (X-INST-04)."""

    __slots__ = ("conversation", "events", "process", "state")

    def __init__(self, process: Process, state: State, conversation: tuple[str, str]) -> None:
        self.process = process
        self.state = state
        self.events: list[ev.Event] = []
        self.conversation = conversation

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.state.status == "active"


class Kept(msgspec.Struct, frozen=True):
    """A message that nobody awaited yet, and until when it is kept. to: the processes that message flows lead
    it to, () for any. hops: as in events.MessageThrown."""

    name: str
    key: str
    variables: dict[str, Any]
    id: str
    until: datetime
    to: tuple[str, ...] = ()
    hops: int = 0


class Start(msgspec.Struct):
    """A timer start event's next instant; `left` as in events.TimerSet."""

    process: str
    element: str
    due: datetime
    left: int
    cycle: str
    since: datetime
    member: int = 0


class Gathering(msgspec.Struct):
    """What has come of a parallel multiple start: variables by member; `key` is that of its messages."""

    process: str
    element: str
    key: str | None
    come: dict[int, dict[str, Any]]
