"""Two transactions that wait for each other: PostgreSQL ends one of them, whose client may send the request again."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from ninja import Router

from tests.api_v1.fake_apis import FakeApis
from tests.database import login_of
from tests.waiting import wait_until

# PostgreSQL's `deadlock_timeout`, which only a superuser may change: a session looks once, after so long a wait.
DEADLOCK_SECONDS = 1.0
LOCK = "SELECT pg_advisory_xact_lock(%s)"


@pytest.fixture
def other(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[psycopg.Connection[Any]]:  # Any: a row
    """A session besides that of the request; it holds lock 2."""
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]  # a blocker
        psycopg.connect(login_of(settings.DATABASES["default"])) as session,
    ):
        session.execute(LOCK, [2])
        yield session
        session.rollback()


def waits(cursor: CursorWrapper) -> bool:
    """Return whether a session waits for a lock of these tests."""
    cursor.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted")
    return bool(cursor.rowcount)


def test_the_victim_of_a_deadlock_may_try_again(
    other: psycopg.Connection[Any],  # Any: as above
) -> None:
    router, is_held = Router(), Event()

    @router.get("/boom", response=None)
    def boom(request: Any) -> None:  # Any: nothing is read of it
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK, [1])
            is_held.set()
            wait_until(partial(waits, cursor))
            # The other session has looked for a deadlock by then, and found none.
            time.sleep(DEADLOCK_SECONDS * 2.5)
            cursor.execute(LOCK, [2])

    def wait_for_the_request() -> None:
        assert is_held.wait(timeout=60)
        other.execute(LOCK, [1])

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(wait_for_the_request)
        answer = FakeApis(routers=(router,)).call("GET", "/v1/boom")
        waiting.result(timeout=60)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
