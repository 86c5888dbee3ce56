"""What the database refuses the application's role, whatever a page asks of it."""

import json

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client

from core.accounts.models import User
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import AuditEntry
from tenants.operators.admin_site import OperatorSite
from tenants.provisioning import lifecycle
from tests.tenants.operators.conftest import PASSWORD


def test_every_page_names_its_request(autocommit: None) -> None:
    for path in ("/admin/", "/admin/login/", "/admin/nothing/", "/nothing"):
        answer = Client().get(path, headers={"x-request-id": "asked-once"})
        assert answer.headers["x-request-id"] == "asked-once", path


def test_a_user_of_a_tenant_is_no_operator(first: TenantRef, operator: User) -> None:
    with tenant_scope(first):
        answer = Client().post(
            "/admin/login/", {"username": "olga@acme.test", "password": PASSWORD}
        )
    assert "correct email and password" in answer.content.decode()


def test_pages_are_outside_of_any_scope_that_the_thread_may_be_in(
    browser: Client, first: TenantRef
) -> None:
    with tenant_scope(first):
        assert "Acme" in browser.get("/admin/tenants/").content.decode()
        assert "acme.localhost" in browser.get("/admin/tenants/acme/").content.decode()
        assert "operator.create" in browser.get("/admin/audit/").content.decode()
        assert browser.get("/admin/").status_code == 200


def test_the_console_shows_no_model_by_itself() -> None:
    assert isinstance(admin.site, OperatorSite)
    assert admin.site._registry == {}
    with pytest.raises(TypeError):
        admin.site.register(User)


def test_the_application_makes_no_operators(operator: User) -> None:
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("UPDATE accounts_user SET is_superuser = true")


def test_the_log_can_only_grow(autocommit: None) -> None:
    for statement in (
        "UPDATE tenants_auditentry SET actor_id = ''",
        "DELETE FROM tenants_auditentry",
    ):
        with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
            cursor.execute(statement)


def test_the_life_of_a_tenant_is_in_the_log(autocommit: None) -> None:
    lifecycle.create_tenant("logged", name="L", owner_email="l@l.test", sandbox=True)
    lifecycle.suspend_tenant("logged")
    lifecycle.resume_tenant("logged")
    lifecycle.reset_tenant("logged")
    call_command("apikey", "create", "--tenant", "logged", "--email", "l@l.test")
    lifecycle.delete_tenant("logged")
    with public_scope():
        entries = list(AuditEntry.objects.filter(tenant="logged").order_by("id"))
    actions = [
        "tenant.create",
        "tenant.suspend",
        "tenant.resume",
        "tenant.reset",
        "apikey.create",
        "tenant.delete",
    ]
    assert [entry.action for entry in entries] == actions
    assert all(entry.actor_kind == "system" for entry in entries)
    assert "hpk_" not in json.dumps([entry.changes for entry in entries])
