"""Work that the outside does: tasks for people, jobs for machines."""

from datetime import datetime
from typing import Any

from .base import Event


class TaskCreated(Event, frozen=True):
    """A user task is open for people. `task` is also the key of its scope."""

    task: int
    element: str
    name: str
    form: str
    assignee: str | None
    groups: tuple[str, ...]
    users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    lane: str
    stage: str
    properties: dict[str, str]
    headers: dict[str, str] = {}
    priority: int = 50


class TaskCompleted(Event, frozen=True):
    """A person completed the task; what was answered stands in the VariablesSet that follow."""

    task: int
    element: str


class TaskWithdrawn(Event, frozen=True):
    """The task is no longer open: interrupted, ended by an error, or its instance ended."""

    task: int
    element: str


class JobCreated(Event, frozen=True):
    """A machine may do this job. A retry is a new job, so that a late answer to the old one is refused.

    variables: everything visible at the element, inner names hiding outer ones. listener: 0, or which
    execution listener before (1, 2, ...) or after (-1, -2, ...) the element's own work (C8-EL-01).
    """

    job: int
    type: str
    element: str
    headers: dict[str, str]
    variables: dict[str, Any]
    retries: int
    scope: int = 0
    properties: dict[str, str] = {}
    listener: int = 0


class JobCompleted(Event, frozen=True):
    """The job's result was taken."""

    job: int
    element: str


class JobFailed(Event, frozen=True):
    """The job ended without result; it is offered anew (JobCreated, TimerSet) or an incident follows."""

    job: int
    element: str
    message: str
    retries: int


class JobWithdrawn(Event, frozen=True):
    """The job's result is no longer wanted."""

    job: int
    element: str
