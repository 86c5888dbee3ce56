"""Counts requests without a write for each: a process adds what it has counted every 10 s, in one statement.

A process that is killed loses what it has counted since, of at most 10 s; one that stops writes it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing.util import Finalize
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from tenants.context import public_scope

log = logging.getLogger("happo.counters")

FLUSH_SECONDS: Final = 10.0
# In the order of the tenants, so that two processes never wait for each other.
_ADD: Final = """
    WITH known AS (
        SELECT t.id, c.day, c.requests, c.refused, c.errors
          FROM unnest(%s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[])
            AS c (slug, day, requests, refused, errors)
          JOIN tenants_tenant t ON t.slug = c.slug
         ORDER BY t.id, c.day
    ), added AS (
        INSERT INTO tenants_tenantday AS d (tenant_id, day, requests, refused, errors)
        SELECT id, day, requests, refused, errors FROM known
        ON CONFLICT (tenant_id, day) DO UPDATE
           SET requests = d.requests + excluded.requests, refused = d.refused + excluded.refused,
               errors = d.errors + excluded.errors
    )
    INSERT INTO tenants_tenantsize AS s (tenant_id, last_active_at)
    SELECT DISTINCT id, %s::timestamptz FROM known ORDER BY id
    ON CONFLICT (tenant_id) DO UPDATE
       SET last_active_at = greatest(s.last_active_at, excluded.last_active_at)
"""
Key = tuple[str, date]
Counts = dict[Key, list[int]]


class RequestCounters:
    """What this process has counted since it last wrote. Threads may share it."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._counts: Counts = {}
        self._lock = threading.Lock()

    def count(self, slug: str, *, status: int) -> None:
        """Count one request of the tenant that was answered with `status`."""
        refused, failed = 400 <= status < 500, status >= 500
        with self._lock:
            counts = self._counts.setdefault(
                (slug, self._clock().astimezone(UTC).date()), [0, 0, 0]
            )
            counts[0] += 1
            counts[1] += refused
            counts[2] += failed

    def write(self) -> int:
        """Add what was counted to the database; return for how many tenants and days. Nothing is lost if that fails.

        Raises errors of the database.
        """
        with self._lock:
            taken, self._counts = self._counts, {}
        if not taken:
            return 0
        try:
            self._add(taken)
        except (DatabaseError, InterfaceError):
            self._put_back(taken)
            raise
        return len(taken)

    def _add(self, counts: Counts) -> None:
        slugs, days = zip(*counts, strict=True)
        columns = [list(column) for column in zip(*counts.values(), strict=True)]
        with public_scope(), connection.cursor() as cursor:
            cursor.execute(_ADD, [list(slugs), list(days), *columns, self._clock()])

    def _put_back(self, taken: Counts) -> None:
        with self._lock:
            for key, counts in taken.items():
                newer = self._counts.setdefault(key, [0, 0, 0])
                self._counts[key] = [a + b for a, b in zip(counts, newer, strict=True)]


COUNTERS: Final = RequestCounters()


def write_counters_forever() -> None:
    """Start a thread that writes this process's counters every 10 s; what is left is written when the process stops."""
    threading.Thread(target=_write_forever, name="counters", daemon=True).start()
    # Not `atexit`, which a child process of `multiprocessing` doesn't run.
    Finalize(None, _write, exitpriority=100)


def _write_forever() -> None:
    pause = threading.Event()
    while not pause.wait(FLUSH_SECONDS):
        _write()


def _write() -> None:
    try:
        COUNTERS.write()
    except Exception as error:  # noqa: BLE001 - counting must not end for any reason
        log.warning("Counters could not be written (%s); they are kept", type(error).__name__)
    finally:
        # No connection waits for the next time.
        connection.close()
