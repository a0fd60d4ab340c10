"""Rounds of loops, and what is collected from them."""

from typing import Any

from .base import Event


class InstancesCounted(Event, frozen=True):
    """How the multi-instance `scope` stands (X-MI-02): `begun` so far, `total` planned, and of these so many
    active, completed, terminated; also written into its variables numberOfInstances and so on."""

    scope: int
    element: str
    begun: int
    total: int
    active: int
    completed: int
    terminated: int


class Collected(Event, frozen=True):
    """Each of these values was put at `index` (from 0) of the list of its name in exactly this scope."""

    scope: int
    index: int
    variables: dict[str, Any]
