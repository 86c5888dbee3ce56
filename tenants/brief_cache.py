"""A cache of this process whose entries live so briefly that no revocation or suspension is missed for 5 s."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

# Under the 5 s that are promised, by the time that a request under way may take.
LIFE_SECONDS = 3.0
# So many entries at most: anybody can invent names, and unknown ones are remembered too.
CAPACITY = 10_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class BriefCache(Generic[Key, Value]):
    """What `load` returned for a key, kept for `LIFE_SECONDS`; safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[Key, tuple[float, Value]] = {}
        self._lock = Lock()

    def get(self, key: Key, load: Callable[[], Value]) -> Value:
        """Return the value kept for `key`, or what `load` returns now; an exception of `load` isn't kept."""
        entry = self._entries.get(key)
        if entry is not None and entry[0] > self._clock():
            return entry[1]
        # The life starts before the look-up: what changes while it runs isn't kept longer than promised.
        expires_at = self._clock() + LIFE_SECONDS
        value = load()
        with self._lock:
            if len(self._entries) >= CAPACITY:
                self._entries.clear()
            self._entries[key] = (expires_at, value)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
