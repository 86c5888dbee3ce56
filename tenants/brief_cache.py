"""An in-process cache with short-lived entries: a revocation or suspension takes effect within 5 s."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

# Shorter than the promised 5 s by the time that a running request may take.
LIFE_SECONDS = 3.0
# Entries. Clients can invent names, and the cache holds unknown names too, so it needs a limit.
CAPACITY = 10_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BriefCache(Generic[Key, Value]):
    """Keeps what `load` returned for a key for `LIFE_SECONDS`. Safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[Key, tuple[float, Value]] = {}
        self._lock = Lock()

    def get(self, key: Key, load: Callable[[], Value]) -> Value:
        """Return the cached value of `key`, or call `load` and cache its result; exceptions are not cached."""
        entry = self._entries.get(key)
        if entry is not None and entry[0] > self._clock():
            return entry[1]
        # The entry's life starts before the look-up, so that a change during the look-up isn't hidden for longer.
        expires_at = self._clock() + LIFE_SECONDS
        value = load()
        with self._lock:
            if len(self._entries) >= CAPACITY:
                self._entries.clear()
            self._entries[key] = (expires_at, value)
        return value

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock:
            self._entries.clear()
