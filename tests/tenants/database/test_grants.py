"""The privileges of the roles, from PostgreSQL's catalogue."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tenants.checks import check_protection
from tenants.context import TenantRef
from tenants.database.hardening import missing_protection
from tenants.database.owner import owner_connection
from tenants.provisioning.public_schema import PRIVILEGES

TABLES_AT_MOST, INDEXES_AT_MOST = 35, 120


def rows(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def test_the_role_of_the_application_has_no_attributes(autocommit: None) -> None:
    assert rows(
        "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls,"
        " rolreplication"
        " FROM pg_roles WHERE rolname = session_user"
    ) == [("happo_app", False, False, False, False, False, False)]


def test_the_application_may_do_in_public_what_is_written_down(autocommit: None) -> None:
    whole_tables = rows(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE table_schema = 'public' AND grantee IN ('happo_app', 'PUBLIC')"
    )
    columns = rows(
        "SELECT table_name, privilege_type, column_name FROM information_schema.column_privileges c"
        " WHERE table_schema = 'public' AND grantee IN ('happo_app', 'PUBLIC') AND NOT EXISTS ("
        "  SELECT FROM information_schema.table_privileges t WHERE t.table_schema = c.table_schema"
        "  AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type"
        "  AND t.grantee = c.grantee)"
    )
    written = {
        (table, part) for table, privileges in PRIVILEGES.items() for part in _parts(privileges)
    }
    assert {
        *whole_tables,
        *((table, f"{kind} {column}") for table, kind, column in columns),
    } == written


def _parts(privileges: str) -> Iterator[str]:
    """`SELECT, UPDATE (name, status)` -> `SELECT`, `UPDATE name`, `UPDATE status`."""
    kind, columns = "", False
    for word in privileges.replace(",", " ").replace("(", " ( ").replace(")", " ) ").split():
        if word in "()":
            columns = word == "("
        elif columns:
            yield f"{kind} {word}"
        else:
            kind = word
            if f"{word} (" not in privileges:
                yield word


def test_only_the_owner_makes_objects(autocommit: None) -> None:
    assert rows(
        "SELECT has_database_privilege(current_database(), 'CREATE, TEMP'),"
        " has_schema_privilege('public', 'CREATE'),"
        " has_function_privilege(%s, 'EXECUTE')",
        "set_config(text,text,boolean)",
    ) == [(False, False, False)]


def test_a_tenants_role_is_entered_and_never_inherited(first: TenantRef) -> None:
    assert rows(
        "SELECT r.rolcanlogin, r.rolinherit, m.inherit_option, m.set_option, m.admin_option"
        " FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.roleid"
        " WHERE r.rolname = %s AND m.member = 'happo_app'::regrole",
        first.schema_name,
    ) == [(False, True, False, True, False)]
    # It is a member of nothing: no other role can be reached through it.
    assert rows(
        "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", first.schema_name
    ) == [(0,)]


def test_a_tenants_role_may_work_with_rows_and_nothing_else(first: TenantRef) -> None:
    granted = rows(
        "SELECT DISTINCT a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
        " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.grantee = %s::regrole",
        first.schema_name,
        first.schema_name,
    )
    assert sorted(granted) == [("DELETE",), ("INSERT",), ("SELECT",), ("UPDATE",)]
    # Beside its own schema only those with the functions that all tenants share.
    schemas = rows(
        "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(%s, oid, 'USAGE')"
        " AND nspname NOT IN ('pg_catalog', 'information_schema')",
        first.schema_name,
    )
    assert {name for (name,) in schemas} == {"happo_jobs", "happo_quotas", first.schema_name}


def test_a_table_that_is_made_later_is_out_of_reach_of_other_roles(
    autocommit: None, first: TenantRef, second: TenantRef
) -> None:
    privileges = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
    with owner_connection() as owner, transaction.atomic():
        with owner.cursor() as cursor:
            cursor.execute("CREATE TABLE public.brand_new (id bigint)")
            cursor.execute(f"CREATE TABLE {second.schema_name}.brand_new (id bigint)")
        reached = rows(
            "SELECT rolname, made.table_id FROM pg_roles, unnest(%s::regclass[]) AS made (table_id)"
            " WHERE rolname IN ('happo_app', %s, %s)"
            " AND (has_table_privilege(rolname, made.table_id, %s)"
            "  OR has_any_column_privilege(rolname, made.table_id, 'SELECT, INSERT, UPDATE'))"
            " AND NOT (rolname = %s AND made.table_id = %s::regclass)",
            ["public.brand_new", f"{second.schema_name}.brand_new"],
            first.schema_name,
            second.schema_name,
            privileges,
            second.schema_name,
            f"{second.schema_name}.brand_new",
        )
        transaction.set_rollback(True)
    assert reached == []


def test_a_tenant_stays_slim(first: TenantRef) -> None:
    tables, indexes = rows(
        "SELECT count(*) FILTER (WHERE relkind = 'r'), count(*) FILTER (WHERE relkind = 'i')"
        " FROM pg_class WHERE relnamespace = %s::regnamespace",
        first.schema_name,
    )[0]
    assert tables <= TABLES_AT_MOST
    assert indexes <= INDEXES_AT_MOST


def test_the_embedded_server_lacks_no_protection(autocommit: None) -> None:
    assert list(missing_protection(connection)) == []
    call_command("check", databases=["default"])


def test_a_server_that_lacks_protection_is_reported(autocommit: None) -> None:
    with owner_connection() as owner:
        # The owner has rights that the application must not have: checked as the owner, the server is not protected.
        sentences = "\n".join(missing_protection(owner))
    assert "may create roles: ALTER ROLE" in sentences
    assert "REVOKE EXECUTE ON FUNCTION pg_catalog.set_config" in sentences
    assert "may create tables in public" in sentences
    assert "rights of tenants outside of scopes" in sentences


def test_the_check_runs_only_for_a_named_database(
    autocommit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tenants.checks.missing_protection", lambda _: ["The log-in x is a superuser."]
    )
    assert check_protection(None) == []
    assert [message.level for message in check_protection(["default"])] == [40]
