"""A job seeker's mailboxes in the console: each way to connect one, and all that can be done with it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.inbound.incoming import InboundMail
from core.mail.inbound.receiving import receive_mail
from core.mail.mailboxes.credentials import read_secrets
from core.mail.models import UserMailbox
from providers.conformance.mail_writer import write_mail
from tenants.audit.models import Entry
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.weights import MOST_BYTES, weigh
from tests.api_v1.jobhax.mailboxes.conftest import (
    PASSWORD,
    authority,
    connector,
    dovecot,
    google,
    log_in_of,
    server,
)
from tests.core.mail.inbound.test_receiving import COOK, GMAIL, at
from tests.standins.dovecot import Dovecot
from tests.standins.identity import IdentityStandin
from tests.statements import statements
from tests.tenants.inbound.serving import DOMAIN, taking_mail

__all__ = ["authority", "connector", "dovecot", "google", "server"]
MAILBOXES = "/app/mailboxes/"
GMAIL_PAGE = "/app/mailboxes/with/gmail/"


@pytest.fixture
def seeker(joe: User) -> Browser:
    return signed_in(joe)


@pytest.fixture
def inbound() -> Iterator[None]:
    with taking_mail():
        yield


def only_mailbox() -> UserMailbox:
    return UserMailbox.objects.get()


def actions() -> list[str]:
    entries = Entry.objects.filter(action__startswith="mailbox.").order_by("id")
    return [entry.action for entry in entries]


def test_a_mail_server_is_connected_once_its_log_in_was_tried(
    seeker: Browser, server: Dovecot
) -> None:
    form = log_in_of(server) | {"folders": ""}
    wrong = seeker.act(MAILBOXES, "connect-login", **{**form, "password": "wrong"})
    assert (wrong.status_code, UserMailbox.objects.count()) == (400, 0)
    assert "accepted by the mail server" in seeker.text
    assert "wrong" not in [
        tag.get("value") for tag in BeautifulSoup(wrong.content, "html.parser").select("input")
    ]
    assert seeker.act(MAILBOXES, "connect-login", **form).status_code == 303
    seeker.follow()
    assert "user150 at localhost" in seeker.text
    assert PASSWORD not in seeker.page.content.decode()
    secrets = read_secrets(only_mailbox().credentials)
    assert secrets is not None
    assert secrets.password == PASSWORD


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"folders": "Jobs\nNowhere"}, "folder"),
        ({"folders": "\n".join(map(str, range(101)))}, "at most 100 folders"),
        ({"host": "192.0.2.1"}, "mail server"),
        ({"port": "0"}, "greater than or equal to 1"),
        ({"host": ""}, "required"),
        ({"plugin": "gmail"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_a_log_in_is_said(
    seeker: Browser, server: Dovecot, changes: dict[str, str], said: str
) -> None:
    form = {**log_in_of(server), "folders": "", **changes}
    assert seeker.act(MAILBOXES, "connect-login", **form).status_code in (400, 503)
    assert said in seeker.text
    assert not UserMailbox.objects.exists()


def leave(browser: Browser, at: str = GMAIL_PAGE) -> str:
    """Press the button of a provider; return the address of its page."""
    page = browser.act(at, "begin")
    assert page.status_code == 200, browser.text
    found = re.search(r'href="(http://127[^"]+)"', page.content.decode())
    assert found, page.content
    return found[1].replace("&amp;", "&")


def consent(url: str) -> str:
    """Open the provider's page; return the path that it sends the browser back to."""
    answer = requests.get(url, allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def test_gmail_is_connected_at_the_page_of_google(
    seeker: Browser, joe: User, google: IdentityStandin
) -> None:
    google.google.page.log_in(person="g1")
    seeker.get(MAILBOXES)
    assert "Connect Gmail" in seeker.text
    back = consent(leave(seeker))
    assert seeker.get(back).status_code == 200
    assert not UserMailbox.objects.exists(), "a GET connects nothing"
    assert re.search(r"code=([^&]+)", back)[1] not in seeker.page.content.decode()  # type: ignore[index]
    assert seeker.act(back, "connect").headers["Location"] == MAILBOXES
    asked = google.google.page.asked[0]
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    assert asked["code_challenge_method"] == "S256"
    assert "gmail.readonly" in asked["scope"]
    mailbox = only_mailbox()
    assert (mailbox.user_id, mailbox.plugin, mailbox.account) == (joe.id, "gmail", "g1")
    assert mailbox.next_sync_at is not None
    assert actions() == ["mailbox.add"]
    # The browser forgot it, and the state was used.
    assert seeker.act(back, "connect").status_code == 400


def test_an_answer_of_google_is_good_once_and_in_one_browser(
    seeker: Browser, staff: User, google: IdentityStandin
) -> None:
    google.google.page.log_in(person="g1")
    back = consent(leave(seeker))
    kept = seeker.client.cookies["happo-login"].value
    other = signed_in(staff)
    assert other.act(back, "connect").status_code == 400
    other.client.cookies["happo-login"] = kept
    assert other.act(back, "connect").status_code == 400
    assert seeker.act(back.replace("state=", "state=x"), "connect").status_code == 400
    assert not UserMailbox.objects.exists()
    assert seeker.act(back, "connect").status_code == 303
    seeker.client.cookies["happo-login"] = kept
    assert seeker.act(back, "connect").status_code == 400
    assert UserMailbox.objects.count() == 1


def test_a_visit_for_mail_signs_in_no_user(seeker: Browser, google: IdentityStandin) -> None:
    google.google.page.log_in(person="g1")
    back = urlsplit(consent(leave(seeker)))
    stranger = Browser()
    stranger.client.cookies["happo-login"] = seeker.client.cookies["happo-login"].value
    answer = stranger.get(f"/sign-in/with/google-oauth2/callback?{back.query}")
    assert (answer.status_code, stranger.cookie) == (403, "")


def test_a_person_who_does_not_consent_connects_nothing(
    seeker: Browser, google: IdentityStandin
) -> None:
    google.google.page.log_in(person="g1", consents=False)
    assert seeker.get(consent(leave(seeker))).status_code == 400
    assert not UserMailbox.objects.exists()


@pytest.mark.parametrize("name", ["imap", "forward", "google-oauth2", "nothing"])
def test_a_kind_without_a_page_leads_nowhere(seeker: Browser, name: str) -> None:
    assert seeker.act(f"/app/mailboxes/with/{name}/", "begin").status_code == 404


def test_gmail_is_offered_only_where_it_is_set_up(seeker: Browser) -> None:
    seeker.get(MAILBOXES)
    assert "Connect Gmail" not in seeker.text
    assert seeker.act(GMAIL_PAGE, "begin").status_code == 400


def test_a_forwarding_address_is_made_shown_and_renewed(seeker: Browser, inbound: None) -> None:
    assert seeker.act(MAILBOXES, "make-address").status_code == 303
    seeker.follow()
    address = copied(seeker, "forwarding-address")
    assert address.endswith(f"@{DOMAIN}")
    assert "Make an address" not in seeker.text
    assert "Last mail" not in seeker.text
    for mail in (COOK, GMAIL):
        receive_mail(at(address), InboundMail(write_mail(mail)))
    receive_mail(at(address), InboundMail(b""))
    seeker.get(MAILBOXES)
    assert "Last mail" in seeker.text
    assert "without a Message-ID" in seeker.text
    assert copied(seeker, "confirmation-code") == "520412342"
    assert "1 of 3 mails are about applications: 1 new" in seeker.text
    assert seeker.act(MAILBOXES, "renew", mailbox=only_mailbox().id).status_code == 303
    seeker.follow()
    assert copied(seeker, "forwarding-address") != address
    assert "520412342" not in seeker.text
    assert seeker.act(MAILBOXES, "sync", mailbox=only_mailbox().id).status_code == 409
    assert actions() == ["mailbox.add", "mailbox.update"]


def copied(browser: Browser, name: str) -> str:
    found = BeautifulSoup(browser.page.content, "html.parser").find(id=name)
    assert found, browser.text
    return found.get_text()


def test_an_installation_that_takes_no_mail_offers_no_address(seeker: Browser) -> None:
    seeker.get(MAILBOXES)
    assert "Make an address" not in seeker.text
    assert seeker.act(MAILBOXES, "make-address").status_code == 400


def make_mailbox(user: User, **said: object) -> UserMailbox:
    plain = {"plugin": "imap", "account": "jo@mail.test:993", "address": "jo@mail.test"}
    return UserMailbox.objects.create(user=user, **{**plain, **said})


def test_a_mailbox_is_paused_resumed_and_read_now(seeker: Browser, joe: User) -> None:
    mailbox = make_mailbox(joe)
    assert seeker.act(MAILBOXES, "pause", mailbox=mailbox.id).status_code == 303
    assert only_mailbox().paused
    assert seeker.act(MAILBOXES, "sync", mailbox=mailbox.id).status_code == 409
    seeker.get(MAILBOXES)
    assert "Go on" in seeker.text
    assert "Read now" not in seeker.text
    assert seeker.act(MAILBOXES, "resume", mailbox=mailbox.id).status_code == 303
    assert seeker.act(MAILBOXES, "sync", mailbox=mailbox.id).status_code == 303
    assert only_mailbox().next_sync_at is not None
    assert actions() == ["mailbox.update", "mailbox.update", "mailbox.sync"]


def test_a_paused_address_says_what_becomes_of_its_mail(seeker: Browser, inbound: None) -> None:
    seeker.act(MAILBOXES, "make-address")
    seeker.get(MAILBOXES)
    assert "comes now is kept" not in seeker.text
    seeker.act(MAILBOXES, "pause", mailbox=only_mailbox().id)
    seeker.get(MAILBOXES)
    assert "Mail about applications that comes now is kept, and read once you go on." in seeker.text


def test_a_mailbox_whose_server_wants_a_pause_says_until_when(seeker: Browser, joe: User) -> None:
    mailbox = make_mailbox(joe, not_before="2999-01-01T10:30:00Z")
    seeker.act(MAILBOXES, "sync", mailbox=mailbox.id)
    seeker.follow()
    assert "the mailbox is read after 10:30 UTC on 2999-01-01." in seeker.text


@pytest.mark.parametrize(("form", "left"), [({}, 1), ({"delete_mail": "on"}, 0)])
def test_a_mailbox_goes_with_or_without_what_it_brought(
    seeker: Browser, inbound: None, form: dict[str, str], left: int
) -> None:
    seeker.act(MAILBOXES, "make-address")
    seeker.follow()
    receive_mail(at(copied(seeker, "forwarding-address")), InboundMail(write_mail(COOK)))
    assert seeker.act(MAILBOXES, "remove", mailbox=only_mailbox().id, **form).status_code == 303
    assert not UserMailbox.objects.exists()
    assert Application.objects.count() == left


def test_a_mailbox_that_is_being_read_says_so(seeker: Browser, joe: User) -> None:
    make_mailbox(joe, next_sync_at=timezone.now())
    seeker.get(MAILBOXES)
    assert "Last read never Next now: it is being read, or is next in turn" in seeker.text
    UserMailbox.objects.update(next_sync_at=timezone.now() + timedelta(hours=1))
    seeker.get(MAILBOXES)
    assert "being read" not in seeker.text


def test_why_a_mailbox_failed_is_said(seeker: Browser, joe: User) -> None:
    now = timezone.now()
    make_mailbox(
        joe,
        refused_at=now,
        failure="refused",
        failed_at=now,
        failed_mails=[{"id": "<b>7</b>", "reason": "too-large", "at": now.isoformat()}],
        settings={"host": "mail.test", "port": 993, "username": "jo", "folders": ["<i>Jobs"]},
    )
    page = seeker.get(MAILBOXES).content.decode()
    assert "The log-in is no longer accepted: connect the mailbox again." in seeker.text
    assert "too-large" in seeker.text
    assert "<b>7" not in page
    assert "<i>Jobs" not in page
    assert "Read now" not in seeker.text


@pytest.mark.parametrize("action", ["pause", "resume", "sync", "renew", "remove"])
def test_another_users_mailbox_is_not_found(seeker: Browser, staff: User, action: str) -> None:
    mailbox = make_mailbox(staff)
    for number in (str(mailbox.id), "", "x", "0", "9" * 30):
        assert seeker.act(MAILBOXES, action, mailbox=number).status_code in (400, 404)
    seeker.get(MAILBOXES)
    assert "jo@mail.test" not in seeker.text
    assert actions() == []


def test_ten_mailboxes_take_few_statements_and_little_html(
    seeker: Browser, joe: User, inbound: None
) -> None:
    for number in range(10):
        make_mailbox(
            joe,
            account=f"{number}",
            address=f"user{number}@a-long-name-of-a-host.example",
            failure="timeout",
            failed_mails=[
                {"id": "x" * 60, "reason": "too-large", "at": "2026-11-27T00:00:00Z"}
            ] * 20,
        )  # fmt: skip
    seeker.get(MAILBOXES)
    with statements() as run:
        page = seeker.get(MAILBOXES)
    assert len(run) <= 12
    assert weigh(page) < MOST_BYTES
