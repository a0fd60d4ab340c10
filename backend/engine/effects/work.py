"""Tasks and jobs."""

from typing import Final

from backend.engine import events as ev
from backend.engine.lifecycle import ACTIVE, moved
from backend.engine.state import Job, State, Task

from .base import Effects
from .tokens import completing


def _task_created(state: State, event: ev.TaskCreated) -> None:
    scope = state.scopes[event.task]
    scope.phase = moved(scope.phase, ACTIVE)
    state.tasks[event.task] = Task(
        event.element, event.assignee, event.groups, event.users, event.due, event.follow_up
    )


def _task_completed(state: State, event: ev.TaskCompleted) -> None:
    del state.tasks[event.task]
    completing(state, event.task)


def _task_withdrawn(state: State, event: ev.TaskWithdrawn) -> None:
    del state.tasks[event.task]


def _job_created(state: State, event: ev.JobCreated) -> None:
    if not event.listener:
        scope = state.scopes[event.scope]
        scope.phase = moved(scope.phase, ACTIVE)
    state.counter = event.job
    state.jobs[event.job] = Job(event.scope, event.element, event.type, event.retries, event.listener)


def _job_completed(state: State, event: ev.JobCompleted) -> None:
    job = state.jobs.pop(event.job)
    if not job.listener:
        completing(state, job.scope)


def _job_gone(state: State, event: ev.JobFailed | ev.JobWithdrawn) -> None:
    del state.jobs[event.job]


EFFECTS: Final[Effects] = {
    ev.TaskCreated: _task_created,
    ev.TaskCompleted: _task_completed,
    ev.TaskWithdrawn: _task_withdrawn,
    ev.JobCreated: _job_created,
    ev.JobCompleted: _job_completed,
    ev.JobFailed: _job_gone,
    ev.JobWithdrawn: _job_gone,
}
