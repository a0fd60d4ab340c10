"""The instance as a whole: begun, ended, suspended."""

from typing import Any

from .base import Event


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


class Modified(Event, frozen=True):
    """An operator added, removed or moved tokens; the events that follow in this command tell how."""


class Migrated(Event, frozen=True):
    """The instance goes on in another version of its process, or in another process.

    elements: every element that something stands at → what it is called now. positions: the same of flows
    that tokens stand on. version, previous: of the new and the old process, as the caller names them. back:
    it undid a migration.
    """

    process: str
    elements: dict[str, str]
    positions: dict[str, str]
    version: str = ""
    back: bool = False
    previous: str = ""


class MessageTaken(Event, frozen=True):
    """A message with this dedupe id was correlated; a second one does nothing."""

    message_id: str
