"""Password hashes, of which a process computes only a few at once: each takes 100 MB of memory and a core."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from core.errors import Overloaded

# How long a caller waits until another hash is finished.
WAIT: Final = timedelta(seconds=3)
# After this time the hashes that wait now have been computed, or given up.
RETRY_AFTER: Final = WAIT


class HashLimit:
    """Lets at most `at_once` threads compute hashes, and at most `waiting` more wait for that."""

    def __init__(self, *, at_once: int, waiting: int, wait: timedelta = WAIT) -> None:
        self._running = BoundedSemaphore(at_once)
        self._admitted = BoundedSemaphore(at_once + waiting)
        self._wait = wait

    @contextmanager
    def take_turn(self) -> Iterator[None]:
        """Hold one of the turns; raise `Overloaded` where none comes free in time, or too many threads wait already."""
        if not self._admitted.acquire(blocking=False):
            raise Overloaded(RETRY_AFTER)
        try:
            if not self._running.acquire(timeout=self._wait.total_seconds()):
                raise Overloaded(RETRY_AFTER)
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()


@cache
def limit_of_process() -> HashLimit:
    """Return the limit that all hashes of this process share."""
    return HashLimit(
        at_once=settings.PASSWORD_HASHES_AT_ONCE, waiting=settings.PASSWORD_HASHES_WAITING
    )


class LimitedArgon2Hasher(Argon2PasswordHasher):
    """Django's hasher for Argon2, within the limit of the process, wherever a password is hashed or checked.

    Both methods raise `Overloaded`.
    """

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password."""
        with limit_of_process().take_turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the hash is that of the password."""
        with limit_of_process().take_turn():
            return super().verify(password, encoded)
