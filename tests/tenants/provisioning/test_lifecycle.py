"""The lifecycle of a tenant."""

import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from core.accounts.models import ApiKey, User
from core.errors import Conflict, Invalid, NotFound
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import slug_of_key
from tenants.database.owner import owner_connection
from tenants.files.tenant_files import file_names
from tenants.models import SchemaTemplate, Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.forking.processes import Forked

# Of everything that creating a tenant sends, whatever the number of its tables.
MOST_STATEMENTS = 40


def exists(catalogue: str, column: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {catalogue} WHERE {column} = %s", [name])
        return cursor.fetchone() == (1,)


def is_gone(tenant: TenantRef) -> bool:
    schema = tenant.schema_name
    traces = (
        exists("pg_namespace", "nspname", schema),
        exists("pg_roles", "rolname", schema),
        Tenant.objects.filter(slug=tenant.slug).exists(),
        bool(file_names(tenant)),
    )
    return not any(traces)


def test_creating_a_tenant_runs_one_batch_and_no_migration(
    first: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How fast that is, `make bench` shows."""
    monkeypatch.setattr(MigrationExecutor, "migrate", lambda *_, **__: pytest.fail("it migrates"))
    statements: list[str] = []

    def note(execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
        statements.append(str(statement))
        return execute(statement, *rest)

    with owner_connection() as owner, owner.execute_wrapper(note):
        lifecycle.create_tenant("quick", name="Q", owner_email="q@q.test")
    lifecycle.delete_tenant("quick")
    assert [text.count("CREATE TABLE") > 10 for text in statements].count(True) == 1
    assert len(statements) < MOST_STATEMENTS


def test_the_owner_of_a_new_tenant_has_a_key_that_names_it(
    created_acme: CreatedTenant, autocommit: None
) -> None:
    assert slug_of_key(created_acme.api_key) == "acme"
    with tenant_scope(created_acme.ref):
        owner = User.objects.get()
        assert (owner.email, owner.uuid) == ("olga@acme.test", created_acme.owner_uuid)
        assert ApiKey.objects.get().hint == created_acme.api_key[-4:]


@pytest.mark.parametrize("slug", ["", "Acme", "a_b", "-a", "a-", "a" * 41, "a.b", "é", "a\n"])
def test_a_slug_is_a_short_plain_word(autocommit: None, slug: str) -> None:
    with pytest.raises(Invalid):
        lifecycle.create_tenant(slug, name="N", owner_email="n@n.test")


@pytest.mark.parametrize(
    "domain", ["localhost", "", "a b.com", "jobs.acme.com:80", "-a.com", "x" * 64 + ".com", "a..b"]
)
def test_a_domain_is_a_host_name(autocommit: None, domain: str) -> None:
    with pytest.raises(Invalid):
        lifecycle.create_tenant("fine", name="N", owner_email="n@n.test", domain=domain)


@pytest.mark.parametrize("owner_email", ["", "nobody", "a@b", "a\0@b.test", "a" * 250 + "@b.test"])
def test_nothing_is_left_of_a_tenant_that_could_not_be_made(
    autocommit: None, owner_email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = f"t_{secrets.token_hex(8)}"
    monkeypatch.setattr(lifecycle, "new_schema_name", lambda: schema)
    with pytest.raises(Invalid):
        lifecycle.create_tenant("nearly", name="N", owner_email=owner_email)
    assert not exists("pg_roles", "rolname", schema)
    assert not exists("pg_namespace", "nspname", schema)
    assert not Tenant.objects.filter(slug="nearly").exists()


def test_slug_and_domain_belong_to_one_tenant(first: TenantRef) -> None:
    with pytest.raises(Conflict) as taken:
        lifecycle.create_tenant(
            "acme", name="N", owner_email="n@n.test", domain="other.example.com"
        )
    assert taken.value.kind == "slug"
    with pytest.raises(Conflict) as taken:
        lifecycle.create_tenant("fine", name="N", owner_email="n@n.test", domain="ACME.localhost")
    assert taken.value.kind == "domain"


def test_deleting_leaves_nothing(autocommit: None) -> None:
    tenant = lifecycle.create_tenant("leaving", name="L", owner_email="l@l.test").ref
    default_storage.save(f"{tenant.id}/one", ContentFile(b"x"))
    lifecycle.delete_tenant("leaving")
    assert is_gone(tenant)
    with pytest.raises(NotFound):
        lifecycle.delete_tenant("leaving")


@pytest.mark.parametrize(
    "step", ["schemas.drop_schema", "schemas._drop_role", "lifecycle.delete_all_files"]
)
def test_a_deletion_that_was_cut_off_is_finished_later(
    autocommit: None, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = lifecycle.create_tenant("halfway", name="H", owner_email="h@h.test").ref
    default_storage.save(f"{tenant.id}/one", ContentFile(b"x"))

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"tenants.provisioning.{step}", fail)
        with pytest.raises(KeyboardInterrupt):
            lifecycle.delete_tenant("halfway")
    assert Tenant.objects.get(slug="halfway").status == "deleting"
    with pytest.raises(Conflict):
        lifecycle.resume_tenant("halfway")
    lifecycle.delete_tenant("halfway")
    assert is_gone(tenant)


@pytest.mark.parametrize("change", [lifecycle.delete_tenant, lifecycle.reset_tenant])
def test_a_deletion_or_a_reset_ends_no_request_that_is_under_way(
    autocommit: None, change: Callable[[str], object]
) -> None:
    made = lifecycle.create_tenant("busy", name="B", owner_email="b@b.test", sandbox=True)
    try:
        with tenant_scope(made.ref), ThreadPoolExecutor(1) as other:
            with transaction.atomic():
                run("SELECT FROM recruiting_position")
                changing = other.submit(change_in_a_thread, change, "busy")
                wait_for_a_waiter("recruiting_position")
                # PostgreSQL looks for a deadlock once, after a second of waiting, and ends the session that finds it.
                time.sleep(1.2)
                read_all_tables()
            changing.result(timeout=60)
    finally:
        if not is_gone(made.ref):
            lifecycle.delete_tenant("busy")
    assert is_gone(made.ref)


def wait_for_a_waiter(table: str) -> None:
    """Wait until another session waits for a lock of the table."""
    waiters = f"SELECT FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"
    while not run(waiters):
        time.sleep(0.01)


def read_all_tables() -> None:
    for (table,) in run("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"):
        if table != "django_migrations":
            run(f'SELECT FROM "{table}"')


def run(statement: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def change_in_a_thread(change: Callable[[str], object], slug: str) -> None:
    try:
        change(slug)
    finally:
        connections.close_all()


def test_resetting_empties_a_sandbox(autocommit: None) -> None:
    before = lifecycle.create_tenant("box", name="Box", owner_email="b@box.test", sandbox=True)
    assert before.api_key.startswith("hpk_test_box_")
    try:
        default_storage.save(f"{before.ref.id}/one", ContentFile(b"x"))
        with tenant_scope(before.ref):
            User.objects.create(email="more@box.test")
            connection.ensure_connection()
        after = lifecycle.reset_tenant("box")
        assert (after.ref, after.host) == (before.ref, before.host)
        assert after.api_key != before.api_key
        # Connections that used the sandbox can use it again.
        with tenant_scope(before.ref):
            assert [user.email for user in User.objects.all()] == ["b@box.test"]
        assert file_names(after.ref) == []
    finally:
        lifecycle.delete_tenant("box")


def test_only_a_sandbox_can_be_reset(first: TenantRef) -> None:
    with pytest.raises(Conflict):
        lifecycle.reset_tenant("acme")
    with tenant_scope(first):
        assert User.objects.count() == 1


@pytest.mark.server
def test_two_processes_may_make_the_first_tenants_at_once(own_database: str) -> None:
    with owner_connection():
        # As in a new installation: both find that there is none yet.
        SchemaTemplate.objects.all().delete()
    program = (
        "import sys, django; from django.conf import settings;"
        f"name = {own_database!r};"
        "settings.DATABASES['default']['NAME'] = settings.OWNER_DATABASE['NAME'] = name;"
        "django.setup(); from tenants.provisioning import lifecycle;"
        "lifecycle.create_tenant(sys.argv[1], name='T', owner_email='t@t.test')"
    )
    both = [Forked(["-c", program, slug], environment=os.environ) for slug in ("one", "two")]
    assert [process.wait(60) for process in both] == [0, 0]
    assert sorted(Tenant.objects.values_list("slug", flat=True)) == ["one", "two"]
