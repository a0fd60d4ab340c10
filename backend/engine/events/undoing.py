"""Compensation: what can be undone, what is taken to be undone, what is undone now."""

from .base import Event


class Compensable(Event, frozen=True):
    """The instance `instance`, which completes now, can be compensated (X-COMP-01).

    key: its place in the order of completion. mode: as in undoing.Entry. snapshot: what stands in its scope
    is kept; else of that only `kept`.
    """

    key: int
    element: str
    instance: int
    mode: str = ""
    snapshot: bool = False
    kept: tuple[str, ...] = ()


class CompensationTaken(Event, frozen=True):
    """What completed in `scope` is now the compensating instance `key`'s to undo, of one activity or all.

    active: also what completed in scopes inside it that are still active (X-TX-02).
    """

    key: int
    element: str
    scope: int
    activity: str = ""
    active: bool = False


class Compensating(Event, frozen=True):
    """The compensating instance `key` undoes these activities now, the latest of what it has left."""

    key: int
    element: str
    activities: tuple[str, ...]
