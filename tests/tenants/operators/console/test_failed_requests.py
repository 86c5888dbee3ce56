"""Forms whose request has failed at the provisioning worker: they are offered again with what was sent."""

from bs4 import BeautifulSoup
from django.test import Client

from core.accounts.models import User
from tenants.database.owner import owner_connection
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.provisioning.models import ProvisioningRequest
from tenants.provisioning.performing import MOST_ATTEMPTS, perform_waiting_requests
from tests.tenants.operators.console.onboarding import FORM, LONG_ISSUER, fields, hidden


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
