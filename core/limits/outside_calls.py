"""How many threads of a web process wait for other services, such as S3 and log-in providers, at the same time.

A service that hangs would otherwise hold every thread until its time-outs pass, and other tenants' requests with them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Condition
from typing import Final

from core.errors import Overloaded

# Seconds: a call that runs for longer is slow, and nothing waits for its end.
SLOW_AFTER: Final = 1.0
RETRY_AFTER: Final = timedelta(seconds=5)


class OutsideCalls:
    """Lets at most `at_once` calls run, and further ones wait for a second as long as those are quick; thread-safe.

    `at_once`: None for no limit, as in commands and workers. `clock` returns seconds.
    """

    def __init__(
        self, at_once: int | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.at_once = at_once
        self._clock = clock
        self._changed = Condition()
        # When the running calls began.
        self._running: list[float] = []

    @contextmanager
    def take_turn(self) -> Iterator[None]:
        """Run a call inside; raise `Overloaded` at once where only slow calls run, and after a second otherwise."""
        began = self._begin()
        try:
            yield
        finally:
            with self._changed:
                self._running.remove(began)
                self._changed.notify()

    def _begin(self) -> float:
        give_up_at = self._clock() + SLOW_AFTER
        with self._changed:
            while self.at_once is not None and len(self._running) >= self.at_once:
                now = self._clock()
                # The youngest call becomes slow last.
                patience = min(give_up_at, max(self._running) + SLOW_AFTER) - now
                if patience <= 0:
                    raise Overloaded(RETRY_AFTER)
                self._changed.wait(patience)
            began = self._clock()
            self._running.append(began)
        return began


OUTSIDE_CALLS: Final = OutsideCalls()
