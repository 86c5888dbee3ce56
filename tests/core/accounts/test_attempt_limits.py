"""Many concurrent guesses: no more than the limit get through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection, connections

from core.accounts.attempt_limits import PER_ACCOUNT, limit_attempts
from core.errors import RateLimited
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant


def guess(tenant: TenantRef) -> bool:
    """Guess once, wrongly; return whether the guess was looked at."""
    try:
        with tenant_scope(tenant), limit_attempts("joe", client_ip="1.2.3.4"):
            return True
    except RateLimited:
        return False
    finally:
        connections.close_all()


def test_guesses_at_once_are_counted_one_by_one(committed_tenant: CreatedTenant) -> None:
    with ThreadPoolExecutor(8) as threads:
        looked_at = list(threads.map(lambda _: guess(committed_tenant.ref), range(40)))
    assert looked_at.count(True) == PER_ACCOUNT


def test_the_oldest_failure_leaves_after_ten_minutes(acme: TenantRef) -> None:
    for _ in range(PER_ACCOUNT):
        assert _fails("joe") is None
    wait = _fails("joe")
    assert wait is not None
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE logins_failedlogins SET failed_at[1] = failed_at[1] - interval '11 minutes'"
            " WHERE cardinality(failed_at) = %s",
            [PER_ACCOUNT],
        )
    assert _fails("joe") is None
    assert _fails("joe") is not None


def test_old_rows_go(acme: TenantRef) -> None:
    for number in range(5):
        _fails(f"nobody{number}")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE logins_failedlogins SET expires_at = now() - interval '1 s'")
        _fails("somebody")
        cursor.execute("SELECT count(*) FROM logins_failedlogins")
        # What was just counted: the account and the address.
        assert cursor.fetchone()[0] == 2


def _fails(account: str) -> timedelta | None:
    try:
        with limit_attempts(account, client_ip="1.2.3.4"):
            return None
    except RateLimited as error:
        return error.retry_after
