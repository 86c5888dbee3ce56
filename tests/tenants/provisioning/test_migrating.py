"""`migrate_tenants`: every tenant to the newest schema, quickly, and none of them halfway."""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from tenants.context import TenantRef, tenant_scope
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.provisioning import lifecycle, migrating
from tenants.provisioning.migrating import MigrationUnderWay, migrate_everything
from tenants.provisioning.template import migrate_schema
from tenants.schema_head import tenant_head
from tests.database import login_of
from tests.forking.processes import Forked
from tests.tenants.provisioning.migration_files import MigrationFiles, migration_files
from tests.waiting import wait_until

ADD_COLUMN = (
    'migrations.AddField("position", "{name}", models.CharField(max_length=9, default="new"))'
)


# Once one tenant is migrated, the next one waits for a lock that a test holds.
WAIT_AS_SECOND = (
    "SELECT CASE WHEN (SELECT count(DISTINCT schema_digest) FROM public.tenants_tenant) > 1"
    " THEN pg_advisory_xact_lock(900)::text END"
)


@pytest.fixture
def tenants(own_database: str) -> Iterator[list[TenantRef]]:
    created = [
        lifecycle.create_tenant(f"m{secrets.token_hex(4)}", name="M", owner_email="o@m.test").ref
        for _ in range(3)
    ]
    yield created
    connections.close_all()
    with owner_connection():
        slugs = list(Tenant.objects.values_list("slug", flat=True))
    for slug in slugs:
        lifecycle.delete_tenant(slug)


@pytest.fixture
def files(tmp_path: Path, tenants: list[TenantRef]) -> Iterator[MigrationFiles]:
    """The migrations of recruiting; made after the tenants, which have the real ones."""
    with migration_files(tmp_path, label="recruiting") as files:
        yield files


def columns_of(tenant: TenantRef) -> set[str]:
    with tenant_scope(tenant), connection.cursor() as cursor:
        return {
            column.name
            for column in connection.introspection.get_table_description(
                cursor, "recruiting_position"
            )
        }


def state_of(tenant: TenantRef) -> str:
    with owner_connection():
        return Tenant.objects.get(slug=tenant.slug).schema_digest


def history_of(tenant: TenantRef) -> list[str]:
    with (
        owner_connection() as owner,
        owner.schema_search_path(tenant.schema_name),
        owner.cursor() as cursor,
    ):
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'recruiting' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def test_every_tenant_gets_the_new_column(tenants: list[TenantRef], files: MigrationFiles) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    report = migrate_everything()
    assert (sorted(report.migrated), report.failed) == (
        sorted(tenant.slug for tenant in tenants),
        [],
    )
    for tenant in tenants:
        assert "mood" in columns_of(tenant)
        assert history_of(tenant)[-1] == "0900_mood"
        assert state_of(tenant) == tenant_head().digest


def test_a_second_run_finds_every_tenant_current(
    tenants: list[TenantRef], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    migrate_everything()
    assert migrate_everything().current == len(tenants)


def test_a_tenant_made_afterwards_equals_a_migrated_one(
    tenants: list[TenantRef], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    migrate_everything()
    newcomer = lifecycle.create_tenant("newcomer", name="N", owner_email="n@n.test").ref
    assert columns_of(newcomer) == columns_of(tenants[0])
    assert history_of(newcomer) == history_of(tenants[0])


def test_tenants_of_different_states_meet_at_the_newest(
    tenants: list[TenantRef], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    with owner_connection() as owner:
        migrate_schema(owner, tenants[0].schema_name)
    files.add("0901_colour", ADD_COLUMN.format(name="colour"))
    assert migrate_everything().failed == []
    for tenant in tenants:
        assert {"mood", "colour"} <= columns_of(tenant)
        assert history_of(tenant)[-2:] == ["0900_mood", "0901_colour"]


def test_the_role_of_a_tenant_may_use_a_new_table(
    tenants: list[TenantRef], files: MigrationFiles
) -> None:
    files.add(
        "0900_shelf",
        'migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])',
    )
    migrate_everything()
    with tenant_scope(tenants[0]), connection.cursor() as cursor:
        cursor.execute("INSERT INTO recruiting_shelf DEFAULT VALUES RETURNING id")
        assert cursor.fetchone() == (1,)


SEEDING = """
def seed(apps, schema_editor):
    apps.get_model("accounts", "User").objects.update(first_name="Seeded")
"""


def test_code_in_a_migration_runs_in_every_tenant(
    tenants: list[TenantRef], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    files.add("0901_seed", "migrations.RunPython(seed)", code=SEEDING)
    assert migrate_everything().failed == []
    for tenant in tenants:
        with tenant_scope(tenant), connection.cursor() as cursor:
            cursor.execute("SELECT first_name FROM accounts_user")
            assert cursor.fetchall() == [("Seeded",)]
        assert history_of(tenant)[-2:] == ["0900_mood", "0901_seed"]
        assert state_of(tenant) == tenant_head().digest


def test_a_migration_outside_of_transactions_runs_too(
    tenants: list[TenantRef], files: MigrationFiles
) -> None:
    build = 'migrations.RunSQL("CREATE INDEX CONCURRENTLY by_title ON recruiting_position (title)")'
    files.add("0900_index", build, atomic=False)
    assert migrate_everything().failed == []
    assert [history_of(tenant)[-1] for tenant in tenants] == ["0900_index"] * 3


@pytest.mark.parametrize(
    "operation", ["migrations.RunPython(fail)", 'migrations.RunSQL("SELECT 1")']
)
def test_a_failing_tenant_keeps_its_old_schema_and_no_other_tenant_waits(
    tenants: list[TenantRef], files: MigrationFiles, operation: str
) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    files.add("0901_more", operation, code="def fail(apps, editor): pass")
    files.add("0902_late", ADD_COLUMN.format(name="late"))
    with (
        owner_connection() as owner,
        owner.schema_search_path(tenants[1].schema_name),
        owner.cursor() as cursor,
    ):
        cursor.execute("ALTER TABLE recruiting_position ADD late int")
    report = migrate_everything(jobs=2)
    assert [failure.slug for failure in report.failed] == [tenants[1].slug]
    assert "late" in report.failed[0].error
    assert sorted(report.migrated) == sorted([tenants[0].slug, tenants[2].slug])
    assert "mood" not in columns_of(tenants[1])

    with (
        owner_connection() as owner,
        owner.schema_search_path(tenants[1].schema_name),
        owner.cursor() as cursor,
    ):
        cursor.execute("ALTER TABLE recruiting_position DROP late")
    again = migrate_everything()
    assert (again.migrated, again.failed, again.current) == ([tenants[1].slug], [], 2)
    assert {"mood", "late"} <= columns_of(tenants[1])


def test_a_migration_that_is_wrong_everywhere_stops_the_run(
    files: MigrationFiles, tenants: list[TenantRef]
) -> None:
    files.add("0900_wrong", 'migrations.RunSQL("SELECT 1/0")')
    with pytest.raises(DatabaseError, match="division by zero"):
        migrate_everything()
    assert history_of(tenants[0])[-1] != "0900_wrong"


def test_a_table_that_is_in_use_fails_its_tenant_alone(
    tenants: list[TenantRef], files: MigrationFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "100ms")
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    with tenant_scope(tenants[2]):
        connection.set_autocommit(False)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM recruiting_position")
            report = migrate_everything()
        finally:
            connection.rollback()
            connection.set_autocommit(True)
    assert [failure.slug for failure in report.failed] == [tenants[2].slug]
    assert migrate_everything().migrated == [tenants[2].slug]


def test_two_runs_at_once_are_refused(tenants: list[TenantRef]) -> None:
    with owner_connection() as owner, migrating._single_run(owner):
        # Another connection holds the lock, as another process would.
        with owner.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s",
                [migrating._LOCK],
            )
            assert cursor.fetchone() is not None
        connections["default"] = _application_login()
        try:
            with pytest.raises(MigrationUnderWay):
                migrate_everything()
        finally:
            connections["default"] = owner


def _application_login() -> BaseDatabaseWrapper:
    return connections.create_connection("default")


@pytest.mark.server
def test_a_kill_in_the_middle_leaves_each_tenant_old_or_new(
    tenants: list[TenantRef], files: MigrationFiles, tmp_path: Path
) -> None:
    files.add("0900_mood", ADD_COLUMN.format(name="mood"), f'migrations.RunSQL("{WAIT_AS_SECOND}")')
    files.add("0901_late", ADD_COLUMN.format(name="late"))
    program = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
import django; from django.conf import settings
settings.MIGRATION_MODULES = {{**settings.MIGRATION_MODULES, "recruiting": {files.folder.name!r}}}
name = {connection.settings_dict["NAME"]!r}
settings.DATABASES["default"]["NAME"] = settings.OWNER_DATABASE["NAME"] = name
django.setup()
from tenants.provisioning.migrating import migrate_everything
migrate_everything(jobs=1)
"""
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as other:
        other.execute("SELECT pg_advisory_xact_lock(900)")
        run = Forked(["-c", program], environment=os.environ)
        try:
            digest = tenant_head().digest
            wait_until(lambda: any(state_of(tenant) == digest for tenant in tenants))
            assert run.poll() is None
        finally:
            run.kill()
            run.wait()
    _await_quiet()
    states = {
        (state_of(tenant) == tenant_head().digest, frozenset({"mood", "late"} & columns_of(tenant)))
        for tenant in tenants
    }
    assert states <= {(True, frozenset({"mood", "late"})), (False, frozenset())}
    assert len(states) == 2
    assert migrate_everything().failed == []
    assert all({"mood", "late"} <= columns_of(tenant) for tenant in tenants)


def _await_quiet() -> None:
    """Wait until the server has ended what the killed process had begun."""
    with owner_connection() as owner, owner.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE usename = current_user AND datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


def test_django_runs_a_migration_once_for_all_tenants(
    tenants: list[TenantRef], files: MigrationFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much faster that is, `make bench` shows."""
    run: list[str] = []
    apply = MigrationExecutor.apply_migration

    def note(
        executor: MigrationExecutor, state: Any, migration: Any, *rest: Any, **more: Any
    ) -> Any:
        run.append(migration.name)
        return apply(executor, state, migration, *rest, **more)

    monkeypatch.setattr(MigrationExecutor, "apply_migration", note)
    files.add("0900_mood", ADD_COLUMN.format(name="mood"))
    report = migrate_everything()
    assert sorted(report.migrated) == sorted(tenant.slug for tenant in tenants)
    assert run == ["0900_mood"]
    assert all("mood" in columns_of(tenant) for tenant in tenants)
