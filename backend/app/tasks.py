"""What the workers do: Procrastinate's app and its tasks. The relay defers them, the worker runs them.

Each task may run more than once (its worker may be killed at any line); each has its effect once, since the
case
refuses what is done already.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy

from backend.adapters import clock
from backend.app.task_names import CARRY, JOB, OFFER, PUSH, QUEUE, TELL, THROWN, TIMERS
from backend.cases import Ask
from backend.cases.commands import FireTimers
from backend.cases.crash import crash_point
from backend.cases.errors import CaseError, Conflict, Unavailable
from backend.jobs import JobContext, JobType, job_types
from backend.jobs.work import work
from backend.rights import SYSTEM

if TYPE_CHECKING:
    from backend.app.wiring import Errand

log = logging.getLogger(__name__)
app = App(connector=PsycopgConnector())
AGAIN = RetryStrategy(max_attempts=20, exponential_wait=2)
PUSH_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


class PushRefusedForNow(Exception):
    """The push service answered with this status: again later."""


class Hands:
    """What the tasks of this process work with; set once, before the worker runs."""

    errand: Errand
    types: dict[str, JobType]
    context: JobContext

    def take(self, errand: Errand) -> None:
        """Work for this installation."""
        self.errand = errand
        self.types = job_types()
        self.context = JobContext(
            records=errand.records, packs=errand.packs, people=errand.people, query=errand.query,
            facts=errand.facts, settings=errand.settings, now=clock.now,
        )  # fmt: skip


hands = Hands()


@app.task(name=JOB, queue=QUEUE, retry=AGAIN)
def job(case: str, job: int) -> None:
    """A job of a case."""
    crash_point("worker.job")
    work(hands.errand.cases, hands.types, hands.context, UUID(case), job)
    crash_point("worker.done")


@app.task(name=TIMERS, queue=QUEUE, retry=AGAIN)
def timers(case: str) -> None:
    """The due timers of a case."""
    try:
        hands.errand.cases.change(Ask(actor=SYSTEM, case=UUID(case), command=FireTimers(), key=""))
    except (Conflict, Unavailable):
        raise
    except CaseError as over:
        log.info("timers of a case that is over: %s", over.slug)


@app.task(name=THROWN, queue=QUEUE, retry=AGAIN)
def thrown(case: str, version: int) -> None:
    """Carry what a case has thrown to the cases that it reaches."""
    hands.errand.deliveries.carry(UUID(case), version)


@app.task(name=OFFER, queue=QUEUE, retry=AGAIN)
def offer(case: str, message: int) -> None:
    """A message that was kept may have a receiver now."""
    hands.errand.deliveries.give(UUID(case), message)


@app.task(name=CARRY, queue=QUEUE, retry=AGAIN)
def batch(batch: str) -> None:
    """The cases of a batch that wait."""
    done = hands.errand.cases.batches.run(hands.errand.cases, UUID(batch))
    log.info("a batch looked at %s cases", done)


@app.task(name=TELL, queue=QUEUE, retry=AGAIN)
def tell(case: str, version: int, body: dict[str, Any]) -> None:
    """Tell the person what changed: messages for the inbox, and a push for each device."""
    for message in hands.errand.inbox.tell(UUID(case), version, body):
        for delivery in hands.errand.push.plan(message):
            subscription = str(delivery["subscription_id"])
            name = f"{message}/{subscription}"
            push_task.configure(lock=name).defer(message=str(message), subscription=subscription)


@app.task(name=PUSH, queue=QUEUE, retry=PUSH_AGAIN)
def push_task(message: str, subscription: str) -> None:
    """Wake one device once."""
    sent = hands.errand.push.deliver(UUID(message), UUID(subscription))
    if sent is not None and not sent.accepted and not sent.gone:
        raise PushRefusedForNow(sent.status)
