"""Every route runs a fixed number of statements, whatever the number of rows in the tables."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_v1.versions import HEAD, OLDEST
from core.recruiting.models import MailDomain
from tenants.context import TenantRef
from tests.every_route.actors import actor_for
from tests.every_route.routes import NEEDS_CREDENTIAL, Actor, VersionedRoute

# They need an account at Google or LinkedIn, or a mail server: tests/api_v1/jobhax.
NEEDS_A_PROVIDER = {
    "GET /users/get_linkedin_profile",
    "GET /users/sync_user_emails",
    "POST /users/update_gmail_token",
    "POST /mailboxes/add_mailbox",
}
# No candidate is rejected.
CONFLICTS = {"POST /positions/{position_id}/candidates/{candidate_id}/unreject"}
MEASURED = [where for where in NEEDS_CREDENTIAL if where.route.name not in NEEDS_A_PROVIDER]
WHO_AM_I = {
    where.api: where
    for where in NEEDS_CREDENTIAL
    if where.route.name in ("GET /me", "GET /users/me")
}


def statements_of(actor: Actor, where: VersionedRoute) -> tuple[int, list[str]]:
    # The look-ups of tenant and credential are cached for a few seconds.
    assert actor.call(WHO_AM_I[where.api]).status == 200
    # The tenant has one list, and one owner: a second call would find what the first has written.
    MailDomain.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        status = actor.call(where).status
    # The rate limit leases tokens in batches.
    own = [query["sql"] for query in queries if "traffic_" not in query["sql"]]
    return status, [statement.split(maxsplit=1)[0] for statement in own]


def test_both_versions_are_measured() -> None:
    assert {where.version for where in MEASURED} == {OLDEST, HEAD}


@pytest.mark.parametrize("where", MEASURED, ids=str)
def test_a_route_takes_as_many_statements_for_many_rows_as_for_few(
    acme: TenantRef, where: VersionedRoute
) -> None:
    # One row, and a number of them that leaves the newest at the same status.
    few, many = actor_for(acme, where, rows=1), actor_for(acme, where, rows=6)
    counts = [statements_of(actor, where) for actor in (few, many)]
    assert counts[0] == counts[1]
    assert counts[0][0] == (409 if where.route.name in CONFLICTS else 200)
