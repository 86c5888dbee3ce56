"""Statements that a block of code runs."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


class Statements(CaptureQueriesContext):
    """The statements of a block, but for the rate limit's: how many it runs depends on earlier requests."""

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        return [query for query in super().captured_queries if "traffic_bucket" not in query["sql"]]


def statements() -> Statements:
    """Record the statements that a block runs; `len()` of it says how many."""
    return Statements(connection)
