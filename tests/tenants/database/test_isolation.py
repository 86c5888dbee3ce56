"""PostgreSQL confines a tenant's role to its schema, and no error of the code leaves a connection in it."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction

from core.accounts.models import User
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.database import base
from tests.database import login_of


def session_state() -> tuple[str, str]:
    """Return PostgreSQL's current schema and role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_user::text")
        return cursor.fetchone()


def is_in(tenant: TenantRef) -> bool:
    return session_state() == (tenant.schema_name, tenant.schema_name)


def run(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


# --- what the role may not -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM {other}.accounts_user",
        "SELECT * FROM {other}.accounts_apikey",
        "UPDATE {other}.accounts_user SET first_name = 'x'",
        "DELETE FROM {other}.recruiting_position",
        "SELECT nextval('{other}.accounts_user_id_seq')",
        "SELECT * FROM public.tenants_tenant",
        "SELECT * FROM public.accounts_user",
        "SELECT * FROM public.tenants_operatorsession",
        "SELECT * FROM public.tenants_operatorsecondfactor",
        "INSERT INTO public.tenants_auditentry (at, actor, action) VALUES (now(), '', '')",
        "SELECT * FROM happo_audit.seal",
        "SELECT * FROM {own}.django_migrations",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
        "SELECT lo_import('/etc/passwd')",
    ],
)
def test_a_role_is_refused_everything_but_its_own_rows(
    first: TenantRef, second: TenantRef, statement: str
) -> None:
    with tenant_scope(first), pytest.raises(ProgrammingError, match="permission denied"):
        run(statement.format(own=first.schema_name, other=second.schema_name))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE accounts_user (id int)",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "TRUNCATE accounts_user CASCADE",
        "DROP TABLE accounts_user",
        "CREATE ROLE me",
        "SET ROLE happo_owner",
        "SELECT set_config('role', 'none', false)",
        "UPDATE pg_settings SET setting = 'none' WHERE name = 'role'",
        "SELECT query_to_xml('SELECT set_config(''role'', ''none'', false)', true, true, '')",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
    ],
)
def test_the_database_refuses_it_without_our_guard_too(first: TenantRef, statement: str) -> None:
    with tenant_scope(first):
        assert is_in(first)
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            connection.connection.execute(statement)


def test_outside_of_scopes_no_tenant_can_be_read(first: TenantRef) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(f"SELECT * FROM {first.schema_name}.accounts_user")


def test_operators_are_no_users_of_a_tenant(first: TenantRef) -> None:
    assert "olga@acme.test" not in User.objects.values_list("email", flat=True)
    with tenant_scope(first):
        assert list(User.objects.values_list("email", flat=True)) == ["olga@acme.test"]


# --- nothing leaks ---------------------------------------------------------------------------------------------


def test_scopes_nest(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        with tenant_scope(second):
            assert is_in(second)
            with public_scope():
                assert session_state() == ("public", "happo_app")
            assert is_in(second)
        assert is_in(first)
    assert session_state() == ("public", "happo_app")


def test_a_rollback_takes_no_scope_back(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        assert is_in(first)
    with transaction.atomic(), tenant_scope(second):
        assert is_in(second)
        transaction.set_rollback(True)
    with tenant_scope(second):
        assert is_in(second)


def test_a_rolled_back_savepoint_takes_no_scope_back(first: TenantRef, second: TenantRef) -> None:
    with transaction.atomic(), tenant_scope(first):
        assert is_in(first)
        with transaction.atomic(), tenant_scope(second):
            assert is_in(second)
            transaction.set_rollback(True)
        assert is_in(first)
        with tenant_scope(second):
            assert is_in(second)


def test_a_commit_that_fails_takes_no_scope_back(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        assert is_in(first)
    with (
        pytest.raises(DatabaseError, match="foreign key"),
        tenant_scope(second),
        transaction.atomic(),
    ):
        # Checked at the commit.
        run(
            "INSERT INTO recruiting_collaborator (position_id, user_id, type, status, ordinal)"
            " SELECT gen_random_uuid(), uuid, 'admin', 'accepted', 0 FROM accounts_user LIMIT 1"
        )
    with tenant_scope(second):
        assert is_in(second)


def test_an_aborted_transaction_answers_nothing(first: TenantRef, second: TenantRef) -> None:
    with transaction.atomic(), tenant_scope(first):
        with pytest.raises(ProgrammingError):
            run("SELECT * FROM nothing")
        with tenant_scope(second), pytest.raises(DatabaseError):
            run("SELECT email FROM accounts_user")
        transaction.set_rollback(True)
    with tenant_scope(second):
        assert is_in(second)


def test_a_transaction_ended_behind_our_back_is_noticed(
    first: TenantRef, second: TenantRef
) -> None:
    with tenant_scope(first):
        assert is_in(first)
    with transaction.atomic(), tenant_scope(second):
        assert is_in(second)
        # Only what goes round Django's cursors can do this; the role would be the first tenant's again.
        connection.connection.execute("ROLLBACK")
        assert is_in(second)


def test_a_search_path_set_behind_our_back_is_noticed(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        assert is_in(first)
        connection.connection.execute(f"SET search_path TO {second.schema_name}")
        assert is_in(first)


def test_a_cancelled_set_is_an_error_and_leaves_nothing_set(
    first: TenantRef, second: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_scope(first):
        assert is_in(first)
    plain = base._session_statement
    monkeypatch.setattr(
        base,
        "_session_statement",
        lambda *wanted: plain(*wanted) + base.sql.SQL("; SELECT pg_sleep(5)"),
    )
    with tenant_scope(second):
        connection.connection.execute("SET statement_timeout TO 50")
        with pytest.raises(OperationalError, match="statement timeout"):
            run("SELECT email FROM accounts_user")
        monkeypatch.setattr(base, "_session_statement", plain)
        connection.connection.execute("SET statement_timeout TO 0")
        assert is_in(second)


def test_a_set_cancelled_by_another_session_is_an_error_too(
    first: TenantRef, second: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_scope(first):
        pid = run("SELECT pg_backend_pid()")[0][0]
    plain = base._session_statement
    monkeypatch.setattr(
        base,
        "_session_statement",
        lambda *wanted: base.sql.SQL("SELECT pg_sleep(5); ") + plain(*wanted),
    )
    canceller = threading.Timer(0.2, connection.connection.cancel_safe)
    canceller.start()
    with tenant_scope(second), pytest.raises(OperationalError, match="canceling"):
        run("SELECT email FROM accounts_user")
    canceller.join()
    monkeypatch.setattr(base, "_session_statement", plain)
    with tenant_scope(second):
        assert is_in(second)
        assert run("SELECT pg_backend_pid()")[0][0] == pid


def test_a_connection_that_was_killed_is_replaced(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        pid = run("SELECT pg_backend_pid()")[0][0]
    # A role may end its own connections.
    with psycopg.connect(login_of(connection.settings_dict), autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 2000)", [pid]).fetchone() == (True,)
    # As at the start of every request.
    connection.close_if_unusable_or_obsolete()
    with tenant_scope(second):
        assert is_in(second)
        assert run("SELECT pg_backend_pid()")[0][0] != pid


def test_a_cursor_executes_in_the_scope_of_now(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
    with tenant_scope(second):
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == (second.schema_name,)
    cursor.execute("SELECT current_user::text")
    assert cursor.fetchone() == ("happo_app",)
    cursor.close()


@pytest.mark.parametrize("in_transaction", [True, False])
def test_a_server_side_cursor_reads_the_tenant_that_opened_it(
    first: TenantRef, second: TenantRef, in_transaction: bool
) -> None:
    with transaction.atomic() if in_transaction else public_scope():
        with tenant_scope(first):
            rows = User.objects.values_list("email", flat=True).iterator(chunk_size=1)
            emails = [next(rows)]
        with tenant_scope(second):
            assert list(User.objects.values_list("email", flat=True).iterator(chunk_size=1)) == [
                "otto@globex.test"
            ]
            emails.extend(rows)
    assert emails == ["olga@acme.test"]


def test_a_query_runs_in_the_scope_that_evaluates_it(first: TenantRef, second: TenantRef) -> None:
    with tenant_scope(first):
        users = User.objects.values_list("email", flat=True)
    with tenant_scope(second):
        assert list(users) == ["otto@globex.test"]


def test_a_hook_runs_after_the_commit_in_the_scope_that_set_it(
    first: TenantRef, second: TenantRef
) -> None:
    seen: list[tuple[str, str]] = []
    with tenant_scope(second), transaction.atomic():
        with tenant_scope(first):
            transaction.on_commit(lambda: seen.append(session_state()))
        with public_scope():
            transaction.on_commit(lambda: seen.append(session_state()))
        transaction.on_commit(lambda: seen.append(session_state()))
    schemas = (
        (first.schema_name, first.schema_name),
        ("public", "happo_app"),
        (second.schema_name, second.schema_name),
    )
    assert seen == list(schemas)


def test_each_thread_has_its_own_scope_and_connection(first: TenantRef, second: TenantRef) -> None:
    problems: list[str] = []
    together = threading.Barrier(4)

    def work(mine: TenantRef, other: TenantRef) -> None:
        together.wait()
        for _ in range(30):
            with tenant_scope(mine):
                if not is_in(mine):
                    problems.append("not mine")
                with tenant_scope(other):
                    if not is_in(other):
                        problems.append("not the other")
        if session_state() != ("public", "happo_app"):
            problems.append("not outside")
        connection.close()

    pairs = [(first, second), (second, first)] * 2
    with tenant_scope(first):
        assert_all_end([lambda pair=pair: work(*pair) for pair in pairs])
    assert problems == []


def assert_all_end(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
