"""Which messages a change of a case is worth, as one table.

Input is the outbox row's body: control state only, no personal data. Each kind has its words in the
procedure's texts (`message.<kind>.subject`, `.body`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Body = Mapping[str, Any]


def _tells_of(event: str) -> Callable[[Body], bool]:
    return lambda body: event in body["types"]


def _sent_in(body: Body) -> bool:
    return bool(body.get("submitted"))


def _waits_for_her(body: Body) -> bool:
    """A task opened for the citizen although she did nothing just now, and the case is under way."""
    return body.get("actor") != "citizen" and bool(body.get("under_way")) and "citizen" in _audiences(body)


def _audiences(body: Body) -> set[str]:
    return {task[2] for task in body.get("tasks", ())}


def _registry_silent(body: Body) -> bool:
    return "registry-down" in body.get("failures", ())


KINDS: Mapping[str, Callable[[Body], bool]] = {
    "moved": _tells_of("LeaseMoved"),
    "receipt": _sent_in,
    "task_waiting": _waits_for_her,
    "registry_down": _registry_silent,
    "decided": _tells_of("ProcessCompleted"),
}


def kinds(body: Body) -> tuple[str, ...]:
    """The kinds of message that this change is worth, in the table's order."""
    return tuple(kind for kind, worth in KINDS.items() if worth(body))
