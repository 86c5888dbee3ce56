"""Password hashes, of which a process computes only a few at once: each takes 100 MB of memory and a core."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Final
from unicodedata import normalize

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

    A password is hashed in NFKC: keyboards differ in how they compose a letter. Hashes of earlier releases, of
    passwords as they were sent, stay valid. Both methods raise `Overloaded`.
    """

    def encode(self, password: str, salt: str) -> str:
        """Return the hash of a password."""
        normal, *others = list_forms(password)
        for other in others:
            # As many hashes as `verify` computes: the time of a log-in must not tell whether there is such a user.
            self._encode(other, salt)
        return self._encode(normal, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the hash is that of the password."""
        return any(self._verify(form, encoded) for form in list_forms(password))

    def _encode(self, password: str, salt: str) -> str:
        with limit_of_process().take_turn():
            return super().encode(password, salt)

    def _verify(self, password: str, encoded: str) -> bool:
        with limit_of_process().take_turn():
            return super().verify(password, encoded)


def normalize_password(password: str) -> str:
    """Return the form of a password that is hashed."""
    return normalize("NFKC", password)


def list_forms(password: str) -> list[str]:
    """Return the forms of a password whose hash may be stored, the present one first."""
    return list(dict.fromkeys((normalize_password(password), password)))
