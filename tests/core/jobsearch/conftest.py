"""A job seeker, and applications that say only what a test is about."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.jobsearch.models import APPLIED, Application
from core.json_text import JsonText
from tenants.context import TenantRef

Apply = Callable[..., Application]


@pytest.fixture
def seeker(acme: TenantRef) -> User:
    return User.objects.create(email="joe@jobs.test", is_registered=True)


@pytest.fixture
def stranger(acme: TenantRef) -> User:
    return User.objects.create(email="ann@jobs.test", is_registered=True)


@pytest.fixture
def apply(seeker: User) -> Apply:
    """Store an application of the seeker; what isn't said is something plain."""

    def store(**said: Any) -> Application:  # Any: fields of the model
        plain = {
            "user": seeker,
            "status_id": APPLIED,
            "job_title": "Engineer",
            "company": "Carvana",
        }
        return Application.objects.create(
            **{**plain, "apply_date": datetime(2019, 1, 23, tzinfo=UTC), **said}
        )

    return store


def read(json: JsonText) -> Any:  # Any: JSON
    # orjson reads bytes, but no subclass of them.
    return orjson.loads(memoryview(json))


class Statements(CaptureQueriesContext):
    """The statements of a block, but for the rate limit's: how often it asks depends on the requests before."""

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        return [query for query in super().captured_queries if "traffic_bucket" not in query["sql"]]


def statements() -> Statements:
    """Record the statements that a block runs; `len()` of it says how many."""
    return Statements(connection)


def store_many(user: User, count: int, *, titles: int = 2000) -> None:
    """Give `user` that many applications: a new one each minute, in 5 statuses and 500 companies."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO jobsearch_application
                   (user_id, status_id, job_title, company, apply_date, msg_id, source, is_rejected, created_at)
            SELECT %s, 1 + number %% 5, 'Title ' || number %% %s, 'Company ' || number %% 500,
                   '2026-01-01'::timestamptz + number * interval '1 minute', '',
                   (ARRAY['LinkedIn', 'Indeed', 'Monster'])[1 + number %% 3], false, now()
              FROM generate_series(1, %s) AS number""",
            [user.id, titles, count],
        )
