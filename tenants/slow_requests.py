"""Keep one tenant's slow requests from holding all threads of a web process.

Requests of one tenant that have run for more than a second hold at most half of the threads. While they do, a further
request of that tenant is refused at once. Requests that came at the same time, before any of them was slow, can't be
refused at once: after a second the newest ones beyond the half are ended, by cancelling their statements. Quick
requests are neither refused nor ended, however many they are.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connections

from core.errors import TenantBusy
from tenants.context import TenantRef

log = logging.getLogger("happo.requests")

SLOW_AFTER: Final = 1.0  # seconds
# Seconds between two looks at the running requests, while one tenant runs more than its share.
LOOK_EVERY: Final = 0.25
_CANCEL_LIMIT: Final = 2.0


@dataclass(slots=True, eq=False)
class _Running:
    """A running request. While `lock` is held it doesn't end, so that no later request's statement is cancelled."""

    tenant: str
    since: float
    database: Any  # Any: the wrapper of this thread's connection
    lock: threading.Lock = field(default_factory=threading.Lock)
    has_ended: bool = False


class _Hold:
    """The context manager of one request. A class, since it is on every request's path and a generator is slower."""

    __slots__ = ("_request", "_share")

    def __init__(self, share: "ThreadShare", tenant: TenantRef) -> None:
        self._share = share
        self._request = _Running(tenant.slug, share.clock(), connections["default"])

    def __enter__(self) -> None:
        self._share.begin(self._request)

    def __exit__(self, *error: object) -> None:
        self._share.end(self._request)


class ThreadShare:
    """The requests that this process runs; thread-safe. `threads`: how many it can run at once."""

    def __init__(self, threads: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._share = max(1, threads // 2)
        self.clock = clock
        self._lock = threading.Lock()
        # By tenant; a tenant without requests is left out.
        self._running: dict[str, list[_Running]] = {}
        self._watching = False

    def hold(self, tenant: TenantRef) -> AbstractContextManager[None]:
        """Run a request of `tenant` inside; raise `TenantBusy` while its slow requests hold their share."""
        return _Hold(self, tenant)

    def begin(self, request: _Running) -> None:
        """Count the request; raise `TenantBusy`."""
        with self._lock:
            others = self._running.get(request.tenant)
            if others is None:
                self._running[request.tenant] = [request]
                return
            if len(others) >= self._share:
                if len(self._slow(others)) >= self._share:
                    raise TenantBusy
                self._watch()
            others.append(request)

    def end(self, request: _Running) -> None:
        """Count it no longer."""
        with request.lock:
            request.has_ended = True
        with self._lock:
            others = self._running[request.tenant]
            others.remove(request)
            if not others:
                del self._running[request.tenant]

    def end_excess(self) -> bool:
        """End the newest slow requests beyond each tenant's share; return whether a tenant runs more than its share."""
        with self._lock:
            crowds = [crowd for crowd in self._running.values() if len(crowd) > self._share]
            excess = [request for crowd in crowds for request in self._slow(crowd)[self._share :]]
        for request in excess:
            _end(request)
        if excess:
            counts = Counter(request.tenant for request in excess)
            log.warning("Slow requests were ended, by tenant: %s", dict(counts))
        return bool(crowds)

    def _slow(self, requests: list[_Running]) -> list[_Running]:
        """Return those that have run for more than `SLOW_AFTER`, the oldest first."""
        until = self.clock() - SLOW_AFTER
        return [request for request in requests if request.since < until]

    def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._look, name="slow-requests", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            crowded = self.end_excess()
            with self._lock:
                if not crowded and not self._is_crowded():
                    self._watching = False
                    return

    def _is_crowded(self) -> bool:
        return any(len(requests) > self._share for requests in self._running.values())


def _end(request: _Running) -> None:
    """Cancel the statement that the request waits for, which makes it a 503; between statements this does nothing."""
    with request.lock:
        connection = request.database.connection
        if request.has_ended or connection is None:
            return
        try:
            connection.cancel_safe(timeout=_CANCEL_LIMIT)
        except psycopg.Error as error:
            log.warning("A slow request could not be ended: %s", type(error).__name__)


THREAD_SHARE: Final = ThreadShare(settings.WEB_THREADS)
