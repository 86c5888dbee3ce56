"""Schemas that are older or newer than the code: each concerns its tenant alone, and the reports say what is true."""

import json
import secrets
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from core.errors import SchemaOutdated
from core.jobs import Task
from tenants import registry
from tenants.context import tenant_scope
from tenants.database.owner import owner_connection
from tenants.jobs.queue import TenantQueue, run_job
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.schema_head import tenant_head
from tests.tenants.provisioning.migration_files import MigrationFiles, migration_files

ADD_MOOD = 'migrations.AddField("position", "mood", models.CharField(max_length=9, default="new"))'


@pytest.fixture
def tenants(own_database: str) -> Iterator[list[CreatedTenant]]:
    created = [
        lifecycle.create_tenant(f"s{secrets.token_hex(4)}", name="S", owner_email="o@s.test")
        for _ in range(2)
    ]
    yield created
    connections.close_all()
    for tenant in created:
        lifecycle.delete_tenant(tenant.ref.slug)


@pytest.fixture
def files(tmp_path: Path, tenants: list[CreatedTenant]) -> Iterator[MigrationFiles]:
    """The migrations of recruiting; the tenants have all but those that a test adds."""
    with migration_files(tmp_path, label="recruiting") as files:
        yield files
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name LIKE '09%'")


def migrate_tenants(*arguments: str) -> str:
    printed = StringIO()
    call_command("migrate_tenants", *arguments, stdout=printed)
    registry.forget_tenants()
    return printed.getvalue().strip()


def ask(tenant: CreatedTenant, path: str = "/v1/positions") -> tuple[int, str | None]:
    headers = {
        "authorization": f"Bearer {tenant.api_key}",
        "x-happo-api-version": "v20180701",
        "host": "localhost",
    }
    answer = Client().get(path, headers=headers)
    return answer.status_code, answer.headers.get("Retry-After")


def digest_of(tenant: CreatedTenant) -> str:
    with owner_connection():
        return str(Tenant.objects.get(slug=tenant.ref.slug).schema_digest)


def test_only_the_tenant_that_is_not_migrated_gets_503(
    tenants: list[CreatedTenant], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_MOOD)
    first, second = tenants
    text = migrate_tenants("--tenant", first.ref.slug)
    assert text == (
        "1 tenants migrated, 0 were current. "
        f"1 other tenants are not migrated yet: {second.ref.slug}."
    )
    assert Client().get("/readyz").status_code == 200
    assert ask(first) == (200, None)
    assert ask(second) == (503, "5")
    with pytest.raises(CommandError, match=f"not migrated.*\n  {second.ref.slug}$"):
        migrate_tenants("--check")
    assert migrate_tenants() == "1 tenants migrated, 1 were current."
    assert ask(second) == (200, None)
    assert json.loads(migrate_tenants("--check", "--json"))["outdated"] == []


def test_the_refusal_has_the_envelope_of_its_api(
    tenants: list[CreatedTenant], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_MOOD)
    tenant = tenants[0]
    headers = {"authorization": f"Bearer {tenant.api_key}", "host": "localhost"}
    happo = Client().get("/v1/me", headers=headers | {"x-happo-api-version": "v20261201"})
    assert (happo.status_code, happo.json()["code"]) == (503, "unavailable")
    log_in = {
        "username": "any",
        "password": "any",
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
    }
    jobhax = Client().post(
        "/api/users/login", log_in, content_type="application/json", headers={"host": "localhost"}
    )
    assert (jobhax.status_code, jobhax.headers["Retry-After"]) == (503, "5")
    assert jobhax.json()["error_code"] == 12


def test_a_job_of_a_tenant_that_is_not_migrated_is_tried_again(
    tenants: list[CreatedTenant], files: MigrationFiles
) -> None:
    task = Task("test.never_runs", lambda: pytest.fail("it ran"), attempts=2, in_transaction=False)
    with tenant_scope(tenants[0].ref):
        assert TenantQueue().put(task, key="1", arguments={})
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE task_name = %s", [task.name])
        [job_id] = cursor.fetchone()
    files.add("0900_mood", ADD_MOOD)
    with pytest.raises(SchemaOutdated):
        run_job(task, job_id=job_id, schema_name=tenants[0].ref.schema_name, arguments={})


def test_older_code_serves_a_newer_schema_and_reports_it_truly(
    tenants: list[CreatedTenant], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_MOOD)
    migrate_tenants()
    newest = digest_of(tenants[0])
    files.remove("0900_mood")
    registry.forget_tenants()
    assert Client().get("/readyz").status_code == 200
    assert ask(tenants[0]) == (200, None)
    text = migrate_tenants()
    assert text.startswith(
        "Newer code has migrated this database: it has recruiting.0900_mood. "
        "2 tenants have at least the schema of this code and were not changed"
    )
    assert [digest_of(tenant) for tenant in tenants] == [newest, newest]


def test_older_code_takes_no_privilege_away(
    tenants: list[CreatedTenant], files: MigrationFiles
) -> None:
    files.add("0900_mood", ADD_MOOD)
    migrate_tenants()
    files.remove("0900_mood")
    granted = "SELECT has_table_privilege(%s, 'tenants_schematemplate', 'DELETE')"
    role = connections["default"].settings_dict["USER"]
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"GRANT DELETE ON tenants_schematemplate TO {role}")
        try:
            migrate_tenants()
            cursor.execute(granted, [role])
            assert cursor.fetchone() == (True,)
        finally:
            cursor.execute(f"REVOKE DELETE ON tenants_schematemplate FROM {role}")


def test_the_text_of_a_migration_does_not_change_the_digest(
    tenants: list[CreatedTenant], files: MigrationFiles
) -> None:
    before = tenant_head().digest
    first = files.folder / "0001_initial.py"
    first.write_text(f"# Reformatted.\n{first.read_text()}")
    tenant_head.cache_clear()
    assert tenant_head().digest == before


def test_a_digest_that_earlier_code_made_otherwise_is_replaced(
    tenants: list[CreatedTenant],
) -> None:
    with owner_connection():
        Tenant.objects.filter(slug=tenants[0].ref.slug).update(schema_digest="0" * 64)
    assert migrate_tenants() == "0 tenants migrated, 2 were current."
    assert digest_of(tenants[0]) == tenant_head().digest
    with tenant_scope(tenants[0].ref):
        assert connections["default"].schema_name == tenants[0].ref.schema_name


def test_a_first_try_needs_a_tenant_that_exists(tenants: list[CreatedTenant]) -> None:
    with pytest.raises(CommandError, match="There is no tenant nosuch"):
        migrate_tenants("--tenant", "nosuch")
