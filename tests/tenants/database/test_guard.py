"""No statement of the application leaves the tenant's role, and each is sent alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tenants.context import TenantRef, tenant_scope
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
    ";RESET ROLE",
    "EXECUTE p",
    "DISCARD PLANS",
    "DECLARE c CURSOR FOR SELECT 1",
    "COPY (SELECT 1) TO STDOUT",
    "SET statement_timeout = 100",
    'SET LOCAL "statement_timeout" = 100',
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    # `pg_settings` is a view; an update of it sets the parameter.
    "UPDATE pg_settings SET setting = 't2' WHERE name = 'role'",
    "UPDATE pg_catalog.\"pg_settings\" SET setting = 't2'",
    # Text that is executed.
    "SELECT query_to_xml('SELECT set_' || 'config(''role'', ''t2'', false)', true, true, '')",
    "SELECT * FROM ts_stat('SELECT 1')",
    "SELECT ts_rewrite('a', 'SELECT 1')",
    # Large objects belong to no tenant.
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    # Comments, spaces and letters before and between words.
    "SET/**/ROLE t2",
    "SET /* /* */ */ ROLE t2",
    "/* SELECT */ RESET ROLE",
    "--\rRESET ROLE",
    "\N{NO-BREAK SPACE}SELECT 1",
    "SELECT\N{ROMAN NUMERAL ONE} 1",
    "\N{LATIN SMALL LETTER LONG S}elect 1",
    "SELECT1",
    "SELECT$1",
)

SEVERAL = (
    "SELECT 1; SET ROLE t2",
    "SELECT 1; SELECT 2",
    "SELECT 1 -- \n; SET ROLE t2",
    "SELECT '/*'; SET ROLE t2; SELECT '*/'",
    "SELECT '--'; RESET ROLE",
    "SELECT 1 /* ' */; SET ROLE t2 --'",
    "SELECT 'a\\'; SET ROLE t2; --'",
    "SELECT E'\\''; SET ROLE t2 --'",
    'SELECT 1 AS "a""b"; SET ROLE t2',
    "SELECT $$;$$; RESET ROLE",
    "SELECT $a$ $b$ $a$; SET ROLE t2",
    # An E-string goes on in the next line, where a backslash still escapes.
    "SELECT E'a'\n'\\''; SET ROLE t2 --'",
    # Letters that Python doesn't count as such: no dollar quote begins in the middle of a name.
    "SELECT 1 AS a\N{EURO SIGN}$$; SET ROLE t2 --$$",
    "SELECT 1 AS \N{ZERO WIDTH SPACE}$a$; SET ROLE t2 --$a$",
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
    assert changes_session(" " * 30_000 + "SET ROLE t2")
    assert changes_session("SELECT 1" + " " * 30_000 + "FROM set_config('role', 't2', false)")


@pytest.mark.parametrize(
    "statement", ["RESET ROLE", b"RESET ROLE", sql.SQL("RESET ROLE"), sql.Identifier("x"), None, 7]
)
def test_the_connection_refuses_it(acme: TenantRef, statement: Any) -> None:
    with connection.cursor() as cursor, pytest.raises(SessionChangeRefused):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", SEVERAL)
@pytest.mark.parametrize("kind", [str, str.encode, sql.SQL])
def test_the_protocol_carries_one_statement(
    acme: TenantRef, statement: str, kind: Callable[[str], Any]
) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="multiple commands"),
        transaction.atomic(),
    ):
        cursor.execute(kind(statement))


@pytest.mark.parametrize(
    "send",
    [
        lambda cursor: cursor.callproc("set_config", ["role", "none", False]),
        lambda cursor: cursor.execute("RESET ROLE"),
        lambda cursor: cursor.executemany("RESET ROLE", [[]]),
        lambda cursor: cursor.copy("COPY accounts_user TO STDOUT").__enter__(),
        lambda cursor: list(cursor.stream("RESET ROLE")),
        lambda cursor: cursor.execute("RESET ROLE", None),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_no_method_of_a_cursor_goes_round_the_guard(
    acme: TenantRef, send: Callable[[Any], object], named: bool
) -> None:
    with (
        connection.chunked_cursor() if named else connection.cursor() as cursor,
        pytest.raises(SessionChangeRefused),
    ):
        send(cursor)


@pytest.mark.parametrize(
    "send",
    [
        lambda cursor: cursor.callproc("current_schema"),
        lambda cursor: cursor.stream("SELECT current_schema()"),
        lambda cursor: cursor.execute("SELECT current_schema()"),
        lambda cursor: cursor.execute(sql.SQL("SELECT current_schema()")),
        lambda cursor: cursor.execute(b"SELECT current_schema()"),
    ],
)
def test_every_method_of_a_cursor_runs_in_the_scope_of_now(
    acme: TenantRef, globex: TenantRef, send: Callable[[Any], Any]
) -> None:
    with connection.cursor() as cursor, tenant_scope(globex):
        rows = send(cursor)
        found = list(rows) if hasattr(rows, "__next__") else cursor.fetchall()
    assert found == [(globex.schema_name,)]


def test_a_rollback_to_a_savepoint_is_noticed(acme: TenantRef, globex: TenantRef) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with tenant_scope(globex):
            cursor.execute("SELECT 1")
        cursor.execute('SAVEPOINT "s1_x1"')
        with tenant_scope(globex):
            cursor.execute("SELECT 1")
            # PostgreSQL takes the role of the outer scope again.
            cursor.execute('ROLLBACK TO SAVEPOINT "s1_x1"')
            cursor.execute("SELECT current_user::text")
            assert cursor.fetchone() == (globex.schema_name,)


def test_parameters_are_no_way_round(acme: TenantRef) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["x'; RESET ROLE; --"])
        assert cursor.fetchone() == ("x'; RESET ROLE; --",)
