"""Taking a tenant in, on the operators' pages: the form, its progress, the credentials, and the danger tab."""

import re
import secrets
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
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
from plugins.oidc.options import MAX_ISSUER_CHARACTERS
from tenants.context import public_scope, tenant_scope
from tenants.database.owner import owner_connection
from tenants.models import Domain, PluginSwitch, Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.domains import add_domain, list_domains, remove_domain
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.provisioning.models import ProvisioningRequest
from tenants.provisioning.performing import MOST_ATTEMPTS, perform_waiting_requests
from tenants.quotas.settings import read_quotas
from tenants.registry import require_tenant
from tests.tenants.jobs.queue import work_until_empty

FORM = "/admin/onboarding/"
# As long as the plugin takes one.
LONG_ISSUER = f"https://id.acme.example/{'r' * (MAX_ISSUER_CHARACTERS - 24)}"


def fields(slug: str, **more: str) -> dict[str, str]:
    """Return what a browser sends of the form, with all plugins on."""
    switches = re.findall(r"plugin-[a-z]+-(?:login|mail)", _shown)
    given = {
        "action": "create",
        "name": "Acme",
        "slug": slug,
        "owner_email": f"owner@{slug}.test",
        "kind": "live",
        "domain": "",
        **dict.fromkeys(switches, "on"),
        **more,
    }
    return {name: value for name, value in given.items() if value is not None}


_shown = ""


@pytest.fixture
def slug(browser: Client) -> Iterator[str]:
    global _shown
    _shown = browser.get(FORM).content.decode()
    slug = f"new{secrets.token_hex(4)}"
    yield slug
    with owner_connection():
        ProvisioningRequest.objects.all().delete()
    if Tenant.objects.filter(slug=slug).exists():
        lifecycle.delete_tenant(slug)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form that takes the credentials."""
    form = page[page.index('id="take"') :]
    return dict(re.findall(r'name="(action|id|key)" value="([^"]+)"', form))


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


def fail(browser: Client, page: str, **sent: str | None) -> BeautifulSoup:
    """Send a form whose request fails at the worker; return the page that its progress leads back to."""
    answer = browser.post(page, sent)
    assert answer.status_code in (200, 302), answer.content.decode()
    with owner_connection():
        request = ProvisioningRequest.objects.get(state="waiting")
        # As if the worker had been killed each time.
        ProvisioningRequest.objects.filter(id=request.id).update(attempts=MOST_ATTEMPTS)
    perform_waiting_requests()
    progress = BeautifulSoup(
        browser.get(f"/admin/requests/?id={request.id}").content, "html.parser"
    )
    (link,) = [one for one in progress.find_all("a") if "with what was sent" in one.get_text()]
    again = browser.get(link["href"])
    assert again.status_code == 200
    assert b"The request failed: It was interrupted 5 times." in again.content
    return BeautifulSoup(again.content, "html.parser")


def read_form(page: BeautifulSoup, action: str) -> dict[str, str | None]:
    """Return what a browser sends of the page's form with that action, as it was filled in."""
    (named,) = page.select(f'form input[name="action"][value="{action}"]')
    form = named.find_parent("form")
    sent: dict[str, str | None] = {}
    for control in form.select("input, select"):
        checks = control.get("type") in ("checkbox", "radio")
        if control.name == "select":
            sent[control["name"]] = control.select_one("option[selected]")["value"]
        elif not checks or control.has_attr("checked"):
            sent[control["name"]] = control.get("value", "on" if checks else "")
    return sent


def test_a_failed_form_is_offered_again_with_what_was_sent_but_for_secrets(
    browser: Client, slug: str
) -> None:
    secret = "application-google-oauth2-client_secret"
    sent = fields(slug) | {
        "name": "Acme & Söhne",
        "kind": "sandbox",
        "domain": f"jobs.{slug}.test",
        "is_domain_verified": "on",
        "quota-storage": "3",
        "quota-positions": "0",
        "application-google-oauth2-client_id": "app-1",
        secret: "of the app",
        "option-oidc-issuer": LONG_ISSUER,
    }
    del sent["plugin-linkedin-login"]
    page = fail(browser, FORM, **sent)
    assert "of the app" not in str(page)
    again = {name: value for name, value in read_form(page, "create").items() if value}
    again.pop("csrfmiddlewaretoken", None)
    assert again == {name: value for name, value in sent.items() if value and name != secret}
    # What is folded away otherwise, is open where something was filled in.
    opened = [one.summary.get_text() for one in page.select("details[open]")]
    assert opened == ["Quotas", "Plugins", "Settings of google-oauth2", "Settings of oidc"]
    assert str(page).count("Type it again: a page never keeps a secret.") == 1


def test_the_forms_of_a_domain_and_of_an_operator_are_offered_again(
    browser: Client, committed_tenant: CreatedTenant, slug: str
) -> None:
    page = f"/admin/tenants/{committed_tenant.ref.slug}/domains/"
    host = f"jobs.{slug}.test"
    form = read_form(fail(browser, page, action="add", domain=host, is_verified="on"), "add")
    assert (form["domain"], form["is_verified"]) == (host, "on")
    page, email = "/admin/operators/", f"ops@{slug}.test"
    form = read_form(fail(browser, page, action="create", email=email, role="read"), "create")
    assert (form["email"], form["role"]) == (email, "read")


def test_a_form_is_filled_from_a_failed_request_of_its_own_kind_alone(
    browser: Client, operator: User, committed_tenant: CreatedTenant, slug: str
) -> None:
    asked = browser.post(FORM, fields(slug)).content.decode()
    address = f"{FORM}?failed={hidden(asked)['id']}"
    # It waits yet.
    assert browser.get(address).status_code == 404
    with owner_connection():
        ProvisioningRequest.objects.update(state="failed", error="The disk is full")
    assert browser.get(address).status_code == 200
    domains = f"/admin/tenants/{committed_tenant.ref.slug}/domains/"
    for other in ("/admin/operators/", domains):
        assert browser.get(f"{other}?failed={hidden(asked)['id']}").status_code == 404
    assert browser.get(f"{FORM}?failed=none").status_code == 404
    with owner_connection():
        ProvisioningRequest.objects.update(operator="00000000-0000-0000-0000-000000000000")
    assert browser.get(address).status_code == 404


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
