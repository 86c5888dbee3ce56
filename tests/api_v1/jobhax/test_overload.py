"""What needs a password hash is 503 while the process computes as many as it may, and counts as no failure."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.accounts import attempt_limits, password_hashing
from core.accounts.models import User
from core.accounts.password_hashing import HashLimit
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[HashLimit]:
    """Another thread computes a hash."""
    limit = HashLimit(at_once=1, waiting=1, wait=timedelta(milliseconds=5))
    with limit.take_turn():
        monkeypatch.setattr(password_hashing, "limit_of_process", lambda: limit)
        yield limit
    monkeypatch.undo()


@pytest.mark.parametrize("name", ["joesmith", "nobody"])
def test_a_log_in_is_503_with_a_time_to_wait(
    api: JobHaxClient, joe: User, busy: HashLimit, name: str
) -> None:
    reply = api.login(name, PASSWORD)
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, 12, "3")


def test_so_is_a_registration(api: JobHaxClient, busy: HashLimit) -> None:
    reply = api.register("new@smith.test")
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, 12, "3")
    assert not User.objects.filter(email="new@smith.test").exists()


def test_what_was_not_checked_is_no_failure(
    api: JobHaxClient, joe: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = HashLimit(at_once=1, waiting=1, wait=timedelta(milliseconds=5))
    with monkeypatch.context() as patch, limit.take_turn():
        patch.setattr(password_hashing, "limit_of_process", lambda: limit)
        for _ in range(2 * attempt_limits.PER_ACCOUNT):
            assert api.login("joesmith", PASSWORD).status == 503
    assert api.login("joesmith", PASSWORD).code == 0
