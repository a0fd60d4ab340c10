"""The relay: outbox rows, due timers and waiting jobs become work for the workers, in batches, each in one
transaction.

It is woken through Valkey after a commit, and looks by itself every second: a lost wake-up costs a second, a
Valkey
that is down costs nothing else. Any number of relays may run; what one has in hand the others skip.
Beside it, in a thread of its own, staged leaves are appended to the audit log.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from backend.adapters.postgres.database import Database, Records
from backend.adapters.valkey import Ear
from backend.app.auditing import Appender
from backend.app.process import start_logging, tell_of
from backend.app.settings import Settings
from backend.app.task_names import CARRY, JOB, OFFER, QUEUE, TELL, THROWN, TIMERS
from backend.cases.crash import crash_point
from backend.notify.kinds import kinds

BATCH = 500
POLL = 1.0  # seconds
AGAIN = {
    "take_timers": 30,
    "take_jobs": 300,
    "take_batches": 120,
}  # seconds after which what was handed over and not done is handed over again
CLEAN_EVERY = 3600.0
WAITS_NOW = frozenset({"MessageSubscribed", "Resumed"})
"""Events after which a kept message may have a receiver."""
Tell = Callable[[str, int, str, str], None]
DEFER = JobManager(PsycopgConnector())  # never opened: it defers on the connection of the transaction
log = logging.getLogger(__name__)


def pump(database: Database, tell: Tell) -> int:
    """Hand over one batch; gives how many rows there were. Screens are told after the commit."""
    with database.transaction() as records:
        changes = records.rows("relay.take_outbox", limit=BATCH)
        timers = {row["case_id"] for row in _taken(records, "take_timers")}
        jobs = _taken(records, "take_jobs")
        batches = _taken(records, "take_batches")
        bodies = [(row, json.loads(row["body"])) for row in changes]
        deferred = [
            *(
                _job(JOB, f"{row['case_id']}/{row['job']}", case=str(row["case_id"]), job=row["job"])
                for row in jobs
            ),
            *(_job(TIMERS, f"{case}/timers", case=str(case)) for case in sorted(timers)),
            *(_job(CARRY, f"{row['batch']}/batch", batch=str(row["batch"])) for row in batches),
            *(
                _job(TELL, None, case=str(row["case_id"]), version=row["version"], body=body)
                for row, body in bodies
                if body["subject"] and kinds(body)
            ),
            *(
                _job(THROWN, f"{row['case_id']}/thrown", case=str(row["case_id"]), version=row["version"])
                for row, body in bodies
                if body["thrown"]
            ),
            *(_offer(row) for row in _wanted(records, bodies)),
        ]
        if deferred:
            DEFER.batch_defer_jobs(deferred, connection=records.connection)
        crash_point("relay.taken")
    crash_point("relay.committed")
    for _, body in sorted(bodies, key=lambda pair: (pair[1]["case"], pair[1]["version"])):
        announce(body, tell)
    return len(changes) + len(timers) + len(jobs) + len(batches)


def announce(body: dict[str, Any], tell: Tell) -> None:
    """Wake the screens that show this case, and the work lists that it enters or leaves."""
    kind = body["types"][0] if body["types"] else "Changed"
    tell(f"case:{body['case']}", body["version"], kind, body["case"])
    queues = {department for _, _, audience, department in body["tasks"] if audience == "staff"}
    if "TaskCompleted" in body["types"] or "TaskWithdrawn" in body["types"]:
        queues.add(body["department"])
    for department in sorted(queues):
        tell(f"queue:{department}", time.time_ns() // 1_000_000, "worklist", "")


def run(settings: Settings, tell: Tell, stop: threading.Event) -> None:
    """Until `stop`. A database that is away is waited for."""
    database = Database(settings.database_url, size=2)
    ear = Ear(settings.redis_url)
    appender = Appender(settings, stop)
    appender.start()
    cleaned = 0.0
    while not stop.is_set():
        try:
            while pump(database, tell) >= BATCH and not stop.is_set():
                pass
            if time.monotonic() - cleaned > CLEAN_EVERY:
                database.run("cases.old_answers")
                database.run("delivery.forget")
                cleaned = time.monotonic()
            due = (database.row("relay.next_due") or {}).get("seconds")
            ear.wait(POLL if due is None else min(POLL, max(due, 0.0)), stop)
        except (psycopg.Error, OSError) as error:
            log.warning("the relay waits for the database: %s", type(error).__name__)
            stop.wait(0.5)
    appender.join()
    ear.close()
    database.close()


def _taken(records: Records, query: str) -> list[dict[str, Any]]:
    return records.rows(f"relay.{query}", limit=BATCH, again=AGAIN[query])


def _wanted(records: Records, bodies: list[tuple[dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
    """The kept messages that cases wait for which just began to wait."""
    waiting = [row["case_id"] for row, body in bodies if not WAITS_NOW.isdisjoint(body["types"])]
    return records.rows("delivery.wanted", cases=waiting) if waiting else []


def _offer(row: dict[str, Any]) -> Job:
    lock = f"{row['case_id']}/{row['message']}/offer"
    return _job(OFFER, lock, case=str(row["case_id"]), message=row["message"])


def _job(name: str, lock: str | None, **arguments: Any) -> Job:
    return Job(queue=QUEUE, lock=lock, queueing_lock=None, task_name=name, task_kwargs=arguments)


def main() -> None:
    """The process `relay` of the Procfile."""
    start_logging()
    settings = Settings.read()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(settings, tell_of(settings), stop)


if __name__ == "__main__":
    main()
