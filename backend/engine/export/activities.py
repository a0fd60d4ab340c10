"""What both formats tell: each event of a history as a step in the life of an activity.

Transitions are those of XES's standard lifecycle model. A task and a job are told once, by what happened to
them and not by their scopes; what waits or contains is told by its beginning and end.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from backend.engine import events as ev
from backend.engine.nodes import Node, Process

TRANSITIONS: Final[dict[type[ev.Event], str]] = {
    ev.ProcessStarted: "start",
    ev.ProcessCompleted: "complete",
    ev.Suspended: "suspend",
    ev.Resumed: "resume",
    ev.Modified: "unknown",
    ev.Migrated: "unknown",
    ev.NodePassed: "complete",
    ev.JoinFired: "complete",
    ev.ElementEntered: "start",
    ev.ElementCompleted: "complete",
    ev.EventChosen: "complete",
    ev.ElementTerminated: "ate_abort",
    ev.TaskCreated: "schedule",
    ev.TaskCompleted: "complete",
    ev.TaskWithdrawn: "withdraw",
    ev.JobCreated: "schedule",
    ev.JobCompleted: "complete",
    ev.JobFailed: "ate_abort",
    ev.JobWithdrawn: "withdraw",
    ev.IncidentRaised: "suspend",
    ev.IncidentResolved: "resume",
}
"""The standard lifecycle transition of each event that is told; the others are bookkeeping."""

ENDED: Final = {"completed": "complete", "terminated": "pi_abort", "failed": "pi_abort"}
SCOPES: Final = (ev.ElementEntered, ev.ElementCompleted, ev.ElementTerminated)
WORK: Final = ("task", "job", "incident")


class Thing(msgspec.Struct, frozen=True):
    """An object of a case that the engine does not know, a document for example: made at the element whose
    task or job has this key (0: by the case as a whole)."""

    id: str
    type: str
    at: datetime
    key: int = 0


class Lived(msgspec.Struct, frozen=True):
    """One case's history. id: the name it goes out by. steps: the instant and the events of each command.

    attributes: what else may be told of it, by name (its procedure, its region); never a person.
    """

    id: str
    process: Process
    steps: Sequence[tuple[datetime, Sequence[ev.Event]]]
    attributes: dict[str, str] = {}
    things: tuple[Thing, ...] = ()


class Activity(msgspec.Struct, frozen=True):
    """One step in the life of an activity. command: number of the command, from 1; number: within the case.

    object: `task`, `job` or `incident`, and key its number; else the instance's key, 0 for none.
    """

    number: int
    command: int
    at: datetime
    name: str
    transition: str
    element: str
    kind: str
    object: str = ""
    key: int = 0
    lane: str = ""
    type: str = ""


def activities(lived: Lived) -> Iterator[Activity]:
    """The steps of a case in order."""
    number = 0
    for command, (at, events) in enumerate(lived.steps, 1):
        for event in events:
            told = _told(lived.process, event)
            if told is not None:
                number += 1
                yield msgspec.structs.replace(told, number=number, command=command, at=at)


def _told(process: Process, event: ev.Event) -> Activity | None:
    transition = TRANSITIONS.get(type(event))
    element = getattr(event, "element", "") or process.id
    node = process.nodes.get(element)
    if transition is None or (isinstance(event, SCOPES) and _offers(node)):
        return None
    if isinstance(event, ev.ProcessCompleted):
        transition = ENDED.get(event.status, "pi_abort")
    kind = node.kind if node else ""
    name = (node.name if node else "") or element
    what, key = _object(event)
    lane = node.lane if node else ""
    return Activity(
        0, 0, _NEVER, name, transition, element, kind, what, key, lane, getattr(event, "type", "")
    )


_NEVER: Final = datetime.min


def _offers(node: Node | None) -> bool:
    """Whether its life is told by a task or a job."""
    return node is not None and (node.task is not None or node.job is not None)


def _object(event: Any) -> tuple[str, int]:
    for name in WORK:
        found = getattr(event, name, None)
        if isinstance(found, int):
            return name, found
    key = getattr(event, "key", 0)
    return "", key if isinstance(key, int) else 0
