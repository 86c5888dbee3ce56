"""The admin: operators see tenants, host names and the log, and nothing that is in a tenant."""

import json

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.test import Client

from core.accounts.models import User
from core.jobsearch.models import Status
from core.jobsearch.statuses import OFFER
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.database.router import is_tenant_model
from tenants.models import AuditEntry, Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.operators.conftest import PASSWORD


def test_the_admin_needs_a_login(autocommit: None) -> None:
    assert Client().get("/admin/tenants/tenant/").status_code == 302
    assert "Happo" in Client().get("/admin/login/").content.decode()


def test_every_page_names_its_request(autocommit: None) -> None:
    for path in ("/admin/", "/admin/login/", "/admin/nothing/", "/nothing"):
        answer = Client().get(path, headers={"x-request-id": "asked-once"})
        assert answer.headers["x-request-id"] == "asked-once", path


@pytest.mark.parametrize("query", ["status__exact=%00", "status__in=%00", "name__regex=((("])
def test_a_filter_that_the_database_can_t_take_is_a_400(browser: Client, query: str) -> None:
    assert browser.get(f"/admin/tenants/tenant/?{query}").status_code == 400


@pytest.mark.parametrize("id", ["x", "\0"], ids=["word", "nul"])
def test_an_action_on_what_is_no_id_is_a_400(browser: Client, id: str) -> None:
    ticked = {"action": "suspend", "_selected_action": [id]}
    assert browser.post("/admin/tenants/tenant/", ticked).status_code == 400


def test_a_user_of_a_tenant_is_no_operator(first: TenantRef, operator: User) -> None:
    with tenant_scope(first):
        answer = Client().post(
            "/admin/login/", {"username": "olga@acme.test", "password": PASSWORD}
        )
    assert "correct email and password" in answer.content.decode()


def test_an_operator_sees_tenants_domains_and_the_log(browser: Client, first: TenantRef) -> None:
    # Whatever scope the thread may be in: the admin is outside of all.
    with tenant_scope(first):
        assert "Acme" in browser.get("/admin/tenants/tenant/").content.decode()
        assert "acme.localhost" in browser.get("/admin/tenants/domain/").content.decode()
        assert "operator.create" in browser.get("/admin/tenants/auditentry/").content.decode()
        assert browser.get("/admin/").status_code == 200


def test_an_operator_renames_suspends_and_resumes(
    browser: Client, committed_tenant: CreatedTenant
) -> None:
    tenant = committed_tenant.ref
    change = f"/admin/tenants/tenant/{tenant.id}/change/"
    form = {"domains-TOTAL_FORMS": 0, "domains-INITIAL_FORMS": 0, "name": "New name"}
    assert browser.post(change, form).status_code == 302
    for action in ("suspend", "resume", "suspend"):
        ticked = {"action": action, "_selected_action": [str(tenant.id)]}
        assert browser.post("/admin/tenants/tenant/", ticked).status_code == 302
    after = Tenant.objects.get(id=tenant.id)
    assert (after.name, after.status) == ("New name", "suspended")
    entries = AuditEntry.objects.filter(tenant=tenant.slug, actor="admin:ops@happo.test").order_by(
        "id"
    )
    assert [entry.action for entry in entries] == [
        "tenant.rename",
        "tenant.suspend",
        "tenant.resume",
        "tenant.suspend",
    ]


def test_an_operator_adds_a_status(browser: Client, committed_tenant: CreatedTenant) -> None:
    tenant = committed_tenant.ref
    change = f"/admin/tenants/tenant/{tenant.id}/change/"
    form = {
        "domains-TOTAL_FORMS": 0,
        "domains-INITIAL_FORMS": 0,
        "name": "One",
        "new_status": "Interviewing",
    }
    assert browser.post(change, form).status_code == 302
    with tenant_scope(tenant):
        added = Status.objects.get(value="Interviewing")
    assert added.id > OFFER
    assert f"5 Offer, {added.id} Interviewing" in browser.get(change).content.decode()
    again = browser.post(change, form, follow=True).content.decode()
    assert "The status is there already." in again
    assert AuditEntry.objects.filter(tenant=tenant.slug, action="status.add").count() == 1


def test_an_error_is_a_sentence(browser: Client, committed_tenant: CreatedTenant) -> None:
    tenant = committed_tenant.ref
    Tenant.objects.filter(id=tenant.id).update(status="deleting")
    for action in ("suspend", "resume"):
        selected = {"action": action, "_selected_action": [str(tenant.id)]}
        answer = browser.post("/admin/tenants/tenant/", selected, follow=True)
        shown = [str(message) for message in answer.context["messages"]]
        assert shown == [f"{tenant.slug}: The tenant is being deleted."]


def test_an_invalid_name_is_a_form_error(browser: Client, committed_tenant: CreatedTenant) -> None:
    tenant = committed_tenant.ref
    form = {"domains-TOTAL_FORMS": 0, "domains-INITIAL_FORMS": 0, "name": "Bell\a"}
    answer = browser.post(f"/admin/tenants/tenant/{tenant.id}/change/", form, follow=True)
    shown = [str(message) for message in answer.context["messages"]]
    assert "name has characters that can't be printed." in shown
    assert Tenant.objects.get(id=tenant.id).name == tenant.name


@pytest.mark.parametrize(
    "path", ["tenants/tenant/add", "tenants/auditentry/add", "tenants/domain/add"]
)
def test_nothing_is_made_there(browser: Client, path: str) -> None:
    assert browser.get(f"/admin/{path}/").status_code == 403


def test_an_operator_changes_its_password(browser: Client) -> None:
    new = "what a lovely new one"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert browser.post("/admin/password_change/", form).status_code == 302
    assert Client().login(username="ops@happo.test", password=new)


def test_no_model_of_a_tenant_is_registered() -> None:
    assert [model for model in admin.site._registry if is_tenant_model(model)] == []


def test_every_page_of_the_index_opens(browser: Client) -> None:
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert browser.get(path).status_code in (200, 403), path


def test_the_application_makes_no_operators(operator: User) -> None:
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("UPDATE accounts_user SET is_superuser = true")


def test_the_log_can_only_grow(autocommit: None) -> None:
    for statement in ("UPDATE tenants_auditentry SET actor = ''", "DELETE FROM tenants_auditentry"):
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
    assert all(entry.actor.startswith("os:") for entry in entries)
    assert "hpk_" not in json.dumps([entry.facts for entry in entries])
