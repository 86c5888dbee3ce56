"""`tenant_scope`: the only way to open and close a tenant's scope."""

import asyncio
import contextvars
import threading
from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from core.accounts.models import ApiKey, User
from tenants.context import (
    NoTenantScope,
    ScopesMixedUp,
    TenantRef,
    active_tenant,
    current_tenant,
    tenant_scope,
)


def test_a_scope_sees_its_own_rows_alone(acme: TenantRef, globex: TenantRef) -> None:
    with tenant_scope(globex):
        assert [user.email for user in User.objects.all()] == ["otto@globex.test"]
    assert [user.email for user in User.objects.all()] == ["olga@acme.test"]


def test_outside_of_a_scope_a_tenants_model_is_an_error(db: None) -> None:
    with pytest.raises(NoTenantScope):
        ApiKey.objects.count()
    with pytest.raises(NoTenantScope):
        current_tenant()


def test_an_exception_leaves_the_scope(acme: TenantRef, globex: TenantRef) -> None:
    with pytest.raises(ZeroDivisionError), tenant_scope(globex):
        raise ZeroDivisionError
    assert current_tenant() == acme
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user")
        assert cursor.fetchone() == (acme.schema_name, acme.schema_name)


def test_a_new_thread_is_in_no_scope(first: TenantRef) -> None:
    seen: list[TenantRef | None] = []
    with tenant_scope(first):
        thread = threading.Thread(target=lambda: seen.append(active_tenant()))
        thread.start()
        thread.join()
    assert seen == [None]


def _left_inside(tenant: TenantRef) -> Iterator[None]:
    # Written so that the rule against it doesn't see it.
    scope = tenant_scope(tenant)
    with scope:
        yield


def test_generators_that_end_in_the_wrong_order_leave_no_scope_at_all(
    first: TenantRef, second: TenantRef
) -> None:
    one, other = _left_inside(first), _left_inside(second)
    next(one)
    next(other)
    with pytest.raises(ScopesMixedUp):
        one.close()
    assert active_tenant() is None
    other.close()
    assert active_tenant() is None


def test_a_generator_that_is_collected_late_changes_no_other_scope(
    first: TenantRef, second: TenantRef
) -> None:
    lost = _left_inside(first)
    contextvars.copy_context().run(next, lost)
    with tenant_scope(second):
        lost.close()
        assert current_tenant() == second


def test_the_scope_goes_into_threads_of_asynchronous_code(
    first: TenantRef, second: TenantRef
) -> None:
    def emails() -> list[str]:
        try:
            return list(User.objects.values_list("email", flat=True))
        finally:
            connection.close()

    async def ask(tenant: TenantRef) -> list[str]:
        with tenant_scope(tenant):
            await asyncio.sleep(0)
            return await sync_to_async(emails, thread_sensitive=False)()

    async def ask_both() -> list[list[str]]:
        return await asyncio.gather(*(ask(tenant) for tenant in (first, second) * 3))

    assert asyncio.run(ask_both()) == [["olga@acme.test"], ["otto@globex.test"]] * 3
    assert active_tenant() is None
