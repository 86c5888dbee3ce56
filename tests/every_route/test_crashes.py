"""A request is atomic: a crash between any two statements leaves the tables unchanged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.db import connection

from api_v1.versions import HEAD
from tenants.context import TenantRef, tenant_scope
from tests.every_route.actors import actor_for
from tests.every_route.routes import NEEDS_CREDENTIAL, VersionedRoute
from tests.made_tenants import made_tenant

# What requests leave behind on purpose, done or not: when a credential was last used, how often, and for which replies.
NOT_OF_THE_REQUEST = ("accounts_apikey", "traffic_", "oauth_")
NEEDS_A_PROVIDER = {
    "GET /users/sync_user_emails",
    "POST /users/update_gmail_token",
    "POST /mailboxes/add_mailbox",
}
# There is nothing to take back.
CHANGE_NOTHING = {
    "POST /positions/{position_id}/restore",
    "POST /positions/{position_id}/candidates/{candidate_id}/unreject",
    "POST /users/confirm_email",
}
# The attempts that they count are not taken back, and reach their limit here: tests/core/test_user_removal.py, and
# tests/api_v1/jobhax/test_own_account.py.
COUNT_ATTEMPTS = {"POST /users/change_password", "POST /users/delete_account"}
WRITES = [
    where
    for where in NEEDS_CREDENTIAL
    if where.version == HEAD
    and where.route.write
    and where.route.name not in NEEDS_A_PROVIDER | CHANGE_NOTHING | COUNT_ATTEMPTS
]
Execute = Callable[..., Any]  # Any: what a cursor returns


@contextmanager
def connection_lost_before(statement: int) -> Iterator[None]:
    """Let the server lose us, as it does when this process is killed, before we send that statement."""
    numbers = count(1)

    def lose(execute: Execute, *arguments: Any) -> Any:  # Any: as Django hands them on
        if next(numbers) == statement:
            connection.connection.close()
        return execute(*arguments)

    with connection.execute_wrapper(lose):
        yield


def contents() -> dict[str, str]:
    """Return a digest of every table of the active tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        left_out = (*NOT_OF_THE_REQUEST, "django_migrations")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(left_out)]
        digests = (
            f'(SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t)'  # noqa: S608
            for table in tables
        )
        cursor.execute(f"SELECT {', '.join(digests)}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


@pytest.fixture(scope="module")
def tenant(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TenantRef]:
    """A tenant without a transaction round the tests; each has an actor of its own in it."""
    with django_db_blocker.unblock(), made_tenant("Of one file") as created:
        yield created.ref


@pytest.mark.parametrize("where", WRITES, ids=str)
def test_a_crash_before_any_statement_leaves_nothing_half_done(
    tenant: TenantRef, where: VersionedRoute
) -> None:
    actor = actor_for(tenant, where, rows=2, name=f"actor{WRITES.index(where)}")
    with tenant_scope(tenant):
        before = contents()
    for statement in count(1):
        with connection_lost_before(statement):
            status = actor.call(where).status
        connection.close()
        with tenant_scope(tenant):
            after = contents()
        if status == 200:
            break
        assert (status, after) == (503, before)
    assert statement > 2
    assert after != before
