"""A mailbox at Microsoft is connected by a button of the console, at Microsoft's page."""

from collections.abc import Iterator

import pytest

from core.accounts.logins.provider_settings import set_provider_application
from core.accounts.models import User
from core.mail.mailboxes.credentials import read_secrets
from core.mail.models import UserMailbox
from core.mail.sync import sync_mail
from core.plugins import plugins, use_plugins
from plugins.microsoft.provider import READ_IMAP, MicrosoftProvider
from tenants.plugins import TenantPlugins
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.test_mailboxes import MAILBOXES, consent, leave
from tests.api_v1.jobhax.mailboxes.conftest import authority, connector, dovecot, server
from tests.core.mail.mailboxes.gmail import proven_mail
from tests.mail.indeed import receipt
from tests.standins.dovecot import Dovecot
from tests.standins.microsoft import Microsoft

__all__ = ["authority", "connector", "dovecot", "server"]
PAGE = "/app/mailboxes/with/microsoft-oauth2/"
JO = "user171@outlook.test"


@pytest.fixture
def microsoft(joe: User, server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Microsoft]:
    """Microsoft, whose tokens open mailboxes of `server`, with an application of the tenant."""
    found = Microsoft(make_token=server.token, clients={"ours": "our secret"})
    known = plugins()
    monkeypatch.setattr(MicrosoftProvider, "imap_hosts", ("localhost",))
    monkeypatch.setattr("core.mail.mailboxes.connecting.IMAPS_PORT", server.port)
    set_provider_application("microsoft-oauth2", client_id="ours", secret="our secret")
    with found.serving() as standin:
        use_plugins(TenantPlugins(known.installed(), base_urls={"microsoft-oauth2": standin.url}))
        yield found
    use_plugins(known)


@pytest.fixture
def seeker(joe: User) -> Browser:
    return signed_in(joe)


def test_a_mailbox_at_microsoft_is_connected_at_its_page_and_read(
    seeker: Browser, joe: User, server: Dovecot, microsoft: Microsoft
) -> None:
    microsoft.page.log_in(person=JO)
    seeker.get(MAILBOXES)
    assert "Connect Outlook or Microsoft 365" in seeker.text
    back = consent(leave(seeker, PAGE))
    assert seeker.get(back).status_code == 200
    assert not UserMailbox.objects.exists(), "a GET connects nothing"
    assert seeker.act(back, "connect").headers["Location"] == MAILBOXES
    asked = microsoft.page.asked[0]
    assert READ_IMAP in asked["scope"].split()
    assert asked["code_challenge_method"] == "S256"
    mailbox = UserMailbox.objects.get()
    assert (mailbox.user_id, mailbox.plugin, mailbox.address) == (joe.id, "imap", JO)
    assert mailbox.settings["provider"] == "microsoft-oauth2"
    secrets = read_secrets(mailbox.credentials)
    assert secrets is not None
    assert secrets.grant is not None
    assert (secrets.password, secrets.grant.refresh_token in microsoft.refresh_tokens) == (
        None,
        True,
    )
    server.deliver(JO, proven_mail(receipt("Cook", "Acme"), "Cook", receiver="localhost"))
    assert sync_mail.run(user_id=joe.id) == "1 mails; mailboxes: 1 done"
    assert seeker.act(back, "connect").status_code == 400, "the state was used"


def test_an_account_whose_mailbox_does_not_open_connects_nothing(
    seeker: Browser, microsoft: Microsoft
) -> None:
    microsoft.page.log_in(person=JO)
    microsoft.claims = {"preferred_username": "another@outlook.test"}
    back = consent(leave(seeker, PAGE))
    assert seeker.act(back, "connect").status_code == 400
    assert "is not accepted by the mail server" in seeker.text
    assert not UserMailbox.objects.exists()


def test_a_person_who_does_not_consent_connects_nothing(
    seeker: Browser, microsoft: Microsoft
) -> None:
    microsoft.page.log_in(person=JO, consents=False)
    assert seeker.get(consent(leave(seeker, PAGE))).status_code == 400
    assert not UserMailbox.objects.exists()


def test_a_visit_to_microsoft_is_no_visit_to_another_provider(
    seeker: Browser, microsoft: Microsoft
) -> None:
    microsoft.page.log_in(person=JO)
    back = consent(leave(seeker, PAGE))
    assert seeker.act(back.replace("microsoft-oauth2", "gmail"), "connect").status_code == 400
    assert not UserMailbox.objects.exists()


def test_microsoft_is_offered_only_where_it_is_set_up(seeker: Browser) -> None:
    seeker.get(MAILBOXES)
    assert "Outlook" not in seeker.text
    assert seeker.act(PAGE, "begin").status_code == 400
