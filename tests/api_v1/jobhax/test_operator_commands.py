"""What operators do for the JobHax API: `manage.py oauthclient`, `provider`, `plugin` and `status`."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.accounts.logins.models import LinkedIdentity, ProviderApplication
from core.accounts.models import User
from core.encryption import decrypt
from core.jobsearch.statuses import OFFER
from core.plugins import plugins
from providers.conformance.mail_writer import build_mail
from providers.interpretation import interpret
from providers.mime.read import read_mail
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import AuditEntry, ClientOrigin
from tenants.plugins import forget_plugins
from tests.api_v1.jobhax.test_social_login import GOOGLE, LINKEDIN, google, log_in
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD
from tests.standins.identity import IdentityStandin

RECEIPT = {
    "sender": "LinkedIn <jobs-noreply@linkedin.com>",
    "subject": "You applied for Cook at Acme",
    "text": "You applied for Cook at Acme",
    "headers": {"X-LinkedIn-Template": "jobs_applicant_applied"},
}


def manage(*arguments: str) -> Any:  # Any: JSON
    """Run a command with --json; return what it printed."""
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_new_client_logs_people_in(acme: TenantRef, joe: User) -> None:
    made = manage("oauthclient", "create", "Mobile", "--tenant", "acme")
    api = JobHaxClient(client_id=made["clientId"], client_secret=made["clientSecret"])
    assert api.login("joesmith", PASSWORD).code == 0
    assert "clientSecret" not in str(manage("oauthclient", "list", "--tenant", "acme"))


@pytest.mark.parametrize("name", ["Mo\nbile", "\u202eeliboM", "x" * 256])
def test_the_name_of_a_client_is_one_line(acme: TenantRef, name: str) -> None:
    with pytest.raises(CommandError, match="name"):
        manage("oauthclient", "create", name, "--tenant", "acme")


def test_a_pinned_version_answers(joe_api: JobHaxClient) -> None:
    manage("oauthclient", "pin", joe_api.client_id, "v20261201", "--tenant", "acme")
    assert joe_api.get("users/get_user_google_mails").headers["x-happo-api-version"] == "v20261201"
    manage("oauthclient", "pin", joe_api.client_id, "none", "--tenant", "acme")
    assert joe_api.get("users/get_user_google_mails").headers["x-happo-api-version"] == "v20180701"


def test_a_removed_client_is_refused_with_its_tokens(joe_api: JobHaxClient) -> None:
    manage("oauthclient", "remove", joe_api.client_id, "--tenant", "acme")
    assert joe_api.get("users/get_user_google_mails").code == 1
    assert joe_api.login("joesmith", PASSWORD).code == 1


def test_a_client_gets_and_loses_origins(acme: TenantRef) -> None:
    origin = ("--origin", "https://App.example:443")
    client = manage("oauthclient", "create", "Web", *origin, "--tenant", "acme")["clientId"]
    on_client = (client, "http://localhost:3000", "--tenant", "acme")
    manage("oauthclient", "add-origin", *on_client)

    def listed() -> list[str]:
        clients = manage("oauthclient", "list", "--tenant", "acme")["clients"]
        return next(one["origins"] for one in clients if one["clientId"] == client)

    assert listed() == ["http://localhost:3000", "https://app.example"]
    with pytest.raises(CommandError, match="The origin is there already"):
        manage("oauthclient", "add-origin", *on_client)
    manage("oauthclient", "remove-origin", *on_client)
    assert listed() == ["https://app.example"]
    with pytest.raises(CommandError, match="There is no origin http://localhost:3000"):
        manage("oauthclient", "remove-origin", *on_client)
    with public_scope():
        actions = list(AuditEntry.objects.order_by("-id").values_list("action", flat=True)[:4])
    assert actions == [
        *("oauthclient.remove_origin", "oauthclient.add_origin"),
        *("oauthclient.add_origin", "oauthclient.create"),
    ]
    manage("oauthclient", "remove", client, "--tenant", "acme")
    with public_scope():
        assert not ClientOrigin.objects.exists()


@pytest.mark.parametrize("wrong", ["*", "https://*.example", "app.example", "https://app.example/"])
def test_what_is_no_origin_is_refused_and_nothing_is_stored(acme: TenantRef, wrong: str) -> None:
    sentence = "origin has to be an origin like https://host or https://host:port"
    with pytest.raises(CommandError, match=sentence):
        manage("oauthclient", "create", "Web", "--origin", wrong, "--tenant", "acme")
    assert "Web" not in str(manage("oauthclient", "list", "--tenant", "acme"))


def test_another_tenants_client_gets_no_origin(acme: TenantRef, globex: TenantRef) -> None:
    client = manage("oauthclient", "create", "Web", "--tenant", "globex")["clientId"]
    with pytest.raises(CommandError, match="There is no oauth client"):
        manage("oauthclient", "add-origin", client, "https://app.example", "--tenant", "acme")
    with public_scope():
        assert not ClientOrigin.objects.exists()


def test_an_unknown_client_is_an_error(acme: TenantRef) -> None:
    for verb in (("remove", "x"), ("pin", "x", "v20261201")):
        with pytest.raises(CommandError):
            manage("oauthclient", *verb, "--tenant", "acme")


def test_an_application_is_set_listed_and_removed(
    api: JobHaxClient, standin: IdentityStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = google(standin, "g1", client_id="theirs")
    assert log_in(api, GOOGLE, token).code == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("their secret\n"))
    manage("provider", "set", GOOGLE, "theirs", "--secret-stdin", "--tenant", "acme")
    assert log_in(api, GOOGLE, token).code == 0
    listed = manage("provider", "list", "--tenant", "acme")
    assert {"provider": GOOGLE, "clientId": "theirs", "hasSecret": True} in listed["clients"]
    assert "their secret" not in str(listed)
    manage("provider", "remove", GOOGLE, "theirs", "--tenant", "acme")
    assert log_in(api, GOOGLE, token).code == 1


def test_an_unknown_provider_is_an_error(acme: TenantRef, standin: IdentityStandin) -> None:
    with pytest.raises(CommandError):
        manage("provider", "set", "facebook", "x", "--tenant", "acme")


def test_after_reencrypting_the_old_key_may_go(
    api: JobHaxClient, standin: IdentityStandin, settings: pytest.FixtureRequest
) -> None:
    log_in(api, GOOGLE, google(standin, "g1"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, just as long as the one before it was and longer"
    assert manage("provider", "reencrypt")["secrets"] >= 3
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(ProviderApplication.objects.filter(provider=GOOGLE).get().secret) == "our secret"
    assert decrypt(LinkedIdentity.objects.get().grant)


def test_a_plugin_that_is_off_is_unknown_to_the_tenant(
    api: JobHaxClient, standin: IdentityStandin, joe: User
) -> None:
    assert {plugin["name"] for plugin in manage("plugin", "list")["plugins"]} >= {
        "password",
        "google",
        "linkedin",
    }
    manage("plugin", "off", "google", "--tenant", "acme")
    manage("plugin", "off", "password", "--tenant", "acme")
    forget_plugins()
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 10
    assert api.login("joesmith", PASSWORD).code == 6
    manage("plugin", "on", "google", "--tenant", "acme")
    forget_plugins()
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0


def test_log_ins_of_a_plugin_are_switched_apart_from_its_mail(
    api: JobHaxClient, standin: IdentityStandin
) -> None:
    switched = manage("plugin", "off", "google", "--kind", "login", "--tenant", "acme")
    assert switched == {"name": "google", "on": False, "kinds": ["login"]}
    forget_plugins()
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 10
    manage("plugin", "on", "google", "--tenant", "acme")
    forget_plugins()
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0


def test_mail_of_linkedin_is_switched_apart_from_its_log_ins(
    api: JobHaxClient, standin: IdentityStandin, acme: TenantRef
) -> None:
    mail = read_mail(build_mail(**RECEIPT)).message
    assert mail

    def events() -> tuple[str, ...]:
        forget_plugins()
        with tenant_scope(acme):
            answer = interpret(mail, plugins().registry(), proof_needed=True)
        return tuple(event.kind for event in answer.events)

    assert events() == ("applied",)
    manage("plugin", "off", "linkedin", "--kind", "mail", "--tenant", "acme")
    assert events() == ()
    token = standin.linkedin.issue(id="l1", client_id="ours")
    assert log_in(api, LINKEDIN, token).code == 0
    [listed] = [
        plugin
        for plugin in manage("plugin", "list", "--tenant", "acme")["plugins"]
        if plugin["name"] == "linkedin"
    ]
    assert (listed["authProviders"], listed["mailSources"]) == ([LINKEDIN], [])
    manage("plugin", "on", "linkedin", "--kind", "mail", "--tenant", "acme")
    assert events() == ("applied",)


@pytest.mark.parametrize("kind", ["mail", "logins", ""])
def test_a_kind_that_a_plugin_does_not_have_is_an_error(acme: TenantRef, kind: str) -> None:
    with pytest.raises(CommandError):
        manage("plugin", "off", "password", "--kind", kind, "--tenant", "acme")


def test_an_unknown_plugin_is_an_error(acme: TenantRef, standin: IdentityStandin) -> None:
    with pytest.raises(CommandError):
        manage("plugin", "off", "nonsense", "--tenant", "acme")


def test_a_status_is_added_and_used(seeker: JobHaxClient) -> None:
    added = manage("status", "add", " Second interview ", "--tenant", "acme")
    assert added["value"] == "Second interview"
    assert added["id"] > OFFER
    assert manage("status", "list", "--tenant", "acme")["statuses"][-1] == added
    assert seeker.get("jobapps/get_statuses").data[-1] == added
    application = {"job_title": "T", "company": "C", "application_date": "2019-01-31"}
    assert seeker.post("jobapps/add_jobapp", **application, status_id=added["id"]).code == 0


@pytest.mark.parametrize("value", ["Offer", " ", "x" * 101, "a\nb", "a\0b"])
def test_a_status_that_will_not_do_is_an_error(acme: TenantRef, value: str) -> None:
    with pytest.raises(CommandError):
        manage("status", "add", value, "--tenant", "acme")
