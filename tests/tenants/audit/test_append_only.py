"""The roles of tenants and of the application may add entries and read them, and nothing else: by raw SQL."""

from importlib import import_module

import psycopg
import pytest
from django.db import ProgrammingError, connection

from tenants.audit.logs import Log
from tenants.audit.schema import KEPT_AT_LEAST
from tenants.context import TenantRef, tenant_scope
from tenants.database.owner import owner_connection
from tenants.provisioning.lifecycle import CreatedTenant

CHANGES = ("UPDATE {} SET actor_id = ''", "DELETE FROM {}", "TRUNCATE {}")
# The database gives an entry its number and its time.
INSERTS = (
    "INSERT INTO {} (id, action) VALUES (1, '')",
    "INSERT INTO {} (at, action) VALUES (now(), '')",
)
SEALS = (
    "DELETE FROM happo_audit.seal",
    "UPDATE happo_audit.head SET number = 0",
    "INSERT INTO happo_audit.pending VALUES ('public', '{{1}}')",
    "TRUNCATE happo_audit.checkpoint",
)


def refuse(statement: str) -> None:
    """Send the statement without the guard of the application's cursors, which refuses some of them itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        psycopg.Cursor(connection.connection).execute(statement)


@pytest.mark.parametrize("statement", [*CHANGES, *INSERTS])
def test_a_tenant_only_adds_entries(first: TenantRef, statement: str) -> None:
    with tenant_scope(first):
        refuse(statement.format("audit_entry"))


@pytest.mark.parametrize("statement", [*CHANGES, INSERTS[0]])
def test_the_application_only_adds_entries(autocommit: None, statement: str) -> None:
    refuse(statement.format("tenants_auditentry"))


@pytest.mark.parametrize("statement", SEALS)
def test_only_the_owner_changes_seals(first: TenantRef, statement: str) -> None:
    refuse(statement.format())
    with tenant_scope(first):
        refuse(statement.format())


@pytest.mark.parametrize(
    "call",
    [
        "happo_audit.take('public', 1)",
        "happo_audit.remove_sealed('public', 1, 400, '')",
        "happo_audit.add_seal('public', 1, now()::date, '{}', '', '', '', '')",
    ],
    ids=["take", "remove", "add"],
)
def test_a_tenant_seals_nothing(first: TenantRef, call: str) -> None:
    with tenant_scope(first):
        refuse(f"SELECT {call}")


def test_the_application_removes_no_young_entries(log: Log) -> None:
    for kept in (KEPT_AT_LEAST - 1, KEPT_AT_LEAST):
        with (
            pytest.raises(ProgrammingError, match=r"kept for 30 days|too young"),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT happo_audit.remove_sealed(%s, 1, %s, '')", [log.schema, kept])


def test_a_tenant_that_is_migrated_only_adds_entries_too(committed_tenant: CreatedTenant) -> None:
    migration = import_module("tenants.audit.migrations.0001_initial")
    schema = committed_tenant.ref.schema_name
    with owner_connection() as owner, owner.schema_search_path(schema), owner.cursor() as cursor:
        # As the default privileges of the schema have it for a new table.
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON audit_entry TO "{schema}"')
        cursor.execute(migration.RESTRICT)
    with tenant_scope(committed_tenant.ref):
        for statement in (*CHANGES, *INSERTS):
            refuse(statement.format("audit_entry"))
