"""Starting periodic work: each worker asks the database what is due, and the database lets one worker enqueue it."""

import asyncio
import logging
from typing import Final

import procrastinate

from core.jobs import PERIODIC

log = logging.getLogger("happo.jobs")

# Seconds. A worker that has just started lets waiting jobs go first.
FIRST_LOOK: Final = 5.0
LOOK_EVERY: Final = 30.0
_START = "SELECT happo_jobs.start_periodic(%(task)s, %(pause)s::interval, %(in_each_tenant)s)"


async def start_periodic_work_forever(app: procrastinate.App) -> None:
    """Enqueue periodic work whenever it is due, until the task is cancelled."""
    await asyncio.sleep(FIRST_LOOK)
    while True:
        try:
            await start_due_work(app)
        except Exception:
            log.exception("Periodic work could not be enqueued; the worker tries again")
        await asyncio.sleep(LOOK_EVERY)


async def start_due_work(app: procrastinate.App) -> None:
    """Enqueue the jobs of all periodic tasks whose interval has passed since they were last enqueued."""
    for periodic in PERIODIC.values():
        await app.connector.execute_query_async(
            _START,
            task=periodic.task.name,
            pause=periodic.interval,
            in_each_tenant=periodic.place == "each tenant",
        )
