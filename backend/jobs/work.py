"""One job from the worker's hands to the case: run its type, tell the case what came of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from backend.cases import Ask, Cases, Extra
from backend.cases.commands import Command, CompleteJob, FailJob, ThrowJobError
from backend.cases.errors import CaseError, Conflict, Unavailable
from backend.cases.views import JobView
from backend.jobs import Done, Failed, JobContext, JobType, Outcome, Retry, Thrown
from backend.rights import SYSTEM

CRASH_WAITS = (
    5,
    30,
    120,
    600,
)  # seconds between the tries of a job whose code fails; after these an incident
log = logging.getLogger(__name__)


def work(cases: Cases, types: dict[str, JobType], context: JobContext, case: UUID, job: int) -> None:
    """Do a job once. A job that is gone is nobody's; Conflict and Unavailable are raised, to be tried
    again."""
    view = cases.read.job(case, job)
    if view is None:
        return
    outcome = _run(types.get(view.type), context, view)
    command, extras = _told(outcome, view)
    try:
        cases.change(Ask(actor=SYSTEM, case=case, command=command, key="", extras=extras))
    except (Conflict, Unavailable):
        raise
    except CaseError:
        if cases.read.job(case, job) is not None:
            raise


def _run(run: JobType | None, context: JobContext, view: JobView) -> Outcome:
    """What the type says; code of ours that fails is tried again some times, and then shown to staff."""
    if run is None:
        return Failed("type-unknown", f"no job type is called {view.type}")
    try:
        return run(context, view)
    except Exception as error:
        log.exception("the job type %s failed", view.type)
        if view.failures >= len(CRASH_WAITS):
            return Failed("job-crashed", type(error).__name__)
        at = context.now() + timedelta(seconds=CRASH_WAITS[view.failures])
        return Retry("job-crashed", type(error).__name__, at)


def _told(outcome: Outcome, view: JobView) -> tuple[Command, tuple[Extra, ...]]:
    """The command that tells the case, and what is written with it."""
    match outcome:
        case Done():
            return CompleteJob(job=view.job, variables=outcome.variables), (
                *outcome.extras,
                *_recovered(view),
            )
        case Retry():
            return FailJob(job=view.job, code=outcome.code, message=outcome.message, retry_at=outcome.at), ()
        case Failed():
            return FailJob(job=view.job, code=outcome.code, message=outcome.message), ()
        case Thrown():
            error = ThrowJobError(
                job=view.job, code=outcome.code, message=outcome.message, variables=outcome.variables
            )
            return error, _recovered(view)


def _recovered(view: JobView) -> tuple[Extra, ...]:
    if not view.failures:
        return ()
    return (Extra("cases.job_recovered", {"case_id": view.case, "element": view.element}, expects=None),)
