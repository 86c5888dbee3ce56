"""Plugins, providers, quotas, statuses, mail domains and mail of a tenant in the operators' console."""

import pytest
from django.test import Client

from core.accounts.logins.provider_settings import read_provider_settings
from core.jobsearch.models import Status
from core.plugins import plugins
from tenants.context import tenant_scope
from tenants.mail_retention import read_mail_days
from tenants.models import AuditEntry
from tenants.plugins import forget_plugins
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.quotas.settings import read_quotas
from tests.tenants.operators.console.acting import act, messages_after


@pytest.fixture
def home(committed_tenant: CreatedTenant) -> str:
    return f"/admin/tenants/{committed_tenant.ref.slug}/"


def test_a_plugin_is_switched_off_and_on(
    browser: Client, committed_tenant: CreatedTenant, home: str
) -> None:
    def has_google() -> bool:
        forget_plugins()
        with tenant_scope(committed_tenant.ref):
            return plugins().registry().auth_provider("google-oauth2") is not None

    said = messages_after(browser, f"{home}plugins/", "switch_off", plugin="google/login")
    assert said == ["Log-ins of google are off."]
    assert not has_google()
    assert browser.get(f"{home}plugins/google-oauth2/").status_code == 404
    messages_after(browser, f"{home}plugins/", "switch_on", plugin="google/login")
    assert has_google()


@pytest.mark.parametrize("named", ["google", "google/x", "no-such/login", "indeed/login", ""])
def test_what_is_no_plugin_is_said(browser: Client, home: str, named: str) -> None:
    said = messages_after(browser, f"{home}plugins/", "switch_off", plugin=named)
    assert said[0].startswith("There is no")


def test_the_secret_of_an_application_is_written_and_never_shown(
    browser: Client, committed_tenant: CreatedTenant, home: str
) -> None:
    page, secret = f"{home}plugins/google-oauth2/", "s3cret-of-google"
    messages_after(browser, page, "set_application", client_id="web", secret=secret)
    shown = browser.get(page).content.decode()
    assert "with a secret" in shown
    assert secret not in shown
    with tenant_scope(committed_tenant.ref):
        (client,) = read_provider_settings("google-oauth2").clients
    assert (client.id, client.secret) == ("web", secret)
    facts = [str(entry.changes) for entry in AuditEntry.objects.all()]
    assert not any(secret in fact for fact in facts)
    messages_after(browser, page, "remove_application", client_id="web")
    with tenant_scope(committed_tenant.ref):
        assert read_provider_settings("google-oauth2").clients == ()


@pytest.mark.parametrize("client_id", ["an app", "app@acme.test", "~app", "x" * 255])
def test_an_application_may_have_any_id_that_a_provider_gives(
    browser: Client, committed_tenant: CreatedTenant, home: str, client_id: str
) -> None:
    page = f"{home}plugins/google-oauth2/"
    messages_after(browser, page, "set_application", client_id=client_id, secret="s")
    with tenant_scope(committed_tenant.ref):
        (client,) = read_provider_settings("google-oauth2").clients
    assert client.id == client_id
    messages_after(browser, page, "remove_application", client_id=client_id)
    with tenant_scope(committed_tenant.ref):
        assert read_provider_settings("google-oauth2").clients == ()


def test_limits_are_set_and_taken_back(
    browser: Client, committed_tenant: CreatedTenant, home: str
) -> None:
    page = f"{home}settings/"
    sent = {"storage": "20 GB", "positions": "7", "candidates": "", "invitations": "", "jobs": ""}
    messages_after(browser, page, "change_quotas", **sent)
    states = read_quotas(committed_tenant.ref)
    assert (states["storage"].limit, states["positions"].limit) == (20 * 1024**3, 7)
    assert states["jobs"].is_default
    assert 'value="20 GB"' in browser.get(page).content.decode()
    said = messages_after(browser, page, "change_quotas", **sent)
    assert said == ["Nothing was changed."]
    messages_after(browser, page, "change_quotas", **sent | {"storage": ""})
    assert read_quotas(committed_tenant.ref)["storage"].is_default
    for wrong in ("many", "-1", str(2**63), "1 PB"):
        answer = act(browser, page, "change_quotas", **sent | {"positions": wrong})
        assert answer.status_code == 400, wrong
        # What is wrong is not folded away.
        assert "<details open>" in answer.content.decode()
    assert "<details>" in browser.get(page).content.decode()
    messages_after(browser, page, "count_again")


def test_a_status_is_added_once(
    browser: Client, committed_tenant: CreatedTenant, home: str
) -> None:
    page = f"{home}settings/"
    messages_after(browser, page, "add_status", value="Second interview")
    with tenant_scope(committed_tenant.ref):
        assert Status.objects.filter(value="Second interview").count() == 1
    again = act(browser, page, "add_status", value="Second interview")
    assert again.status_code == 400
    assert "The status is there already." in again.content.decode()


def test_a_mail_domain_is_stated_and_left_to_the_lists_again(browser: Client, home: str) -> None:
    page = f"{home}settings/"
    said = messages_after(browser, page, "set_mail_domain", domain="Acme.example", kind="public")
    assert said == ["acme.example is a public provider's."]
    assert "acme.example" in browser.get(page).content.decode()
    messages_after(browser, page, "reset_mail_domain", domain="acme.example")
    assert "acme.example" not in browser.get(page).content.decode()
    wrong = act(browser, page, "set_mail_domain", domain="no domain", kind="company")
    assert wrong.status_code == 400


def test_stored_mail_is_read_again_by_a_worker(
    browser: Client, committed_tenant: CreatedTenant, home: str
) -> None:
    page = f"{home}mail/"
    said = messages_after(browser, page, "reread", plugin="indeed", failed="on")
    assert said[0].startswith("A worker reads the mail again")
    waiting = read_quotas(committed_tenant.ref)["jobs"].used
    messages_after(browser, page, "reread", plugin="indeed", failed="on")
    # The one that waits suffices.
    assert read_quotas(committed_tenant.ref)["jobs"].used == waiting > 0
    assert AuditEntry.objects.filter(action="mail.reparse").count() == 2


def test_the_days_for_which_mail_is_kept_are_set_and_left_to_the_default(
    browser: Client, committed_tenant: CreatedTenant, home: str
) -> None:
    page = f"{home}mail/"
    assert messages_after(browser, page, "set_retention", days="30") == [
        "Mail is kept for 30 days."
    ]
    assert read_mail_days(committed_tenant.ref) == 30
    messages_after(browser, page, "set_retention", days="")
    assert read_mail_days(committed_tenant.ref) is None
    for wrong in ("0", "36501", "many"):
        assert act(browser, page, "set_retention", days=wrong).status_code == 400
