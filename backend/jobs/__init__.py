"""What a service task can do: one file per type, registered by the name that the BPMN gives in
zeebe:taskDefinition.

    @job_type("registry_query")
    def run(ctx: JobContext, job: JobView) -> Outcome: ...

A job may run more than once (its worker may die at any line), so what it does outside must be the same when
done
twice: use keys made from the case and `scope`. Its effect on the case happens once: the answer to a job that
is gone
is refused.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from backend.cases.records import Extra
from backend.cases.views import JobView

__all__ = [
    "Done", "Failed", "JobContext", "JobType", "JobView", "Outcome", "Retry", "Thrown", "job_type",
    "job_types",
]  # fmt: skip


class Done(Struct, frozen=True):
    """The job is done; `extras` are written in the same transaction."""

    variables: dict[str, Any] = {}
    extras: tuple[Extra, ...] = ()


class Retry(Struct, frozen=True):
    """Not now: again at `at`. This does not use up the model's retries. `message` names no person and no
    value."""

    code: str
    message: str
    at: datetime


class Failed(Struct, frozen=True):
    """It cannot be done: an incident for staff."""

    code: str
    message: str = ""


class Thrown(Struct, frozen=True):
    """A business error, for an error event of the model."""

    code: str
    message: str = ""
    variables: dict[str, Any] = {}


Outcome = Done | Retry | Failed | Thrown


class JobContext(Struct, frozen=True, kw_only=True):
    """What job types may use; wiring fills it."""

    records: Any = None
    packs: Any = None
    people: Any = None
    query: Any = None
    facts: Any = None
    settings: Any = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


JobType = Callable[[JobContext, JobView], Outcome]
_TYPES: dict[str, JobType] = {}


def job_type(name: str) -> Callable[[JobType], JobType]:
    """Register a function under a type; a name that is taken is an error."""

    def register(run: JobType) -> JobType:
        if name in _TYPES:
            raise ValueError(f"the job type {name!r} stands twice")
        _TYPES[name] = run
        return run

    return register


def job_types() -> dict[str, JobType]:
    """Every type of this folder, by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_TYPES)
