"""Job applications in bulk, and the JSON that queries give."""

from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection

from core.accounts.models import User
from core.jobsearch.models import Application
from core.json_text import JsonText

# Stores one application of the seeker, with the fields that a test names.
Apply = Callable[..., Application]


def read(json: JsonText) -> Any:  # Any: JSON
    # orjson reads bytes, but no subclass of them.
    return orjson.loads(memoryview(json))


def store_many(user: User, count: int, *, titles: int = 2000) -> None:
    """Give `user` that many applications: a new one each minute, in 5 statuses and 500 companies."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO jobsearch_application
                   (user_id, status_id, job_title, company, apply_date, msg_id, source,
                    is_rejected, created_at)
            SELECT %s, 1 + number %% 5, 'Title ' || number %% %s, 'Company ' || number %% 500,
                   '2026-01-01'::timestamptz + number * interval '1 minute', '',
                   (ARRAY['LinkedIn', 'Indeed', 'Monster'])[1 + number %% 3], false, now()
              FROM generate_series(1, %s) AS number""",
            [user.id, titles, count],
        )
