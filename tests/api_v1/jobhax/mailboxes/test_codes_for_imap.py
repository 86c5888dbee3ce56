"""A server that takes no passwords: IMAP is connected by an authorization code, and goes on until that is revoked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.logins.provider_settings import set_provider_application
from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.mailboxes.credentials import read_secrets, write_secrets
from core.mail.mailboxes.kinds import Secrets
from core.mail.models import UserMailbox
from core.mail.sync import sync_mail
from core.plugins import plugins, use_plugins
from plugins.google.provider import GoogleProvider
from plugins.microsoft.provider import MicrosoftProvider
from providers.contracts import Grant
from tenants.plugins import TenantPlugins
from tests.api_v1.jobhax.mailboxes.conftest import REDIRECT, log_in_of
from tests.clients import JobHaxClient, Reply
from tests.core.mail.mailboxes.gmail import proven_mail
from tests.mail.indeed import receipt
from tests.standins.dovecot import Dovecot
from tests.standins.microsoft import Microsoft
from tests.standins.server import Standin

ADD = "mailboxes/add_mailbox"
USER = "user161"


@pytest.fixture
def microsoft(server: Dovecot) -> Microsoft:
    """Microsoft, whose tokens open mailboxes of `server`."""
    return Microsoft(make_token=server.token, clients={"ours": "our secret"})


@pytest.fixture
def service(ann: User, microsoft: Microsoft, monkeypatch: pytest.MonkeyPatch) -> Iterator[Standin]:
    known = plugins()
    monkeypatch.setattr(MicrosoftProvider, "imap_hosts", ("localhost",))
    set_provider_application("microsoft-oauth2", client_id="ours", secret="our secret")
    with microsoft.serving() as standin:
        urls = {"microsoft-oauth2": standin.url}
        use_plugins(TenantPlugins(known.installed(), base_urls=urls))
        yield standin
    use_plugins(known)


def connect(head: JobHaxClient, server: Dovecot, code: str | None, **changes: object) -> Reply:
    sent = {"username": USER, "code": code, "redirect_uri": REDIRECT} | changes
    body = log_in_of(server, **sent)
    del body["password"]
    return head.post(ADD, **body)


def stored_grant() -> Grant:
    secrets = read_secrets(UserMailbox.objects.get().credentials)
    assert secrets is not None
    assert secrets.password is None
    assert secrets.grant is not None
    return secrets.grant


def test_a_code_connects_the_mailbox_and_its_mail_comes_also_after_the_token_has_expired(
    head: JobHaxClient, ann: User, server: Dovecot, microsoft: Microsoft, service: Standin
) -> None:
    reply = connect(head, server, microsoft.consent(USER, redirect_uri=REDIRECT))
    assert (reply.status, reply.code) == (200, 0)
    shown = [reply.data[name] for name in ("plugin", "host", "username", "state")]
    assert shown == ["imap", "localhost", USER, "active"]
    first = stored_grant()
    server.deliver(USER, proven_mail(receipt("Cook", "Acme"), "Cook", receiver="localhost"))
    assert sync_mail.run(user_id=ann.id) == "1 mails; mailboxes: 1 done"
    expired = first.model_copy(update={"expires_at": timezone.now() - timedelta(minutes=1)})
    UserMailbox.objects.update(
        credentials=write_secrets(Secrets(grant=expired)), next_sync_at=timezone.now()
    )
    server.deliver(USER, proven_mail(receipt("Waiter", "Acme"), "Waiter", receiver="localhost"))
    assert sync_mail.run(user_id=ann.id) == "1 mails; mailboxes: 1 done"
    assert sorted(Application.objects.values_list("job_title", flat=True)) == ["Cook", "Waiter"]
    assert stored_grant().refresh_token != first.refresh_token


def test_a_consent_that_is_revoked_ends_the_schedule_and_a_new_code_goes_on(
    head: JobHaxClient, ann: User, server: Dovecot, microsoft: Microsoft, service: Standin
) -> None:
    name = "user163"
    connect(head, server, microsoft.consent(name, redirect_uri=REDIRECT), username=name)
    microsoft.revoke()
    dead = stored_grant().model_copy(update={"access_token": "dead"})
    UserMailbox.objects.update(credentials=write_secrets(Secrets(grant=dead)))
    assert sync_mail.run(user_id=ann.id) == "0 mails; mailboxes: 1 refused"
    [shown] = head.get("mailboxes/get_mailboxes").data
    assert (shown["state"], shown["failure"]["code"]) == ("refused", "refused")
    code = microsoft.consent(name, redirect_uri=REDIRECT)
    reply = connect(head, server, code, username=name)
    assert (reply.data["id"], reply.data["state"]) == (shown["id"], "active")
    # A password replaces it, as at any server.
    reply = head.post(ADD, **log_in_of(server, username=name))
    assert (reply.data["id"], UserMailbox.objects.get().settings["provider"]) == (shown["id"], None)
    assert sync_mail.run(user_id=ann.id) == "0 mails; mailboxes: 1 done"


def test_a_code_that_does_not_open_the_mailbox_connects_nothing(
    head: JobHaxClient, server: Dovecot, microsoft: Microsoft, service: Standin
) -> None:
    def code_of(user: str, **more: str) -> str:
        return microsoft.consent(user, redirect_uri=REDIRECT, **more)

    refused = "code is not accepted by the mail server"
    offline = "code must be of a request with access_type=offline and prompt=consent"
    assert connect(head, server, "M.C5_made-up").message == refused
    assert connect(head, server, code_of("user162")).message == refused
    assert connect(head, server, code_of(USER, scope="openid")).message == offline
    missing = log_in_of(server, code=code_of(USER), password=None)
    assert head.post(ADD, **missing).message == "redirect_uri is required"
    assert not UserMailbox.objects.exists()


def test_a_token_is_sent_to_servers_of_its_provider_alone(
    head: JobHaxClient, server: Dovecot, microsoft: Microsoft, service: Standin
) -> None:
    code = microsoft.consent(USER, redirect_uri=REDIRECT)
    reply = connect(head, server, code, host="127.0.0.1")
    hosts = ", ".join((*GoogleProvider.imap_hosts, "localhost"))
    assert (reply.status, reply.code, reply.message) == (400, 10, f"host must be one of [{hosts}]")
    assert service.calls == []
    assert connect(head, server, code, host="LOCALHOST.").code == 0


def test_a_provider_that_does_not_answer_is_another_error(
    head: JobHaxClient, server: Dovecot, service: Standin
) -> None:
    service.failures.plan("error")
    reply = connect(head, server, "M.C5_code")
    assert (reply.status, reply.code) == (503, 12)
    assert not UserMailbox.objects.exists()


def test_it_is_no_choice_for_logging_in(head: JobHaxClient, service: Standin) -> None:
    reply = head.post("users/auth_social_user", provider="acme", token="x")
    assert "microsoft" not in reply.message
