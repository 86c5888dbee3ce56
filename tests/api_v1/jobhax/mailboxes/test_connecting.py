"""Mailboxes: connecting one, by an authorization code or by a log-in that is tried first."""

import pytest

from core.accounts.models import User
from core.mail.mailboxes import services
from core.mail.mailboxes.credentials import read_secrets
from core.mail.mailboxes.services import MAX_MAILBOXES
from core.mail.models import UserMailbox
from tests.api_v1.jobhax.mailboxes.conftest import PASSWORD, REDIRECT, consent, log_in_of
from tests.clients import JobHaxClient
from tests.standins.dovecot import Dovecot
from tests.standins.identity import IdentityStandin

ADD = "mailboxes/add_mailbox"
LIST = "mailboxes/get_mailboxes"


def test_a_code_of_google_connects_gmail(
    head: JobHaxClient, ann: User, google: IdentityStandin
) -> None:
    reply = head.post(ADD, plugin="gmail", code=consent(google), redirect_uri=REDIRECT)
    assert (reply.status, reply.code) == (200, 0)
    assert (reply.data["plugin"], reply.data["address"]) == ("gmail", "nina@gmail.test")
    assert (reply.data["state"], reply.data["last_sync"], reply.data["failure"]) == (
        "active", None, None,
    )  # fmt: skip
    assert reply.data["next_sync"] is not None
    assert reply.data["found"] == dict.fromkeys(
        ("messages", "mails", "applications", "updates", "failed"), 0
    )
    assert head.get(LIST).data == [reply.data]
    mailbox = UserMailbox.objects.get(user=ann)
    secrets = read_secrets(mailbox.credentials)
    assert secrets is not None
    assert secrets.grant is not None
    assert secrets.grant.refresh_token is not None
    assert mailbox.account == "g1"
    assert secrets.grant.refresh_token.encode() not in bytes(mailbox.credentials or b"")


def test_a_code_works_once(head: JobHaxClient, google: IdentityStandin) -> None:
    sent = {"plugin": "gmail", "code": consent(google), "redirect_uri": REDIRECT}
    assert head.post(ADD, **sent).code == 0
    reply = head.post(ADD, **sent)
    assert (reply.status, reply.code) == (400, 3)
    assert len(head.get(LIST).data) == 1


def test_an_account_that_is_connected_again_gets_the_new_grant(
    head: JobHaxClient, google: IdentityStandin
) -> None:
    first = head.post(ADD, plugin="gmail", code=consent(google), redirect_uri=REDIRECT)
    before = UserMailbox.objects.get().credentials
    second = head.post(ADD, plugin="gmail", code=consent(google), redirect_uri=REDIRECT)
    assert second.data["id"] == first.data["id"]
    assert UserMailbox.objects.get().credentials != before


@pytest.mark.parametrize(
    "change",
    [{"code": "4/0made-up"}, {"redirect_uri": "https://elsewhere.example/"}],
    ids=["unknown", "elsewhere"],
)
def test_a_code_that_google_refuses_connects_nothing(
    head: JobHaxClient, google: IdentityStandin, change: dict[str, str]
) -> None:
    sent = {"plugin": "gmail", "code": consent(google), "redirect_uri": REDIRECT}
    reply = head.post(ADD, **{**sent, **change})
    assert (reply.status, reply.code) == (400, 3)
    assert head.get(LIST).data == []


def test_a_code_without_the_scope_for_mail_connects_nothing(
    head: JobHaxClient, google: IdentityStandin
) -> None:
    code = consent(google, scope="openid email")
    reply = head.post(ADD, plugin="gmail", code=code, redirect_uri=REDIRECT)
    assert (reply.status, reply.code) == (400, 3)
    assert head.get(LIST).data == []


def test_a_log_in_connects_a_mailbox_of_imap(
    head: JobHaxClient, ann: User, server: Dovecot
) -> None:
    reply = head.post(ADD, **log_in_of(server, folders=["INBOX", "Drafts"]))
    assert (reply.status, reply.code) == (200, 0)
    shown = {name: reply.data[name] for name in ("plugin", "address", "host", "port", "username")}
    assert shown == {
        "plugin": "imap",
        "address": "user150@localhost",
        "host": "localhost",
        "port": server.port,
        "username": "user150",
    }
    assert reply.data["folders"] == ["INBOX", "Drafts"]
    assert PASSWORD.encode() not in reply.content
    mailbox = UserMailbox.objects.get(user=ann)
    secrets = read_secrets(mailbox.credentials)
    assert secrets is not None
    assert secrets.password == PASSWORD
    assert "password" not in mailbox.settings


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"password": "wrong"}, "password is not accepted by the mail server"),
        ({"folders": ["Nowhere"]}, "folders must be folders of the mailbox"),
        ({"host": "nowhere.invalid"}, "host must be a host name with an address"),
        (
            {"host": "bü cher.invalid"},
            "host must be a domain name that IDNA 2008 allows, like bücher.example",
        ),
        (
            {"host": "10.0.0.1", "port": 993},
            "host must not be in a private network, nor have a port of another service",
        ),
        (
            {"host": "127.0.0.1"},
            "host must be a server that encrypts, with a certificate of that name",
        ),
        ({"port": 65_536}, "port must be at most 65535"),
        ({"port": None}, "port is required"),
        ({"host": None, "username": None}, "host is required"),
        ({"plugin": "pop3"}, "plugin must be one of [forward, gmail, imap]"),
        ({"plugin": "gmail"}, "code is required"),
    ],
    ids=[
        "password", "folder", "unknown", "malformed", "private", "certificate", "port", "no-port",
        "no-host", "kind", "code",
    ],
)  # fmt: skip
def test_a_log_in_that_does_not_work_connects_nothing(
    head: JobHaxClient, server: Dovecot, change: dict[str, object], message: str
) -> None:
    reply = head.post(ADD, **log_in_of(server, **change))
    assert (reply.status, reply.code, reply.message) == (400, 10, message)
    assert head.get(LIST).data == []


def test_a_server_that_does_not_answer_is_another_error(
    head: JobHaxClient, server: Dovecot
) -> None:
    reply = head.post(ADD, **log_in_of(server, port=1025))
    assert (reply.status, reply.code) == (503, 12)
    assert reply.message == "Mail server does not answer: try again later"


def test_passwords_can_be_tried_only_so_often(
    head: JobHaxClient, server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_ATTEMPTS", 2)
    for _ in range(2):
        assert head.post(ADD, **log_in_of(server, password="wrong")).code == 10
    reply = head.post(ADD, **log_in_of(server))
    assert reply.status == 429
    assert int(reply.headers["Retry-After"]) > 3000


def test_a_user_has_only_so_many(head: JobHaxClient, ann: User, server: Dovecot) -> None:
    for number in range(MAX_MAILBOXES):
        UserMailbox.objects.create(user=ann, plugin="imap", account=str(number), address="a@b.test")
    reply = head.post(ADD, **log_in_of(server))
    assert (reply.status, reply.code) == (409, 10)
    assert reply.message == "Mailbox can't be added: a user may have at most 10"


def test_two_users_may_read_one_mailbox(
    head: JobHaxClient, stranger: JobHaxClient, server: Dovecot
) -> None:
    stranger.version = head.version
    for client in (head, stranger):
        assert client.post(ADD, **log_in_of(server)).code == 0
    assert UserMailbox.objects.count() == 2
