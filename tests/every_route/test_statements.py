"""Every route runs a fixed number of statements, whatever the number of rows around."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_v1.versions import HEAD, OLDEST
from tenants.context import TenantRef
from tests.every_route.conftest import desk_in
from tests.every_route.routes import ASKS_WHO, Desk, Place

# They need an account at Google or LinkedIn: tests/api_v1/jobhax.
NEEDS_A_PROVIDER = {
    "GET /users/get_linkedin_profile",
    "GET /users/sync_user_emails",
    "POST /users/update_gmail_token",
}
# Nobody has rejected anybody.
CONFLICTS = {"POST /positions/{position_id}/candidates/{candidate_id}/unreject"}
MEASURED = [place for place in ASKS_WHO if place.route.name not in NEEDS_A_PROVIDER]
WHO_AM_I = {
    place.api: place for place in ASKS_WHO if place.route.name in ("GET /me", "GET /users/me")
}


def statements_of(desk: Desk, place: Place) -> tuple[int, list[str]]:
    # Tenant and credential are looked up once in a while.
    assert desk.ask(WHO_AM_I[place.api])[0] == 200
    with CaptureQueriesContext(connection) as queries:
        status, _ = desk.ask(place)
    # The rate limit leases tokens once in a while.
    own = [query["sql"] for query in queries if "traffic_" not in query["sql"]]
    return status, [statement.split(maxsplit=1)[0] for statement in own]


def test_both_versions_are_measured() -> None:
    assert {place.version for place in MEASURED} == {OLDEST, HEAD}


@pytest.mark.parametrize("place", MEASURED, ids=str)
def test_a_route_takes_as_many_statements_for_many_rows_as_for_few(
    acme: TenantRef, place: Place
) -> None:
    # One row, and a number of them that leaves the newest at the same status.
    few, many = desk_in(acme, place, rows=1), desk_in(acme, place, rows=6)
    counts = [statements_of(desk, place) for desk in (few, many)]
    assert counts[0] == counts[1]
    assert counts[0][0] == (409 if place.route.name in CONFLICTS else 200)
