"""A job seeker, and applications that say only what a test is about."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from core.jobsearch.statuses import APPLIED
from tests.core.jobsearch.applications import Apply


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
