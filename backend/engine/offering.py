"""Work offered to the outside: user tasks to people, jobs to machines."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from . import events as ev
from .arming import instant
from .expressions import Value
from .nodes import JobPlan, Node, TaskPlan
from .run import Problem, Run


def offer_task(run: Run, node: Node, key: int) -> None:
    """Open a user task; its assignment is evaluated now (C8-UT-02 to C8-UT-04)."""
    plan = node.task
    assert plan is not None
    if plan.bare:
        run.emit(
            ev.TaskCreated(
                key,
                node.id,
                node.name,
                plan.form,
                None,
                (),
                (),
                None,
                None,
                node.lane,
                node.stage,
                node.properties,
                node.headers,
            )
        )
        return
    context = run.context(key)
    run.emit(
        ev.TaskCreated(
            key,
            node.id,
            node.name,
            plan.form,
            _assignee(run, plan, context),
            _names(run, plan.groups, context),
            _names(run, plan.users, context),
            _instant(run, plan.due, context),
            _instant(run, plan.follow_up, context),
            node.lane,
            node.stage,
            node.properties,
            node.headers,
            _priority(run, plan.priority, context),
        )
    )


def _assignee(run: Run, plan: TaskPlan, context: dict[str, Any]) -> str | None:
    if plan.assignee is None:
        return None
    found = run.value(plan.assignee, context, "assignment")
    if found is not None and not isinstance(found, str):
        raise Problem("assignment", f"an assignee must be a text: {plan.assignee.text}")
    return found or None


def _names(run: Run, source: Value | None, context: dict[str, Any]) -> tuple[str, ...]:
    """A comma list, or FEEL giving a list of texts (or one such text)."""
    if source is None:
        return ()
    found = run.value(source, context, "assignment")
    if isinstance(found, str):
        found = [name.strip() for name in found.split(",") if name.strip()]
    if found is None or not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise Problem("assignment", f"candidates must be a list of texts: {source.text}")
    return tuple(found)


def _instant(run: Run, source: Value | None, context: dict[str, Any]) -> datetime | None:
    if source is None:
        return None
    found = run.value(source, context, "assignment")
    if found is None:
        return None
    try:
        return instant(found, run.process.zone)
    except ValueError as error:
        raise Problem("assignment", f"{source.text}: {error}") from None


def _priority(run: Run, source: Value | None, context: dict[str, Any]) -> int:
    """0 to 100, default 50 (C8-UT-04)."""
    if source is None:
        return 50
    found = _whole(run.value(source, context, "assignment"))
    if found is None or found > 100:
        raise Problem("assignment", f"a priority must be a whole number from 0 to 100: {source.text}")
    return found


def start_job(run: Run, node: Node, key: int) -> None:
    """Offer the node's job with all its retries (C8-JOB-01)."""
    first_offer(run, node, key, 0)


def first_offer(run: Run, node: Node, key: int, listener: int) -> None:
    """Offer a job or a listener's; retries that are no whole number from 0 on are a Problem."""
    plan, _ = _job_of(node, listener)
    retries = _whole(run.value(plan.retries, run.context(key), "job"))
    if retries is None:
        raise Problem("job", f"retries must be a whole number: {plan.retries.text}")
    offer_job(run, node, key, max(retries, 1), listener)


def offer_job(run: Run, node: Node, key: int, retries: int, listener: int = 0) -> None:
    """Offer a job once more or for the first time; listener as in events.JobCreated."""
    plan, headers = _job_of(node, listener)
    context = run.context(key)
    kind = run.text(plan.type, context, "job", "a job's type")
    number, properties = run.key(), node.properties
    run.emit(ev.JobCreated(number, kind, node.id, headers, context, retries, key, properties, listener))


def _job_of(node: Node, listener: int) -> tuple[JobPlan, dict[str, str]]:
    if not listener:
        assert node.job is not None
        return node.job, node.headers
    found = node.listeners.at(listener) if node.listeners is not None else None
    if found is None:
        raise Problem("job", "the model has no such execution listener any more")
    return found.job, found.headers


def _whole(value: Any) -> int | None:
    """A whole number from 0 on, given as number or digits; None for anything else."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    if (
        isinstance(value, Decimal | int)
        and not isinstance(value, bool)
        and 0 <= value < 10**9
        and value == int(value)
    ):
        return int(value)
    return None
