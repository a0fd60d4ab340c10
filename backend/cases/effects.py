"""The engine's events turned into rows: what opened, what ended, and what the outbox tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from backend.cases.journal import NewIncident, NewJob, NewSubscription, NewTask, NewTimer
from backend.engine import events as ev
from backend.procedures import Task

CITIZEN = "citizen"
Row = NewTask | NewTimer | NewJob | NewSubscription | NewIncident


class Rows(Struct):
    """Rows by (table, key); what opened and ended within one change leaves no row at all."""

    opened: dict[tuple[str, int], Row] = {}
    gone: dict[tuple[str, int], None] = {}

    def open(self, kind: str, key: int, row: Row) -> None:
        self.opened[kind, key] = row

    def end(self, kind: str, key: int) -> None:
        if self.opened.pop((kind, key), None) is None:
            self.gone[kind, key] = None

    def of(self, kind: str) -> tuple[Any, ...]:
        """The new rows of one table."""
        return tuple(row for (table, _), row in self.opened.items() if table == kind)


class Model(Struct, frozen=True):
    """What rows need to know beyond the events."""

    department: str  # of the case
    tasks: Mapping[str, Task]  # of the procedure, by element
    blind: Callable[[str], bytes]  # of a message's correlation key


def rows_of(events: Sequence[ev.Event], model: Model) -> Rows:
    """The rows that these events of one change open and end."""
    rows = Rows({}, {})
    for event in events:
        effect = EFFECTS.get(type(event))
        if effect is not None:
            effect(rows, event, model)
    return rows


def _task_created(rows: Rows, event: ev.TaskCreated, model: Model) -> None:
    """Who it waits for stands in the procedure; a department that FEEL computed comes with the event."""
    task = model.tasks.get(event.element)
    audience = task.audience if task else "staff"
    department = ""
    if audience != CITIZEN:
        department = (task.department if task else "") or next(iter(event.groups), "") or model.department
    stage = (task.stage if task else "") or event.stage
    row = NewTask(event.task, event.element, audience, department, event.lane, stage, event.due)
    rows.open("task", event.task, row)


def _timer_set(rows: Rows, event: ev.TimerSet, _model: Model) -> None:
    rows.open("timer", event.timer, NewTimer(event.timer, event.element, event.due))


def _job_created(rows: Rows, event: ev.JobCreated, _model: Model) -> None:
    rows.open("job", event.job, NewJob(event.job, event.type, event.element, event.retries))


def _message_subscribed(rows: Rows, event: ev.MessageSubscribed, model: Model) -> None:
    key = model.blind(event.key)
    row = NewSubscription(event.subscription, "message", event.name, key, event.element)
    rows.open("subscription", event.subscription, row)


def _signal_subscribed(rows: Rows, event: ev.SignalSubscribed, _model: Model) -> None:
    row = NewSubscription(event.subscription, "signal", event.name, None, event.element)
    rows.open("subscription", event.subscription, row)


def _incident_raised(rows: Rows, event: ev.IncidentRaised, _model: Model) -> None:
    rows.open("incident", event.incident, NewIncident(event.incident, event.kind, event.element))


def _ends(kind: str, field: str) -> Callable[[Rows, Any, Model], None]:
    def end(rows: Rows, event: Any, _model: Model) -> None:
        rows.end(kind, getattr(event, field))

    return end


EFFECTS: Mapping[type[ev.Event], Callable[[Rows, Any, Model], None]] = {
    ev.TaskCreated: _task_created,
    ev.TaskCompleted: _ends("task", "task"),
    ev.TaskWithdrawn: _ends("task", "task"),
    ev.JobCreated: _job_created,
    ev.JobCompleted: _ends("job", "job"),
    ev.JobFailed: _ends("job", "job"),
    ev.JobWithdrawn: _ends("job", "job"),
    ev.TimerSet: _timer_set,
    ev.TimerFired: _ends("timer", "timer"),
    ev.TimerWithdrawn: _ends("timer", "timer"),
    ev.MessageSubscribed: _message_subscribed,
    ev.MessageUnsubscribed: _ends("subscription", "subscription"),
    ev.SignalSubscribed: _signal_subscribed,
    ev.SignalUnsubscribed: _ends("subscription", "subscription"),
    ev.IncidentRaised: _incident_raised,
    ev.IncidentResolved: _ends("incident", "incident"),
}
TOLD = frozenset(EFFECTS) | {
    ev.ProcessStarted,
    ev.ProcessCompleted,
    ev.MessageThrown,
    ev.SignalThrown,
    ev.ErrorThrown,
    ev.Suspended,
    ev.Resumed,
    ev.Modified,
    ev.Migrated,
}
"""Events that the history and the outbox name; how tokens moved and what was written stays in the sealed
body."""


def told(events: Sequence[ev.Event]) -> list[tuple[str, str]]:
    """(type, element) of the events that may be told; "-" where an event has no element."""
    return [
        (type(event).__name__, getattr(event, "element", "") or "-")
        for event in events
        if type(event) in TOLD
    ]
