"""The list of tenants, and a tenant's first tab."""

import pytest
from django.test import Client
from django.utils.html import escape

from core.errors import Conflict, DomainError, ProviderDown
from core.messages import message_for_operator
from tenants.context import TenantRef, public_scope
from tenants.counters.models import TenantSize
from tenants.models import AuditEntry, Tenant
from tenants.operators.console import overview
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.operators.console.acting import messages_after


def test_an_operator_renames_suspends_and_resumes(
    browser: Client, committed_tenant: CreatedTenant
) -> None:
    slug = committed_tenant.ref.slug
    address = f"/admin/tenants/{slug}/"
    said = messages_after(browser, address, "rename", name="New name")
    assert said == ["The tenant is called New name."]
    for action, state in (("suspend", "suspended"), ("resume", "active")):
        assert len(messages_after(browser, address, action)) == 1
        assert Tenant.objects.get(slug=slug).status == state
    assert Tenant.objects.get(slug=slug).name == "New name"
    entries = AuditEntry.objects.filter(tenant=slug, actor_kind="operator").order_by("id")
    assert [entry.action for entry in entries] == [
        "tenant.rename",
        "tenant.suspend",
        "tenant.resume",
    ]


def test_what_a_service_refuses_is_said(browser: Client, committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    Tenant.objects.filter(slug=slug).update(status="deleting")
    for action in ("suspend", "resume"):
        said = messages_after(browser, f"/admin/tenants/{slug}/", action)
        assert said == ["The tenant is being deleted."]
    Tenant.objects.filter(slug=slug).update(status="active")


@pytest.mark.parametrize(
    ("error", "status"),
    [(Conflict("tenant", "is being moved"), 409), (ProviderDown("storage"), 503)],
    ids=["conflict", "outage"],
)
def test_an_error_of_a_service_that_a_page_asks_is_a_page_with_its_status(
    browser: Client,
    committed_tenant: CreatedTenant,
    monkeypatch: pytest.MonkeyPatch,
    error: DomainError,
    status: int,
) -> None:
    def refuse(tenant: TenantRef) -> None:
        raise error

    monkeypatch.setattr(overview, "count_days", refuse)
    answer = browser.get(f"/admin/tenants/{committed_tenant.ref.slug}/")
    assert answer.status_code == status
    assert message_for_operator(error) in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Bell\a", "Has characters that can't be printed."), ("  ", "This field is required.")],
    ids=["control character", "blank"],
)
def test_a_wrong_name_is_shown_beside_its_field(
    browser: Client, committed_tenant: CreatedTenant, name: str, sentence: str
) -> None:
    tenant = committed_tenant.ref
    before = Tenant.objects.get(id=tenant.id).name
    sent = {"action": "rename", "name": name}
    answer = browser.post(f"/admin/tenants/{tenant.slug}/", sent)
    assert answer.status_code == 400
    assert escape(sentence) in answer.content.decode()
    assert Tenant.objects.get(id=tenant.id).name == before


@pytest.mark.parametrize("query", ["q=acm", "q=ACME.local", "q=Acme&status=active&kind=live"])
def test_tenants_are_found_by_name_slug_and_host(
    browser: Client, first: TenantRef, second: TenantRef, query: str
) -> None:
    shown = browser.get(f"/admin/tenants/?{query}").content.decode()
    assert "/admin/tenants/acme/" in shown
    assert "/admin/tenants/globex/" not in shown


def test_tenants_with_mail_that_failed_are_found(
    browser: Client, first: TenantRef, second: TenantRef
) -> None:
    with public_scope():
        for tenant, failed in ((first, 2), (second, 0)):
            TenantSize.objects.update_or_create(
                tenant_id=tenant.id, defaults={"failed_mails": failed}
            )
    assert "?mail=failed" in browser.get("/admin/").content.decode()
    shown = browser.get("/admin/tenants/?mail=failed").content.decode()
    assert "2 failed mails" in shown
    assert "/admin/tenants/globex/" not in shown


@pytest.mark.parametrize("query", ["q=no-such", "kind=sandbox&q=acme", "status=%00", "q=%00"])
def test_a_filter_that_leaves_nothing_says_so(
    browser: Client, first: TenantRef, query: str
) -> None:
    answer = browser.get(f"/admin/tenants/?{query}")
    assert answer.status_code == 200
    assert "No tenant is like that." in answer.content.decode()


@pytest.mark.parametrize("address", ["/admin/tenants/", "/admin/audit/"])
def test_a_wrong_key_of_a_table_is_a_400(browser: Client, address: str) -> None:
    assert browser.get(f"{address}?after=-x-").status_code == 400
