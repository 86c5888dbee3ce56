"""Token buckets in the memory of this process: for clients without a credential, who must not cost a statement.

Other processes have buckets of their own, so that a client gets at most the limit times the number of processes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Final

from core.errors import RateLimited

# Buckets that are kept. Beyond it the one that was used least recently is dropped, and so is full again.
CAPACITY: Final = 20_000


class LocalBuckets:
    """One token bucket for each key; thread-safe.

    `rate`: tokens added per second; `burst`: size of a bucket; `clock` returns seconds.
    """

    def __init__(
        self, *, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate, self.burst = rate, burst
        self._clock = clock
        # For each key: the tokens, and when they were counted.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, key: str, *, cost: int = 1) -> None:
        """Take `cost` tokens, at most a whole bucket, from that of `key`; raise `RateLimited` where it has fewer."""
        cost = min(cost, self.burst)
        with self._lock:
            now = self._clock()
            tokens, counted_at = self._buckets.pop(key, (float(self.burst), now))
            tokens = min(self.burst, tokens + (now - counted_at) * self.rate)
            is_short = tokens < cost
            self._buckets[key] = tokens if is_short else tokens - cost, now
            if len(self._buckets) > CAPACITY:
                self._buckets.popitem(last=False)
        if is_short:
            raise RateLimited(timedelta(seconds=(cost - tokens) / self.rate))

    def clear(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._buckets.clear()
