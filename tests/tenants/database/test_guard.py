"""The guard reads SQL as PostgreSQL does: nothing hides a change of role, and rows may hold any text."""

import pytest
from django.db import connection
from psycopg import sql

from tenants.context import TenantRef
from tenants.database.guard import SessionChangeRefused, changes_session

REFUSED = (
    "SET ROLE t2",
    "set local role t2",
    "SET SESSION ROLE t2",
    'SET "role" = t2',
    'SET U&"r\\006fle" TO t2',
    "SET SESSION AUTHORIZATION happo_app",
    "SET search_path TO t2",
    "SET LOCAL search_path = t2",
    "SET SCHEMA 't2'",
    "RESET ROLE",
    "RESET ALL",
    "RESET search_path",
    "DISCARD ALL",
    "SELECT set_config('role', 't2', false)",
    "SELECT pg_catalog.SET_CONFIG('role', 't2', false)",
    """SELECT pg_catalog."set_config"('role', 't2', false)""",
    """SELECT U&"set_c\\006fnfig"('role', 't2', false)""",
    "DO $$ BEGIN EXECUTE 'SET ROLE t2'; END $$",
    "CALL p()",
    "ALTER ROLE happo_app SET role = t2",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "PREPARE p AS SELECT 1",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT a",
    "ROLLBACK TO SAVEPOINT a",
    # Stacked.
    "SELECT 1; SET ROLE t2",
    "SELECT 1; SELECT 2",
    ";RESET ROLE",
    # Hidden by comments.
    "SET/**/ROLE t2",
    "SET /* /* */ */ ROLE t2",
    "SELECT 1 -- \n; SET ROLE t2",
    "SELECT '/*'; SET ROLE t2; SELECT '*/'",
    "SELECT '--'; RESET ROLE",
    "SELECT 1 /* ' */; SET ROLE t2 --'",
    # Hidden by strings.
    "SELECT 'a\\'; SET ROLE t2; --'",
    "SELECT E'\\''; SET ROLE t2 --'",
    'SELECT "a""b"; SET ROLE t2',
    "SELECT $$;$$; RESET ROLE",
    "SELECT $a$ $b$ $a$; SET ROLE t2",
    # It never ends: where PostgreSQL will see an end is unknown.
    "SELECT 'a; SET ROLE t2",
    'SELECT "a; SET ROLE t2',
    "SELECT $a$; SET ROLE t2",
)

ALLOWED = (
    "SELECT 1",
    "SELECT %s;",
    "  (SELECT 1) UNION (SELECT 2)",
    "-- why\nSELECT 1",
    "/* a /* b */ c */ UPDATE t SET role = 1",
    "UPDATE t SET search_path = %s WHERE role = 'x'",
    "SELECT '; SET ROLE t2'",
    "SELECT 'it''s; RESET ROLE'",
    "SELECT E'\\';RESET ROLE'",
    "SELECT $$ ; SET ROLE t2 $$",
    "SELECT $tag$ $$; $tag$",
    'SELECT "SET ROLE t2; x" FROM t',
    "SELECT $1, $2",
    "WITH gone AS (DELETE FROM t RETURNING id) SELECT * FROM gone",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET LOCAL statement_timeout = 100",
    'SAVEPOINT "s140_x1"',
    'ROLLBACK TO SAVEPOINT "s140_x1"',
    "",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_what_could_leave_the_role_is_refused(statement: str) -> None:
    assert changes_session(statement)


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_works_with_rows_is_not(statement: str) -> None:
    assert not changes_session(statement)


def test_long_statements_are_read_too() -> None:
    assert changes_session("SELECT 1" + " " * 30_000 + "; SET ROLE t2")


@pytest.mark.parametrize("statement", ["RESET ROLE", "SELECT 1; RESET ROLE", sql.SQL("RESET ROLE")])
def test_the_connection_refuses_it(acme: TenantRef, statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(SessionChangeRefused):
        cursor.execute(statement)


def test_parameters_are_no_way_round(acme: TenantRef) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["x'; RESET ROLE; --"])
        assert cursor.fetchone() == ("x'; RESET ROLE; --",)
