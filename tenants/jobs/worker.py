"""A worker: runs jobs of the queue, each in a thread, until a signal stops it."""

import asyncio
import contextlib
import logging
import random
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import procrastinate
import psycopg
from django.conf import settings
from django.db import OperationalError, connection
from procrastinate import exceptions
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker

from core.jobs import TASKS, Argument, GiveUp, Task
from tenants.database.application_name import application_name
from tenants.database.parameters import connection_parameters
from tenants.jobs.periodic import start_periodic_work_forever
from tenants.jobs.queue import run_job
from tenants.jobs.schema import QUEUE
from tenants.jobs.sealing import seal_entries_forever
from tenants.jobs.turns import TurnTakingJobs

log = logging.getLogger("happo.jobs")

FIRST_WAIT, LONGEST_WAIT, GROWTH = 10.0, 3600.0, 3.0
KEPT_HOURS = 14 * 24
_SWEEP_EVERY = 3600.0
# Connections to the queue besides the one that each running job has: these for short statements, and one that listens.
QUEUE_CONNECTIONS = 3
# Seconds between two attempts to reach a lost database.
_PAUSE = 1.0
# Seconds until a task that has ignored its cancellation is cancelled again.
_PATIENCE = 0.5


class BackOff(BaseRetryStrategy):
    """Waits 10 s, 30 s, 90 s ... an hour at most, give or take 20 %, so that jobs don't retry all at once."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, GiveUp) or job.attempts + 1 >= self.attempts:
            return None
        seconds = min(LONGEST_WAIT, FIRST_WAIT * GROWTH**job.attempts) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


class SteadyWorker(Worker):
    """A worker that notices a lost database.

    procrastinate's worker watches its connections only until the first of its side tasks ends. Without periodic jobs,
    the task for those ends at once. After that a worker that lost the database would go on without heartbeats, and
    other workers would take its jobs.
    """

    async def _periodic_deferrer(self) -> None:
        await asyncio.Event().wait()


class Jobs(TurnTakingJobs):
    """A manager that can retry a job although another job with the same key was enqueued while it ran."""

    async def retry_job(
        self, job: Job, retry_at: datetime | None = None, *args: Any, **kwargs: Any
    ) -> None:  # Any: procrastinate's signature
        seconds = (retry_at - datetime.now(UTC)).total_seconds() if retry_at is not None else 0.0
        try:
            # The database decides by its clock whether a job is due; this machine's may be wrong.
            now = await self.connector.execute_query_one_async("SELECT clock_timestamp() AS now")
            due = now["now"] + timedelta(seconds=max(0.0, seconds))
            await super().retry_job(job, due, *args, **kwargs)
        except exceptions.UniqueViolation:
            # The newer job does the same work.
            await self.finish_job(job, status=Status.FAILED, delete_job=False)


def build_app(*, connections: int = QUEUE_CONNECTIONS) -> procrastinate.App:
    """Return a procrastinate app with all declared tasks, connected as the application's role."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            kwargs=_connection_parameters(),
            configure=_set_search_path,
            min_size=1,
            max_size=connections,
            max_lifetime=600,
            timeout=30,
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
        raise ValueError("A fetched job has an id")
    run_job(task, job_id=context.job.id, schema_name=tenant, arguments=arguments)


async def work(
    *, concurrency: int, heartbeat: float, stalled_after: float, until_empty: bool = False
) -> None:
    """Run jobs until SIGTERM or SIGINT; then finish running jobs and return.

    `heartbeat`: seconds between two heartbeats. `stalled_after`: seconds without one after which other workers take
    the jobs of a worker. `until_empty`: return when the queue is empty. A lost database is retried until it is back.
    """
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    # asyncio's own number of threads depends on the cores: jobs beyond it would wait. Each thread keeps a connection.
    # One more looks host names up while all jobs run.
    loop.set_default_executor(ThreadPoolExecutor(concurrency + 1, thread_name_prefix="job"))
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, stopping.set)
    while not stopping.is_set():
        try:
            await _work_while_connected(
                stopping,
                concurrency=concurrency,
                wait=not until_empty,
                update_heartbeat_interval=heartbeat,
                stalled_worker_timeout=stalled_after,
            )
        except (
            exceptions.ConnectorException,
            psycopg.OperationalError,
            OperationalError,
        ) as error:
            if until_empty:
                raise
            log.warning(
                "The worker has lost the database (%s) and keeps trying to reach it",
                type(error).__name__,
            )
        if until_empty:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _PAUSE)


async def _work_while_connected(
    stopping: asyncio.Event, *, concurrency: int, **options: Any
) -> None:  # Any: Worker's
    await asyncio.to_thread(_connect_once)
    app = build_app()
    async with app.open_async():
        worker = SteadyWorker(
            app, queues=[QUEUE], concurrency=concurrency, install_signal_handlers=False, **options
        )
        side_tasks = [
            asyncio.create_task(_stop_on_request(worker, stopping)),
            asyncio.create_task(
                _rescue_forever(
                    app,
                    stalled_after=options["stalled_worker_timeout"],
                    every=options["update_heartbeat_interval"],
                )
            ),
        ]
        if options["wait"]:
            side_tasks.append(asyncio.create_task(start_periodic_work_forever(app)))
            side_tasks.append(asyncio.create_task(seal_entries_forever()))
        try:
            await worker.run()  # type: ignore[no-untyped-call]  # of procrastinate
        finally:
            await end_tasks(side_tasks)


async def end_tasks(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel the tasks, repeatedly if need be, and return when all have ended.

    In Python 3.11 `asyncio.wait_for`, with which the pool's tasks wait for a connection, ignores a cancellation that
    arrives just when the wait is over. After a single cancellation the worker might wait for such a task for ever.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_PATIENCE)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _stop_on_request(worker: Worker, stopping: asyncio.Event) -> None:
    await stopping.wait()
    worker.stop()  # type: ignore[no-untyped-call]  # of procrastinate


async def _rescue_forever(app: procrastinate.App, *, stalled_after: float, every: float) -> None:
    swept_at = -_SWEEP_EVERY
    while True:
        try:
            await rescue_jobs(app, stalled_after=stalled_after)
            if time.monotonic() - swept_at > _SWEEP_EVERY:
                swept_at = time.monotonic()
                await app.job_manager.delete_old_jobs(
                    nb_hours=KEPT_HOURS,
                    include_failed=True,
                    include_cancelled=True,
                    include_aborted=True,
                )
        except Exception:
            log.exception("Rescuing jobs failed; the worker tries again")
        await asyncio.sleep(every)


async def rescue_jobs(app: procrastinate.App, *, stalled_after: float) -> None:
    """Put jobs of dead workers back into the queue; a job without attempts left fails."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
        task = TASKS.get(job.task_name)
        if task is None or job.attempts + 1 >= task.attempts:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
            continue
        log.warning("Job %s (%s) was interrupted and starts again", job.id, job.task_name)
        await app.job_manager.retry_job(job)


def _connect_once() -> None:
    """Connect as jobs do, which raises `UnsuitableServer` for a server that Happo can't work on."""
    try:
        connection.ensure_connection()
    finally:
        connection.close()


async def _set_search_path(session: psycopg.AsyncConnection[Any]) -> None:  # Any: rows
    # The role's search path is empty, and procrastinate names its tables without a schema. Not an option at the start
    # of the connection: poolers refuse those.
    await session.execute("SET search_path TO public, pg_temp")
    await session.commit()


def _connection_parameters() -> dict[str, Any]:  # Any: libpq's parameters differ in type
    if settings.EMBEDDED_POSTGRES is not None:
        settings.EMBEDDED_POSTGRES.ensure_running()
    parameters = connection_parameters(settings.DATABASES["default"])
    return {**parameters, "application_name": application_name()}
