"""Prepared statements belong to a connection, which serves one tenant after the other."""

import pytest
from django.db import ProgrammingError, connection, transaction

from tenants.context import TenantRef, tenant_scope


def _emails(tenant: TenantRef) -> list[str]:
    with tenant_scope(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT email FROM accounts_user WHERE is_active = %s", [True])
        return [email for (email,) in cursor.fetchall()]


def test_a_prepared_statement_reads_the_tenant_that_is_active(
    acme: TenantRef, globex: TenantRef
) -> None:
    for _ in range(20):
        assert _emails(acme) == ["olga@acme.test"]
        assert _emails(globex) == ["otto@globex.test"]
    with tenant_scope(acme), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] >= 1


def test_a_prepared_statement_has_no_rights_of_the_role_it_was_prepared_under(
    acme: TenantRef, globex: TenantRef
) -> None:
    statement = f"SELECT count(*) FROM {acme.schema_name}.accounts_user WHERE is_active = %s"
    with tenant_scope(acme), connection.cursor() as cursor:
        for _ in range(10):
            cursor.execute(statement, [True])
    with (
        pytest.raises(ProgrammingError, match="permission denied for schema"),
        transaction.atomic(),
        tenant_scope(globex),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [True])
