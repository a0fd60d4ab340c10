"""The worker: does jobs, fires timers, tells people. One process with some threads; any number may run.

A worker that was killed leaves its tasks marked as being done; every worker looks for those of workers
without a
heartbeat and gives them out again.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector

from backend.app import tasks
from backend.app.process import start_logging
from backend.app.settings import Settings
from backend.app.wiring import build

DEAD_AFTER = 4  # heartbeats
log = logging.getLogger(__name__)


async def rescue(app: App, heartbeat: float) -> None:
    """Give out again what dead workers had in hand, for ever."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=heartbeat * DEAD_AFTER):
                log.warning("a worker died with the task %s; it is given out again", job.task_name)
                await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
        except Exception as error:
            log.warning("looking for lost tasks failed: %s", type(error).__name__)
        await asyncio.sleep(heartbeat)


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    errand = build(settings)
    tasks.hands.take(errand)
    connector = PsycopgConnector(conninfo=settings.database_url, max_size=settings.worker_threads + 4)
    with tasks.app.replace_connector(connector) as app:
        async with app.open_async():
            rescuer = asyncio.create_task(rescue(app, settings.worker_heartbeat))
            try:
                await app.run_worker_async(
                    concurrency=settings.worker_threads,
                    delete_jobs="successful",
                    update_heartbeat_interval=settings.worker_heartbeat,
                    stalled_worker_timeout=settings.worker_heartbeat * DEAD_AFTER,
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
