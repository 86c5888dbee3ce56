"""The line of each request, and a warning for each 503."""

import logging
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings

from config.logs import write_line
from core.trace import Trace
from tenants.counters.counting import COUNTERS

_requests: Final = logging.getLogger("happo.requests")
_outages: Final = logging.getLogger("happo.outages")
# In any so many seconds a process logs at most so many warnings of one cause.
WINDOW_SECONDS: Final = 10.0
WARNINGS_PER_WINDOW: Final = 5
# Load balancers ask these every few seconds.
_HEALTH_PATHS: Final = ("/healthz", "/readyz")


def log_request(trace: Trace, *, method: str, path: str, status: int, seconds: float) -> None:
    """Log one request that was answered, and count it for its tenant; successful health checks are left out."""
    if status == 503:
        OUTAGES.warn(trace)
    if trace.tenant:
        COUNTERS.count(trace.tenant, status=status)
    if status < 400 and path in _HEALTH_PATHS:
        return
    if not _requests.isEnabledFor(logging.INFO):
        return
    facts = {
        "request_id": trace.request_id,
        "tenant": trace.tenant,
        "credential_id": trace.credential_id,
        "method": method,
        # Never the path itself, which may hold a secret link.
        "route": trace.route or "-",
        "version": trace.version,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "database_ms": round(trace.database_seconds * 1000, 1),
        "backend_pid": trace.backend_pid,
    }
    write_line(settings.LOG_FORMAT, logger=_requests.name, message="request", facts=facts)


def log_sending(trace: Trace, *, size: int, seconds: float) -> None:
    """Log that the server has sent `size` bytes of an answer in pieces, all of it or until the client went away."""
    if not _requests.isEnabledFor(logging.INFO):
        return
    facts = {
        "request_id": trace.request_id,
        "tenant": trace.tenant,
        "credential_id": trace.credential_id,
        "route": trace.route or "-",
        "ms": round(seconds * 1000, 1),
        "bytes": size,
    }
    write_line(settings.LOG_FORMAT, logger=_requests.name, message="sent", facts=facts)


class Outages:
    """Logs a warning for each 503, at most `WARNINGS_PER_WINDOW` of one cause in `WINDOW_SECONDS`."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # By cause: when its window began, and how many there were in it.
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def warn(self, trace: Trace) -> None:
        """Log the cause of a 503; threads that meet here may log one warning more, which harms nothing."""
        cause = trace.failure, trace.sqlstate
        began, count = self._windows.get(cause, (self._clock(), 0))
        unlogged = 0
        if self._clock() - began >= WINDOW_SECONDS:
            unlogged = max(0, count - WARNINGS_PER_WINDOW)
            began, count = self._clock(), 0
        self._windows[cause] = began, count + 1
        if count >= WARNINGS_PER_WINDOW:
            return
        text = "A request got 503"
        if unlogged:
            text += f"; {unlogged} earlier ones were not logged"
        _outages.warning(
            text,
            extra={
                "request_id": trace.request_id,
                "tenant": trace.tenant,
                "route": trace.route,
                "failure": trace.failure or "unknown",
                "sqlstate": trace.sqlstate or "none",
            },
        )


OUTAGES: Final = Outages()
