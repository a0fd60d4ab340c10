"""What machines ask: jobs done or failed, timers, messages, and what staff do to a case that is stuck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.cases import sealing
from backend.cases.commands import (
    Broadcast,
    CompleteJob,
    Correlate,
    FailJob,
    FireTimers,
    ResolveIncident,
    ThrowJobError,
    Withdraw,
)
from backend.cases.errors import Refused
from backend.cases.journal import CaseRow
from backend.cases.operate import logged, reason_of
from backend.cases.records import Extra
from backend.cases.scene import Scene
from backend.cases.writing import Move
from backend.engine import State, step
from backend.engine import commands as engine

ACTS: dict[type, tuple[str, str]] = {
    CompleteJob: ("work", "job.complete"),
    FailJob: ("work", "job.fail"),
    ThrowJobError: ("work", "job.error"),
    FireTimers: ("work", "timer.fire"),
    Correlate: ("work", "message.correlate"),
    Broadcast: ("work", "signal.broadcast"),
    ResolveIncident: ("resolve", "incident.resolve"),
    Withdraw: ("withdraw", "case.withdraw"),
}
"""For each command the action that `available` is asked for, and what the audit log calls it."""


def work(scene: Scene) -> Move | None:
    """What the engine makes of it; None if there is nothing to write (a message that was taken before)."""
    command = scene.ask.command
    action, act = ACTS[type(command)]
    scene.allow(action)
    reason = reason_of(scene, command) if isinstance(command, ResolveIncident) else ""
    state = sealing.open_state(scene.key, scene.case.blob)
    moved = step(scene.pack.process, state, TRANSLATE[type(command)](command, state), scene.seen.now)
    if not moved.events:
        return None
    failed = isinstance(command, FailJob)
    return Move(
        act=act,
        state=moved.state,
        events=moved.events,
        failure=command.code if isinstance(command, FailJob) else "",
        extras=(_failure(command, scene.case, state),) if failed else logged(scene, act, reason),
        reason=reason,
    )


def _fail(command: FailJob, state: State) -> engine.FailJob:
    """Waiting for a registry uses up no retries of the model; a failure for staff has none left."""
    job = _job(state, command.job)
    retries = max(job.retries, 1) if command.retry_at else 0
    return engine.FailJob(command.job, command.code, retries, command.retry_at)


def _failure(command: Any, case: CaseRow, state: State) -> Extra:
    job = _job(state, command.job)
    known = {"case_id": case.case_id, "element": job.element, "type": job.type}
    return Extra("cases.failed_job", {**known, "code": command.code, "retry_at": command.retry_at})


def _job(state: State, job: int) -> Any:
    found = state.jobs.get(job)
    if found is None:
        raise Refused("job-gone", "This job is not open.")
    return found


TRANSLATE: dict[type, Callable[[Any, State], engine.Command]] = {
    CompleteJob: lambda command, _: engine.CompleteJob(command.job, command.variables),
    FailJob: _fail,
    ThrowJobError: lambda command, _: engine.ThrowError(
        command.job, command.code, command.message, command.variables
    ),
    FireTimers: lambda _command, _: engine.FireTimers(),
    Correlate: lambda command, _: engine.CorrelateMessage(
        command.name, command.key, command.variables, command.message_id, command.hops
    ),
    Broadcast: lambda command, _: engine.BroadcastSignal(command.name, command.variables, command.hops),
    ResolveIncident: lambda command, _: engine.ResolveIncident(command.incident),
    Withdraw: lambda command, _: engine.Cancel(command.reason),
}
