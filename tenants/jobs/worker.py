"""A worker: takes jobs from the queue, one thread for each, until it is told to stop."""

import asyncio
import contextlib
import logging
import random
import signal
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import procrastinate
import psycopg
from django.conf import settings
from procrastinate import exceptions
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker

from core.jobs import TASKS, Argument, GiveUp, Task
from tenants.jobs.queue import run_job
from tenants.jobs.schema import QUEUE

log = logging.getLogger("happo.jobs")

FIRST_WAIT, LONGEST_WAIT, GROWTH = 10.0, 3600.0, 3.0
KEPT_HOURS = 14 * 24
_SWEEP_EVERY = timedelta(hours=1)
# Seconds until a lost database is looked for again.
_PAUSE = 1.0
# And until what was cancelled is cancelled again.
_PATIENCE = 0.5


class BackOff(BaseRetryStrategy):
    """Waits 10 s, 30 s, 90 s ... an hour at most, a little more or less so that jobs don't come in herds."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, GiveUp) or job.attempts + 1 >= self.attempts:
            return None
        seconds = min(LONGEST_WAIT, FIRST_WAIT * GROWTH**job.attempts) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


class SteadyWorker(Worker):
    """procrastinate's own watches over its connections only until the first of its side tasks ends.

    That is the one for periodic jobs, at once: there are none here. A worker that has lost the database would go on
    without signs of life, and its jobs would be given to others.
    """

    async def _periodic_deferrer(self) -> None:
        await asyncio.Event().wait()


class Jobs(JobManager):
    """procrastinate's own, which has no answer where a job of the same key came while this one ran and failed."""

    async def retry_job(
        self, job: Job, *args: Any, **kwargs: Any
    ) -> None:  # Any: procrastinate's signature
        try:
            await super().retry_job(job, *args, **kwargs)
        except exceptions.UniqueViolation:
            # That one will do what this one should have done.
            await self.finish_job(job, status=Status.FAILED, delete_job=False)


def build_app(*, connections: int) -> procrastinate.App:
    """Return procrastinate with all declared tasks, on the application's log-in."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            kwargs=_login(), min_size=1, max_size=connections, max_lifetime=600, timeout=30
        )
    )
    app.job_manager = Jobs(app.connector)
    for task in TASKS.values():
        app.task(name=task.name, queue=QUEUE, pass_context=True, retry=BackOff(task.attempts))(
            partial(_perform, task)
        )
    return app


def _perform(
    task: Task, context: JobContext, *, tenant: str, arguments: dict[str, Argument]
) -> None:
    if context.job.id is None:
        raise ValueError("A job that was fetched has an id")
    run_job(task, job_id=context.job.id, schema_name=tenant, arguments=arguments)


async def work(
    *, concurrency: int, heartbeat: float, stalled_after: float, until_empty: bool = False
) -> None:
    """Do jobs until SIGTERM or SIGINT; then finish those under way and return. `until_empty`: return without waiting.

    `heartbeat`: seconds between two signs of life. `stalled_after`: seconds without one until the jobs of a worker
    are given to others. Where the database is lost, it is looked for until it is back.
    """
    stopping = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stopping.set)
    while not stopping.is_set():
        try:
            await _work_while_connected(
                stopping,
                concurrency=concurrency,
                wait=not until_empty,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=stalled_after,
            )
        except (exceptions.ConnectorException, psycopg.OperationalError) as error:
            if until_empty:
                raise
            log.warning(
                "The worker has lost the database (%s); it goes on looking", type(error).__name__
            )
        if until_empty:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _PAUSE)


async def _work_while_connected(
    stopping: asyncio.Event, *, concurrency: int, **options: Any
) -> None:  # Any: Worker's
    app = build_app(connections=concurrency + 3)
    async with app.open_async():
        worker = SteadyWorker(
            app, queues=[QUEUE], concurrency=concurrency, install_signal_handlers=False, **options
        )
        beside = [
            asyncio.create_task(_stop_when_told(worker, stopping)),
            asyncio.create_task(
                _rescue_forever(
                    app,
                    stalled_after=options["stalled_worker_timeout"],
                    every=options["update_heartbeat_interval"],
                )
            ),
        ]
        try:
            await worker.run()
        finally:
            await end_tasks(beside)


async def end_tasks(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Return when all have ended, cancelled as often as it takes.

    Once isn't enough: in Python 3.11 `asyncio.wait_for`, with which the pool's tasks wait for a connection, swallows a
    cancellation that comes in the moment when the wait is over. The worker would wait for such a task for ever.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_PATIENCE)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _stop_when_told(worker: Worker, stopping: asyncio.Event) -> None:
    await stopping.wait()
    worker.stop()


async def _rescue_forever(app: procrastinate.App, *, stalled_after: float, every: float) -> None:
    swept_at = datetime.min.replace(tzinfo=UTC)
    while True:
        try:
            await rescue_jobs(app, stalled_after=stalled_after)
            if datetime.now(UTC) - swept_at > _SWEEP_EVERY:
                swept_at = datetime.now(UTC)
                await app.job_manager.delete_old_jobs(
                    nb_hours=KEPT_HOURS,
                    include_failed=True,
                    include_cancelled=True,
                    include_aborted=True,
                )
        except Exception:
            log.exception("Looking after the queue failed; it goes on")
        await asyncio.sleep(every)


async def rescue_jobs(app: procrastinate.App, *, stalled_after: float) -> None:
    """Put the jobs of workers that have died back into the queue; one that was tried often enough has failed."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
        task = TASKS.get(job.task_name)
        if task is None or job.attempts + 1 >= task.attempts:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
            continue
        log.warning("Job %s (%s) was cut off; it starts again", job.id, job.task_name)
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))


def _login() -> dict[str, Any]:  # Any: libpq's parameters differ in type
    if settings.EMBEDDED_POSTGRES is not None:
        settings.EMBEDDED_POSTGRES.ensure_running()
    database = settings.DATABASES["default"]
    parameters = {
        "host": database["HOST"],
        "port": database["PORT"] or None,
        "user": database["USER"],
        "password": database["PASSWORD"],
        "dbname": database["NAME"],
        # The log-in's own search path is empty; procrastinate names its tables without a schema.
        "options": "-c search_path=public,pg_temp",
    }
    libpq = {
        name: value for name, value in database["OPTIONS"].items() if name != "server_side_binding"
    }
    return {**libpq, **{name: value for name, value in parameters.items() if value}}
