"""Servers that lie, through the job: a kept reason that its user sees, and no mail lost once they tell the truth."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import ip_network

import pytest
from django.utils import timezone

from config.network.connector import ConnectionLimits, OutsideConnector
from core import connecting
from core.accounts.models import User
from core.mail.mailboxes.credentials import write_secrets
from core.mail.mailboxes.failures import FAILURES, describe_failure
from core.mail.mailboxes.kinds import Secrets
from core.mail.models import StoredMessage, UserMailbox
from core.mail.sync import sync_mail
from tests.certificates import Authority, Certificate
from tests.core.mail.mailboxes.gmail import GmailUser, proven_mail
from tests.mail.indeed import receipt
from tests.plugins.imap.conftest import authority
from tests.plugins.imap.lying import always, drip, flood, hang_up
from tests.servers import CHECKOUT
from tests.standins.gmail.faults import Fault
from tests.standins.imap import Lie, LyingImap, Talk

__all__ = ["authority"]
PATIENT = ConnectionLimits(connect=60.0, read=60.0, answer=300.0, total=600.0)
# Only where time is what ends a connection: else a busy machine would end it.
HURRIED = replace(PATIENT, read=1.0, answer=2.0)
NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
Connect = Callable[..., tuple[UserMailbox, LyingImap]]


@pytest.fixture
def connect(seeker: User, authority: Authority) -> Iterator[Connect]:
    """Return a function that connects a mailbox at a server which lies so, with three mails."""
    before = connecting._connector
    use_limits(PATIENT, authority)
    with ExitStack() as stack:

        def start(
            *, certificate: Certificate | None = None, greeting: bytes = b"* OK\r\n", **lies: Lie
        ) -> tuple[UserMailbox, LyingImap]:
            mails = [
                proven_mail(receipt(f"Cook {one}", "Acme"), str(one), receiver="localhost")
                for one in range(3)
            ]
            named = {name.replace("_", " "): lie for name, lie in lies.items()}
            imap = LyingImap(mails, named, greeting)
            server = stack.enter_context(imap.serving(certificate or authority.issue("localhost")))
            settings = {"host": "localhost", "port": server.port, "username": "ann", "folders": []}
            mailbox = UserMailbox.objects.create(
                user=seeker,
                plugin="imap",
                account="ann",
                address="ann@localhost",
                settings=settings,
                credentials=write_secrets(Secrets(password="hush-hush")),
            )
            return mailbox, imap

        yield start
    connecting._connector = before


def use_limits(limits: ConnectionLimits, authority: Authority) -> None:
    connecting.use_connector(
        OutsideConnector(allowed=NETWORKS, limits=limits, trusted=authority.trusting())
    )


def sync(mailbox: UserMailbox) -> str:
    UserMailbox.objects.filter(refused_at=None).update(next_sync_at=timezone.now())
    outcome = str(sync_mail.run(user_id=mailbox.user_id))
    mailbox.refresh_from_db()
    return outcome


@pytest.mark.parametrize(
    ("lies", "reasons"),
    [
        ({"FETCH_BODY": hang_up(b"* BYE going down\r\n")}, {"connection"}),
        ({"EXAMINE": always(b"* 1 FETCH (BODY[] {999999999999999}\r\n")}, {"too-large"}),
        ({"SEARCH": flood(b"x" * 65536)}, {"too-large"}),
        ({"FETCH": always(b"OTHER OK done\r\n")}, {"malformed"}),
        ({"STATUS": drip}, {"timeout"}),
        ({"LIST": always(b"TAG NO [LIMIT] too many connections\r\n")}, {"rate-limited"}),
        ({"AUTHENTICATE": always(b"+ !!!not base64!!!x\r\n")}, {"malformed"}),
    ],
    ids=["bye", "literal", "endless", "tag", "drip", "limit", "base64"],
)
def test_a_lie_is_a_kept_reason_and_loses_nothing(
    connect: Connect, authority: Authority, lies: dict[str, Lie], reasons: set[str]
) -> None:
    mailbox, imap = connect(**lies)
    if "timeout" in reasons:
        use_limits(HURRIED, authority)
    assert sync(mailbox).endswith("mailboxes: 1 failed")
    assert mailbox.failure in reasons
    assert describe_failure(mailbox.failure) == FAILURES[mailbox.failure]
    assert mailbox.next_sync_at is not None
    assert mailbox.next_sync_at > timezone.now()
    imap.lies.clear()
    use_limits(PATIENT, authority)
    assert sync(mailbox).endswith("mailboxes: 1 done")
    assert StoredMessage.objects.count() == 3
    assert (mailbox.failure, mailbox.found["applications"]) == ("", 3)


def test_a_mail_that_comes_after_all_has_failed_no_more(
    connect: Connect, authority: Authority
) -> None:
    def leave_out(talk: Talk, tag: str, rest: str) -> bytes | None:
        said = b"".join(talk.body(uid) for uid in (1, 3) if str(uid) in rest.partition(" (")[0])
        return said + f"{tag} OK done\r\n".encode()

    mailbox, imap = connect(FETCH_BODY=leave_out)
    assert sync(mailbox) == "2 mails; mailboxes: 1 done"
    (failed,) = mailbox.failed_mails
    assert failed["reason"] == "the server doesn't send it"
    assert (mailbox.found["messages"], mailbox.found["failed"]) == (3, 1)
    imap.lies.clear()
    assert sync(mailbox) == "1 mails; mailboxes: 1 done"
    assert mailbox.failed_mails == []
    assert (mailbox.found["messages"], mailbox.found["failed"]) == (3, 0)
    assert StoredMessage.objects.count() == 3


def test_the_page_for_clients_names_each_reason() -> None:
    page = (CHECKOUT / "docs" / "mail.md").read_text(encoding="utf-8")
    assert [code for code in FAILURES if f"`{code}`" not in page] == []


def test_folders_that_are_renumbered_in_the_middle_are_read_again_without_doubles(
    connect: Connect,
) -> None:
    mailbox, imap = connect()
    sync(mailbox)
    imap.validity += 1
    assert sync(mailbox) == "0 mails; mailboxes: 1 done"
    assert StoredMessage.objects.count() == 3


@pytest.mark.parametrize("hosts", [("other.example",), ()], ids=["other-host", "self-signed"])
def test_a_certificate_that_does_not_fit_is_a_kept_reason(
    connect: Connect, authority: Authority, hosts: tuple[str, ...]
) -> None:
    certificate = authority.issue(*(hosts or ("localhost",)), own=not hosts)
    mailbox, imap = connect(certificate=certificate)
    sync(mailbox)
    assert mailbox.failure == "tls"
    assert imap.commands == []


def test_a_redirect_is_followed_nowhere(connect: Connect) -> None:
    mailbox, _ = connect(greeting=b"* BYE [REFERRAL imap://evil.example/] go there\r\n")
    sync(mailbox)
    assert mailbox.failure == "status"


def test_a_log_in_that_is_refused_ends_the_schedule(connect: Connect) -> None:
    mailbox, _ = connect(AUTHENTICATE=always(b"TAG NO [AUTHENTICATIONFAILED] wrong\r\n"))
    assert sync(mailbox) == "0 mails; mailboxes: 1 refused"
    assert (mailbox.failure, mailbox.next_sync_at) == ("refused", None)


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("redirect", "status"),
        ("html", "malformed"),
        ("closed", "closed"),
        ("not-configured", "not-set-up"),
        ("scope", "missing-scope"),
    ],
)
def test_what_gmail_answers_instead_is_a_kept_reason(
    ann: GmailUser, monkeypatch: pytest.MonkeyPatch, fault: Fault, failure: str
) -> None:
    monkeypatch.setattr("plugins.gmail.requests.ATTEMPTS", 1)
    ann.deliver("Cook")
    ann.standin.gmail.faults.plan(fault)
    ann.sync()
    assert ann.mailbox.failure == failure
    assert StoredMessage.objects.count() == 0
