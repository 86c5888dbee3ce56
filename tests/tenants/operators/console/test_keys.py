"""API keys and OAuth clients in the operators' console: secrets are shown once, on the page that made them."""

import re

import pytest
from django.test import Client

from core.accounts.models import ApiKey, User
from core.accounts.oauth.clients import authenticate_client
from core.accounts.queries import authenticate_api_key
from core.errors import Unauthenticated
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.origins import list_origins
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.operators.console.acting import act, messages_after
from tests.tenants.operators.console.pages import addresses


def keys(tenant: CreatedTenant) -> str:
    return f"/admin/tenants/{tenant.ref.slug}/keys/"


def shown_value(page: str, name: str) -> str:
    found = re.search(rf'<code id="{name}">([^<]+)</code>', page)
    assert found is not None
    return found[1]


def create_key(browser: Client, tenant: CreatedTenant, **sent: object) -> str:
    given = {"email": tenant.owner_email, "scopes": ["read"], **sent}
    answer = act(browser, keys(tenant), "create_key", **given)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return shown_value(answer.content.decode(), "api-key")


def test_a_key_is_shown_once_and_works_until_it_is_revoked(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    tenant = committed_tenant.ref
    key = create_key(browser, committed_tenant, expires_in_days=3, rate=5, burst=6)
    with tenant_scope(tenant):
        caller = authenticate_api_key(key)
        assert (caller.can_read, caller.can_write) == (True, False)
        assert (caller.rate_per_second, caller.burst) == (5, 6)
        row = ApiKey.objects.get(hint=key[-4:], rate_per_second=5)
    for address in addresses(committed_tenant, operator):
        assert key not in browser.get(address).content.decode(), address
    page = f"{keys(committed_tenant)}{row.id}/"
    messages_after(browser, page, "limit", rate="7", burst="")
    with tenant_scope(tenant):
        row.refresh_from_db()
    assert (row.rate_per_second, row.burst) == (7, None)
    messages_after(browser, page, "revoke")
    with tenant_scope(tenant), pytest.raises(Unauthenticated):
        authenticate_api_key(key)
    actions = AuditEntry.objects.filter(tenant=tenant.slug).order_by("id")
    assert [entry.action for entry in actions] == [
        "apikey.create",
        "apikey.limit",
        "apikey.revoke",
    ]


@pytest.mark.parametrize(
    "sent",
    [
        {"email": "nobody@one.test"},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_in_days": 0},
        {"pinned_version": "v1"},
        {"rate": -1},
    ],
    ids=["no user", "no scope", "unknown scope", "no days", "unknown version", "negative"],
)
def test_a_key_that_can_t_be_made_is_explained(
    browser: Client, committed_tenant: CreatedTenant, sent: dict[str, object]
) -> None:
    with tenant_scope(committed_tenant.ref):
        before = ApiKey.objects.count()
    given = {"email": committed_tenant.owner_email, "scopes": ["read"], **sent}
    answer = act(browser, keys(committed_tenant), "create_key", **given)
    assert answer.status_code == 400
    assert 'class="errorlist"' in answer.content.decode() or "flash error" in str(answer.content)
    with tenant_scope(committed_tenant.ref):
        assert ApiKey.objects.count() == before


def test_a_client_is_shown_once_pinned_given_origins_and_removed(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    tenant = committed_tenant.ref
    sent = {"name": "Web", "origins": "https://a.example https://b.example:8443"}
    answer = act(browser, keys(committed_tenant), "create_client", **sent)
    page = answer.content.decode()
    client_id, secret = shown_value(page, "client-id"), shown_value(page, "client-secret")
    with tenant_scope(tenant):
        assert authenticate_client(client_id, secret=secret).name == "Web"
    for address in addresses(committed_tenant, operator):
        assert secret not in browser.get(address).content.decode(), address
    page = f"/admin/tenants/{tenant.slug}/clients/{client_id}/"
    messages_after(browser, page, "pin", version="v20180701")
    messages_after(browser, page, "remove_origin", origin="https://a.example")
    messages_after(browser, page, "add_origin", origin="https://c.example")
    assert list_origins(tenant)[client_id] == ["https://b.example:8443", "https://c.example"]
    long = f"https://{'l.' * 60}example"
    messages_after(browser, page, "add_origin", origin=long)
    messages_after(browser, page, "remove_origin", origin=long)
    shown = browser.get(page).content.decode()
    assert "v20180701" in shown
    assert act(browser, page, "add_origin", origin="no origin").status_code == 400
    assert act(browser, page, "remove").status_code == 302
    assert browser.get(page).status_code == 404
    assert client_id not in list_origins(tenant)


def test_a_client_with_a_wrong_origin_is_not_made(
    browser: Client, committed_tenant: CreatedTenant
) -> None:
    sent = {"name": "Web", "origins": "https://a.example ftp://b.example"}
    answer = act(browser, keys(committed_tenant), "create_client", **sent)
    assert answer.status_code == 400
    assert "Has to be an origin" in answer.content.decode()
    assert list_origins(committed_tenant.ref) == {}


def test_a_key_of_another_tenant_is_not_there(
    browser: Client, committed_tenant: CreatedTenant, created_acme: CreatedTenant
) -> None:
    with tenant_scope(created_acme.ref):
        key = ApiKey.objects.values_list("id", flat=True)[0]
    address = f"{keys(committed_tenant)}{key}/"
    assert browser.get(address).status_code == 404
    act(browser, address, "revoke")
    client = f"/admin/tenants/{committed_tenant.ref.slug}/clients/{created_acme.client_id}/"
    assert browser.get(client).status_code == 404
    act(browser, client, "remove")
    with tenant_scope(created_acme.ref):
        assert ApiKey.objects.get(id=key).revoked_at is None
        assert authenticate_client(created_acme.client_id, secret=created_acme.client_secret)
