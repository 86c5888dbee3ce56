"""Deletion with grace, and its undoing."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.errors import Conflict, Invalid
from core.jobs import enqueue
from tenants import registry
from tenants.context import TenantRef, tenant_scope
from tenants.database.owner import owner_connection
from tenants.files.tenant_files import file_names
from tenants.mail import sandbox_mail
from tenants.models import Tenant
from tenants.provisioning import lifecycle, schemas
from tenants.provisioning.deletion import purge_due_tenants, restore_tenant, schedule_deletion
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.jobs.queue import first_name, jobs_of, work_until_empty
from tests.tenants.jobs.tasks import add_letter


def manage(*arguments: str) -> dict[str, Any]:
    printed = StringIO()
    call_command(*arguments, "--json", stdout=printed)
    facts: dict[str, Any] = json.loads(printed.getvalue())
    return facts


def answer_to(tenant: CreatedTenant) -> int:
    registry.forget_tenants()
    headers = {
        "authorization": f"Bearer {tenant.api_key}",
        "x-happo-api-version": "v20180701",
        "host": tenant.host,
    }
    return Client().get("/v1/positions", headers=headers).status_code


def let_grace_end(slug: str) -> None:
    with owner_connection():
        Tenant.objects.filter(slug=slug).update(purge_at=timezone.now() - timedelta(seconds=1))


def is_gone(tenant: TenantRef) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_roles LEFT JOIN pg_namespace ON nspname = rolname"
            " WHERE rolname = %s OR nspname = %s",
            [tenant.schema_name, tenant.schema_name],
        )
        nothing = cursor.fetchone() == (0,)
    return (
        nothing
        and not Tenant.objects.filter(slug=tenant.slug).exists()
        and not file_names(tenant)
        and not sandbox_mail(tenant).exists()
    )


def test_credentials_are_worth_nothing_until_the_deletion_is_undone(
    committed_tenant: CreatedTenant,
) -> None:
    slug = committed_tenant.ref.slug
    assert answer_to(committed_tenant) == 200
    schedule_deletion(slug)
    assert answer_to(committed_tenant) == 401
    restore_tenant(slug)
    assert answer_to(committed_tenant) == 200


def test_undoing_gives_the_former_status_back(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    lifecycle.suspend_tenant(slug)
    schedule_deletion(slug)
    assert restore_tenant(slug).status == "suspended"
    with owner_connection():
        tenant = Tenant.objects.get(slug=slug)
    assert (tenant.purge_at, tenant.status_before_deletion) == (None, "")


def test_jobs_wait_for_the_end_of_the_grace_or_its_undoing(
    committed_tenant: CreatedTenant,
) -> None:
    ref, user = committed_tenant.ref, committed_tenant.owner_uuid
    with tenant_scope(ref):
        enqueue(add_letter, key="1", user_uuid=user)
    schedule_deletion(ref.slug)
    registry.forget_tenants()
    work_until_empty()
    assert [job.status for job in jobs_of(ref)] == ["todo"]
    restore_tenant(ref.slug)
    registry.forget_tenants()
    work_until_empty()
    assert first_name(ref, user) == "x"


def test_after_the_grace_schema_role_files_and_mail_are_gone(
    autocommit: None, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_DIRECTORY = tmp_path
    tenant = lifecycle.create_tenant("ending", name="E", owner_email="e@e.test", sandbox=True).ref
    default_storage.save(f"{tenant.id}/one", ContentFile(b"x"))
    sandbox_mail(tenant).mkdir()
    (sandbox_mail(tenant) / "one").touch()
    schedule_deletion("ending", days=3)
    assert purge_due_tenants() == []
    assert not is_gone(tenant)
    let_grace_end("ending")
    assert purge_due_tenants() == ["ending"]
    assert is_gone(tenant)


def test_a_deletion_that_has_begun_cannot_be_undone_and_is_finished_later(
    autocommit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = lifecycle.create_tenant("begun", name="B", owner_email="b@b.test").ref
    schedule_deletion("begun")
    let_grace_end("begun")
    with monkeypatch.context() as patch:
        patch.setattr(schemas, "_drop_role", lambda *_: 1 / 0)
        assert purge_due_tenants() == []
    with pytest.raises(Conflict, match="being deleted"):
        restore_tenant("begun")
    assert purge_due_tenants() == ["begun"]
    assert is_gone(tenant)


def test_an_immediate_deletion_that_was_interrupted_is_finished_by_the_worker(
    autocommit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = lifecycle.create_tenant("cutoff", name="C", owner_email="c@c.test").ref
    with monkeypatch.context() as patch:
        patch.setattr(schemas, "drop_schema", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            lifecycle.delete_tenant("cutoff")
    assert purge_due_tenants() == ["cutoff"]
    assert is_gone(tenant)


def test_a_tenant_that_was_restored_meanwhile_stays(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    schedule_deletion(slug)
    let_grace_end(slug)
    with owner_connection():
        due = Tenant.objects.get(slug=slug).purge_at
    restore_tenant(slug)
    with pytest.raises(Conflict):
        lifecycle.delete_tenant(slug, due=due)
    assert answer_to(committed_tenant) == 200


@pytest.mark.parametrize("days", [0, -1, 91])
def test_the_grace_has_limits(committed_tenant: CreatedTenant, days: int) -> None:
    with pytest.raises(Invalid):
        schedule_deletion(committed_tenant.ref.slug, days=days)
    assert answer_to(committed_tenant) == 200


def test_the_commands_do_what_the_console_does(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    deleted = manage("tenant", "delete", slug, "--grace", "7", "--yes")
    assert deleted == {"slug": slug, "status": "deleting", "graceDays": 7}
    assert answer_to(committed_tenant) == 401
    with pytest.raises(CommandError, match="is being deleted already"):
        manage("tenant", "delete", slug, "--grace", "7", "--yes")
    assert manage("tenant", "restore", slug) == {"slug": slug, "status": "active"}
    with pytest.raises(CommandError, match="is not to be deleted"):
        manage("tenant", "restore", slug)
