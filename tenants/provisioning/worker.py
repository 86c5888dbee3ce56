"""The provisioning worker: `manage.py worker --provisioning`, the one long-running process with the owner's login.

PostgreSQL tells it of each request (a trigger of the table calls `pg_notify`), so that it begins at once. It also ends
what time ends: tenants whose grace is over, credentials that no page has taken, old requests.
"""

import logging
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Final
from uuid import UUID

import psycopg
from django.db import OperationalError, connections
from django.utils import timezone

from core.ids import new_uuid
from tenants.database.owner import owner_connection
from tenants.provisioning.deletion import purge_due_tenants
from tenants.provisioning.models import ProvisioningRequest, SealedCredentials
from tenants.provisioning.performing import Control, open_control, perform_waiting_requests
from tenants.provisioning.template import template_batch

log = logging.getLogger("happo.provisioning")

CHANNEL: Final = "happo_provisioning"
HEARTBEAT: Final = 5.0  # seconds
TIDY_EVERY: Final = 60.0  # seconds
KEPT: Final = timedelta(days=90)
# How long the database may be lost between two attempts to reach it, in seconds.
_PAUSE: Final = 1.0
# A stop is noticed within so many seconds.
_LISTENED: Final = 0.5
_BEAT: Final = """
    INSERT INTO tenants_provisioningworker (id, seen_at) VALUES (%s, now())
    ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
"""
_FORGET_DEAD: Final = (
    "DELETE FROM tenants_provisioningworker WHERE seen_at < now() - interval '1 day'"
)
_UNFINISHED: Final = (
    "SELECT EXISTS (SELECT FROM tenants_provisioningrequest WHERE state IN ('waiting', 'running'))"
)
_LEAVE: Final = "DELETE FROM tenants_provisioningworker WHERE id = %s"


def work(*, concurrency: int, stopping: threading.Event | None = None) -> None:
    """Perform requests until SIGTERM or SIGINT, `concurrency` at once; running ones finish first.

    `stopping`: ends the work too, for callers that aren't the main thread. A lost database is retried until it is back.
    """
    if stopping is None:
        stopping = threading.Event()
        stop = stopping
        for sent in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sent, lambda *_: stop.set())
    worker = new_uuid()
    while not stopping.is_set():
        try:
            with ThreadPoolExecutor(concurrency, thread_name_prefix="provision") as threads:
                _work_while_connected(worker, threads, stopping, concurrency)
        except (psycopg.OperationalError, OperationalError) as error:
            log.warning(
                "The worker has lost the database (%s) and keeps trying to reach it",
                type(error).__name__,
            )
            stopping.wait(_PAUSE)


def _work_while_connected(
    worker: UUID, threads: ThreadPoolExecutor, stopping: threading.Event, concurrency: int
) -> None:
    with open_control() as control:
        control.execute(f"LISTEN {CHANNEL}")
        _get_ready()
        beaten = tidied = -TIDY_EVERY
        tidying: Future[None] | None = None
        while not stopping.is_set():
            now = time.monotonic()
            if now - beaten >= HEARTBEAT:
                beaten = now
                control.execute(_BEAT, [worker])
                # Also those that were interrupted, and those whose notice was lost with a connection.
                if control.execute(_UNFINISHED).fetchone() == (True,):
                    for _ in range(concurrency):
                        threads.submit(_perform)
            if now - tidied >= TIDY_EVERY and (tidying is None or tidying.done()):
                tidied = now
                tidying = threads.submit(_tidy)
            _await_requests(control, threads)
        control.execute(_LEAVE, [worker])


def _get_ready() -> None:
    """Make the batch for new tenants, so that the first request needn't wait for it."""
    with owner_connection() as connection:
        template_batch(connection)


def _await_requests(control: Control, threads: ThreadPoolExecutor) -> None:
    for _ in control.notifies(timeout=_LISTENED, stop_after=1):
        threads.submit(_perform)


def _perform() -> None:
    try:
        perform_waiting_requests()
    except (psycopg.OperationalError, OperationalError) as error:
        log.warning("A request was interrupted (%s) and goes on", type(error).__name__)
    except Exception:
        log.exception("Requests could not be performed; the worker tries again")
    finally:
        connections.close_all()


def _tidy() -> None:
    try:
        for slug in purge_due_tenants():
            log.info("The tenant %s is deleted: its grace is over", slug)
        with owner_connection(), open_control() as control:
            now = timezone.now()
            SealedCredentials.objects.filter(expires_at__lt=now).delete()
            ProvisioningRequest.objects.filter(finished_at__lt=now - KEPT).delete()
            control.execute(_FORGET_DEAD)
    except Exception:
        log.exception("Tidying failed; the worker tries again")
    finally:
        connections.close_all()
