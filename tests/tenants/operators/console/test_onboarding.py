"""Taking a tenant in, on the operators' pages: the form, its progress, the credentials, and the danger tab."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from core import dns as ports
from core.accounts.logins.provider_settings import (
    list_provider_applications,
    show_provider_options,
)
from core.accounts.models import User
from core.accounts.queries import authenticate_api_key
from tenants.context import public_scope, tenant_scope
from tenants.database.owner import owner_connection
from tenants.models import Domain, PluginSwitch, Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.domains import add_domain, list_domains, remove_domain
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.provisioning.models import ProvisioningRequest
from tenants.provisioning.performing import perform_waiting_requests
from tenants.quotas.settings import read_quotas
from tenants.registry import require_tenant
from tests.tenants.jobs.queue import work_until_empty
from tests.tenants.operators.console.onboarding import FORM, LONG_ISSUER, fields, hidden


def shown(page: str, name: str) -> str:
    found = re.search(rf'id="{name}">([^<]+)<', page)
    assert found is not None, name
    return found[1]


def test_a_tenant_is_taken_in_and_its_credentials_are_shown_once(
    browser: Client, slug: str
) -> None:
    answer = browser.post(FORM, fields(slug))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    take = hidden(answer.content.decode())
    waiting = browser.post("/admin/requests/", take).content.decode()
    assert hidden(waiting) == take
    perform_waiting_requests()
    answer = browser.post("/admin/requests/", take)
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    with tenant_scope(require_tenant(slug)):
        assert authenticate_api_key(shown(page, "api-key")).email == f"owner@{slug}.test"
    assert shown(page, "host") == f"{slug}.localhost"
    assert f"http://{slug}.localhost:8000/admin/" in page
    assert shown(page, "api-key") in shown(page, "first-request").replace("&quot;", '"')
    again = browser.post("/admin/requests/", take).content.decode()
    assert "shown already, or have expired" in again
    followed = browser.get(f"/admin/requests/?id={take['id']}").content.decode()
    for later in (again, followed, browser.get("/admin/requests/").content.decode()):
        assert shown(page, "api-key") not in later
        assert take["key"] not in later


def test_all_that_the_form_sets_comes_with_the_tenant(browser: Client, slug: str) -> None:
    more = {
        "kind": "sandbox",
        "domain": f"jobs.{slug}.test",
        "quota-storage": "3",
        "plugin-linkedin-login": None,
        "application-google-oauth2-client_id": "app-1",
        "application-google-oauth2-client_secret": "of the app",
        "option-oidc-issuer": LONG_ISSUER,
    }
    page = browser.post(FORM, fields(slug, **more)).content.decode()
    assert "of the app" not in page
    perform_waiting_requests()
    assert browser.post("/admin/requests/", hidden(page)).status_code == 200
    tenant = require_tenant(slug)
    assert tenant.is_sandbox
    assert read_quotas(tenant)["storage"].limit == 3 * 1024**3
    with tenant_scope(tenant):
        assert show_provider_options("oidc")[0].value == LONG_ISSUER
        assert list_provider_applications() == [("google-oauth2", "app-1", True)]
    with public_scope():
        off = PluginSwitch.objects.filter(tenant_id=tenant.id, is_on=False)
        assert list(off.values_list("plugin", "kind")) == [("linkedin", "login")]
        added = Domain.objects.get(domain=f"jobs.{slug}.test")
    assert (added.verified_at, added.is_primary) == (None, False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slug": "Not A Slug"}, "lower-case letters"),
        ({"slug": ""}, "This field is required"),
        ({"owner_email": "nobody"}, "valid email"),
        ({"owner_email": '"a b"@c.test'}, "valid email"),
        ({"domain": "no host"}, "host name"),
        ({"domain": "\u0430pple.test"}, "Must not mix letters of Cyrillic, Latin"),
        ({"domain": "acme.localhost"}, "already in use"),
        ({"slug": "acme"}, "already in use"),
        ({"quota-jobs": "-1"}, "greater than or equal to 0"),
        ({"name": " "}, "required"),
        ({"option-oidc-issuer": "http://id.acme.example"}, "must be an https"),
        ({"option-oidc-issuer": f"{LONG_ISSUER}r"}, "must be an https"),
        ({"option-oidc-issuer": "", "option-oidc-label": "Acme"}, "oidc needs it"),
        ({"application-oidc-client_id": "", "application-oidc-client_secret": "x"}, "a client id"),
        ({"application-oidc-client_id": "x" * 256}, "at most 255"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_requested(
    browser: Client,
    created_acme: CreatedTenant,
    slug: str,
    wrong: dict[str, str],
    said: str,
) -> None:
    answer = browser.post(FORM, fields(slug) | wrong)
    page = answer.content.decode()
    assert answer.status_code == 400
    # In the field's own box, which is not folded away.
    field = page.index(f'name="{next(iter(wrong))}"')
    box, before = page[field:], page[:field]
    folded = before.rfind("<details")
    if folded > before.rfind("</details>"):
        assert before[folded:].startswith("<details open>")
    assert said in box[: box.index("</div>", box.index("errorlist"))]
    with public_scope():
        assert not ProvisioningRequest.objects.exists()


def test_a_secret_that_a_refused_form_had_is_asked_for_again(browser: Client, slug: str) -> None:
    secret = "application-google-oauth2-client_secret"
    sent = {"application-google-oauth2-client_id": "app-1", secret: "of the app", "name": ""}
    page = browser.post(FORM, fields(slug) | sent).content.decode()
    assert "of the app" not in page
    assert page.count("Type it again: a page never keeps a secret.") == 1
    box = page[page.index(f'name="{secret}"') :]
    assert "Type it again" in box[: box.index('class="field')]
    assert browser.get(FORM).content.decode().count("Type it again") == 0


@pytest.mark.parametrize(
    ("query", "ok", "said"),
    [
        ("check=slug&value=quite-free", True, "quite-free.localhost"),
        ("check=slug&value=acme", False, "already in use"),
        ("check=slug&value=No", False, "lower-case"),
        ("check=domain&value=jobs.free.test", True, "jobs.free.test"),
        ("check=domain&value=acme.localhost", False, "already in use"),
        ("check=domain&value=x", False, "host name"),
        ("check=domain&value=jobs.bücher.test", True, "jobs.bücher.test (jobs.xn--bcher-kva.test)"),
        ("check=domain&value=\u0430pple.test", False, "must not mix letters"),
    ],
    ids=[
        *("free", "taken", "malformed", "free-domain", "taken-domain", "malformed-domain"),
        *("unicode-domain", "mixed-domain"),
    ],
)
def test_names_are_checked_as_they_are_typed(
    browser: Client, created_acme: CreatedTenant, query: str, ok: bool, said: str
) -> None:
    answer = browser.get(f"{FORM}?{query}").json()
    assert answer["ok"] is ok
    assert said in answer["text"]


def test_the_page_says_that_no_worker_runs(browser: Client, slug: str) -> None:
    assert "No provisioning worker is running" in browser.get(FORM).content.decode()
    page = browser.post(FORM, fields(slug)).content.decode()
    assert "No provisioning worker is running" in page


def test_another_operator_sees_neither_request_nor_credentials(
    browser: Client, operator: User, slug: str
) -> None:
    take = hidden(browser.post(FORM, fields(slug)).content.decode())
    perform_waiting_requests()
    with owner_connection():
        ProvisioningRequest.objects.update(operator="00000000-0000-0000-0000-000000000000")
    assert browser.get(f"/admin/requests/?id={take['id']}").status_code == 404
    assert browser.get("/admin/requests/?id=none").status_code == 404
    assert "hpk_" not in browser.post("/admin/requests/", take, follow=True).content.decode()


def test_the_owner_of_a_new_tenant_is_invited_by_mail(
    browser: Client, slug: str, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://happo.example"
    take = hidden(browser.post(FORM, fields(slug)).content.decode())
    perform_waiting_requests()
    sent = browser.post("/admin/requests/", {"action": "invite", "id": take["id"]}, follow=True)
    assert f"An invitation goes to owner@{slug}.test. Its link is good for two hours;" in (
        sent.content.decode()
    )
    work_until_empty()
    [invitation] = [one for one in mail.outbox if one.to == [f"owner@{slug}.test"]]
    link = re.search(r"https?://\S+/reset-password\?token=\S+", str(invitation.body))
    assert link is not None
    # Also where links lead to the installation's host, which has another console.
    assert f"where you sign in: https://{slug}.localhost/sign-in" in str(invitation.body)
    path = link[0][link[0].index("/reset-password") :]
    assert Client().get(path, headers={"host": f"{slug}.localhost"}).status_code == 200


def danger(tenant: CreatedTenant) -> str:
    return f"/admin/tenants/{tenant.ref.slug}/danger/"


def test_a_tenant_is_deleted_by_its_slug_and_the_deletion_is_undone(
    browser: Client, committed_tenant: CreatedTenant
) -> None:
    slug = committed_tenant.ref.slug
    refused = browser.post(danger(committed_tenant), {"action": "delete", "slug": "another"})
    assert refused.status_code == 400
    assert f"This is not {slug}" in refused.content.decode()
    answer = browser.post(danger(committed_tenant), {"action": "delete", "slug": slug})
    assert answer.status_code == 302
    perform_waiting_requests()
    assert browser.get(answer["Location"]).status_code == 200
    assert require_tenant(slug).status == "deleting"
    assert "Undo the deletion" in browser.get(danger(committed_tenant)).content.decode()
    browser.post(danger(committed_tenant), {"action": "restore"})
    perform_waiting_requests()
    assert require_tenant(slug).status == "active"


def test_a_sandbox_alone_is_reset_with_new_credentials(
    browser: Client, committed_tenant: CreatedTenant, slug: str
) -> None:
    live = committed_tenant.ref.slug
    page = browser.post(danger(committed_tenant), {"action": "reset", "slug": live}, follow=True)
    assert "is no sandbox" in page.content.decode()
    before = lifecycle.create_tenant(slug, name="S", owner_email="s@s.test", sandbox=True)
    page = browser.post(danger(before), {"action": "reset", "slug": slug}).content.decode()
    perform_waiting_requests()
    made = browser.post("/admin/requests/", hidden(page)).content.decode()
    assert shown(made, "api-key") != before.api_key


def test_a_failed_request_says_why(
    browser: Client, committed_tenant: CreatedTenant, slug: str
) -> None:
    page = browser.post(FORM, fields(slug, domain=f"late.{slug}.test")).content.decode()
    add_domain(committed_tenant.ref.slug, f"late.{slug}.test")
    perform_waiting_requests()
    for answer in (
        browser.get(f"/admin/requests/?id={hidden(page)['id']}"),
        browser.post("/admin/requests/", hidden(page)),
    ):
        assert "The domain is already in use." in answer.content.decode()
        assert "Show the credentials" not in answer.content.decode()
    remove_domain(f"late.{slug}.test")
    assert not Tenant.objects.filter(slug=slug).exists()


def test_domains_are_added_proven_made_primary_and_removed(
    browser: Client, committed_tenant: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug, page = committed_tenant.ref.slug, f"/admin/tenants/{committed_tenant.ref.slug}/domains/"

    def ask(**fields: str) -> str:
        answer = browser.post(page, fields)
        assert answer.status_code == 302, answer.content.decode()
        perform_waiting_requests()
        return browser.get(answer["Location"]).content.decode()

    taken = browser.post(page, {"action": "add", "domain": committed_tenant.host})
    assert (taken.status_code, b"already in use" in taken.content) == (400, True)
    assert "Done." in ask(action="add", domain="Jobs.Console.test")
    text = re.search(r"happo=[\w-]+", browser.get(page).content.decode())
    assert text is not None
    monkeypatch.setattr(ports, "_records", Records({"_happo.jobs.console.test": [text[0]]}))
    assert "Done." in ask(action="verify", domain="jobs.console.test")
    assert "Done." in ask(action="make_primary", domain="jobs.console.test")
    assert "primary one of its tenant" in ask(action="remove", domain="jobs.console.test")
    assert list_domains(slug)[0].domain == "jobs.console.test"
    assert "Done." in ask(action="make_primary", domain=committed_tenant.host)
    assert "Done." in ask(action="remove", domain="jobs.console.test")
    assert "Done." in ask(action="add", domain="jobs.bücher.test")
    listed = browser.get(page).content.decode()
    assert "jobs.bücher.test (jobs.xn--bcher-kva.test)" in listed
    assert 'name="domain" value="jobs.xn--bcher-kva.test"' in listed
    assert "Done." in ask(action="remove", domain="jobs.xn--bcher-kva.test")
    assert "jobs.console.test" not in [one.domain for one in list_domains(slug)]


class Records:
    """DNS with these TXT records; `tests/tenants/provisioning/test_domains.py` asks a server."""

    def __init__(self, texts: dict[str, list[str]]) -> None:
        self._texts = texts

    def texts(self, name: str) -> list[str]:
        return self._texts.get(name, [])

    def alias(self, name: str) -> str | None:
        return None
