"""The worker: does jobs, fires timers, tells people. One process with some threads; any number may run.

A worker that was killed leaves its tasks marked as being done; every worker looks for those of workers without a
heartbeat and gives them out again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector

from backend.app import tasks
from backend.app.settings import Settings
from backend.app.wiring import build, start_logging

HEARTBEAT = 3.0  # seconds
STALLED_AFTER = 12.0
LOOK_EVERY = 4.0
log = logging.getLogger(__name__)


async def rescue(app: App) -> None:
    """Give out again what dead workers had in hand, for ever."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
                log.warning("a worker died with the task %s; it is given out again", job.task_name)
                await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        except Exception as error:
            log.warning("looking for lost tasks failed: %s", type(error).__name__)
        await asyncio.sleep(LOOK_EVERY)


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    errand = build(settings)
    tasks.hands.take(errand)
    connector = PsycopgConnector(conninfo=settings.database_url, max_size=settings.worker_threads + 4)
    with tasks.app.replace_connector(connector) as app:
        async with app.open_async():
            rescuer = asyncio.create_task(rescue(app))
            try:
                await app.run_worker_async(
                    concurrency=settings.worker_threads,
                    delete_jobs="successful",
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED_AFTER,
                    fetch_job_polling_interval=1.0,
                    shutdown_graceful_timeout=5.0,
                )
            finally:
                rescuer.cancel()
                errand.close()


def main() -> None:
    """The process `worker` of the Procfile."""
    start_logging()
    asyncio.run(run(Settings.read()))


if __name__ == "__main__":
    main()
