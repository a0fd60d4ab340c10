"""What is written: variables, and what an element remembers between two commands."""

from typing import Any

from .base import Event


class VariablesSet(Event, frozen=True):
    """These variables were written into exactly this scope."""

    scope: int
    variables: dict[str, Any]


class StoreWritten(Event, frozen=True):
    """Data stores hold these values now: written by `element`, which the host must keep for all instances, or
    told by the host when that is "" (X-DATA-07)."""

    variables: dict[str, Any]
    element: str = ""


class Remembered(Event, frozen=True):
    """What elements must know between two commands, written into exactly this scope's `memory`; None forgets
    a key. Keys begin with the id of the element that reads them."""

    scope: int
    memory: dict[str, Any]
