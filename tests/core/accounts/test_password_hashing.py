"""A process computes only a few password hashes at once, wherever a password is hashed or checked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Event

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from core.accounts import password_hashing
from core.accounts.password_hashing import HashLimit, LimitedArgon2Hasher
from core.errors import Overloaded

SOON = timedelta(milliseconds=20)


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> HashLimit:
    """A limit of one hash at once, with room for one thread that waits; it waits only briefly."""
    limit = HashLimit(at_once=1, waiting=1, wait=SOON)
    monkeypatch.setattr(password_hashing, "limit_of_process", lambda: limit)
    return limit


@pytest.mark.parametrize(
    "work", [lambda: make_password("x"), lambda: check_password("x", make_password("y"))]
)
def test_no_place_that_hashes_gets_past_the_limit(
    limit: HashLimit, work: Callable[[], object]
) -> None:
    with limit.take_turn(), pytest.raises(Overloaded):
        work()
    work()


def test_checking_a_stored_hash_is_limited_too(limit: HashLimit) -> None:
    stored = make_password("right")
    with limit.take_turn(), pytest.raises(Overloaded) as refused:
        check_password("right", stored)
    assert refused.value.retry_after > timedelta()
    assert check_password("right", stored)


@pytest.mark.parametrize("typed", ["Zo\u00eb\uff11\ufb01", "Zoe\u03081fi", "\uff3ao\u00eb1fi"])
def test_a_password_is_right_however_its_letters_are_composed(typed: str) -> None:
    stored = make_password("Zoe\u0308\uff11fi")
    assert check_password(typed, stored)
    assert not check_password(typed.lower(), stored)


def test_a_hash_of_an_earlier_release_stays_valid() -> None:
    typed = "Zoe\u0308\uff11"
    stored = Argon2PasswordHasher().encode(typed, "0123456789abcdef")
    assert check_password(typed, stored)
    assert not check_password("Zo\u00eb2", stored)


def test_a_thread_waits_until_another_hash_is_finished() -> None:
    limit, started, inside = HashLimit(at_once=1, waiting=1), Event(), []

    def hash_second() -> None:
        started.set()
        with limit.take_turn():
            inside.append("second")

    with ThreadPoolExecutor(1) as pool:
        with limit.take_turn():
            waiting = pool.submit(hash_second)
            started.wait(60)
            inside.append("first")
        waiting.result(60)
    assert inside == ["first", "second"]


def test_more_than_a_few_threads_never_wait() -> None:
    limit, started = HashLimit(at_once=1, waiting=1), Event()

    def wait() -> None:
        started.set()
        with limit.take_turn():
            pass

    with ThreadPoolExecutor(1) as pool, limit.take_turn():
        waiting = pool.submit(wait)
        started.wait(60)
        # The second thread may still be on its way to the place where it waits.
        while limit._admitted.acquire(blocking=False):
            limit._admitted.release()
        with pytest.raises(Overloaded), limit.take_turn():
            pass
        assert not waiting.done()


def test_many_threads_compute_no_more_hashes_at_once_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit, three = HashLimit(at_once=2, waiting=20), Barrier(3)
    monkeypatch.setattr(password_hashing, "limit_of_process", lambda: limit)

    def encode(hasher: Argon2PasswordHasher, password: str, salt: str) -> str:
        # A third thread at this place would let all three pass.
        with pytest.raises(BrokenBarrierError):
            three.wait(0.02)
        three.reset()
        return ""

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    with ThreadPoolExecutor(12) as pool:
        for made in [pool.submit(LimitedArgon2Hasher().encode, "x", "salt") for _ in range(12)]:
            made.result(60)
