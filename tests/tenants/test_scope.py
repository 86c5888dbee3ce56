"""`tenant_scope`: nobody sees another tenant's rows, whatever happens to the connection."""

import pytest
from django.db import connection

from core.accounts.models import ApiKey, User
from tenants.context import NoTenantScope, TenantRef, current_tenant, tenant_scope


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
