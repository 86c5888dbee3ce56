"""Entries that strangers cause are limited, so that failed log-ins can't fill a log.

Each process records 30 at once and then one a minute, for each log and account; all names that are no account's count
as one. What is beyond is counted, and the next entry that is recorded says how many were omitted before it.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Final

from core.audit import Entry
from core.audit_rules import Stored
from core.errors import RateLimited
from core.limits.local_buckets import CAPACITY, LocalBuckets

BURST: Final = 30
PER_SECOND: Final = 1 / 60
LIMITED: Final = frozenset({"user.login_failed", "user.refresh_refused", "operator.login_failed"})


class FailureLimit:
    """Which failures are recorded, and how many were not; thread-safe."""

    def __init__(self, buckets: LocalBuckets) -> None:
        self._buckets = buckets
        self._omitted: dict[str, int] = {}
        self._lock = Lock()

    def leave_room(self, entry: Entry, *, log: str) -> Mapping[str, Stored] | None:
        """Return the changes that the entry is recorded with, or None where it isn't recorded."""
        if entry.action not in LIMITED:
            return entry.changes
        key = " ".join([log, entry.action, *entry.object_ids])
        try:
            self._buckets.spend(key)
        except RateLimited:
            with self._lock:
                # As many as there are buckets: beyond them the number is lost, not the memory of the process.
                if key in self._omitted or len(self._omitted) < CAPACITY:
                    self._omitted[key] = self._omitted.get(key, 0) + 1
            return None
        with self._lock:
            omitted = self._omitted.pop(key, 0)
        return {**entry.changes, "omitted": omitted} if omitted else entry.changes

    def clear(self) -> None:
        """Forget what was recorded and omitted."""
        self._buckets.clear()
        with self._lock:
            self._omitted.clear()


failures: Final = FailureLimit(LocalBuckets(rate=PER_SECOND, burst=BURST))
