"""Query parameters that a route of the JobHax API doesn't have."""

from dataclasses import replace

from api_v1.versions import HEAD
from tests.clients import JobHaxClient


def test_jobhax_names_them(seeker: JobHaxClient) -> None:
    reply = replace(seeker, version=HEAD).get("jobapps/get_jobapps", sort="x")
    assert (reply.status, reply.code) == (400, 10)
    assert "sort is not a query parameter" in reply.message
