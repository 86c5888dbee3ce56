"""What becomes of one mail at a forwarding address: who is believed, what is kept, and how much is too much."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection

from core.accounts.models import User
from core.errors import NotFound
from core.jobsearch.models import Application
from core.mail import storing
from core.mail.inbound import receiving
from core.mail.inbound.addresses import read_address
from core.mail.inbound.forwarding import show_address, show_confirmation
from core.mail.inbound.incoming import InboundMail
from core.mail.inbound.receiving import Recipient, TooMuchMail, find_recipient, receive_mail
from core.mail.mailboxes.services import remove_mailbox
from core.mail.models import StoredMessage, UserMailbox
from core.plugins import plugins
from providers.conformance.mail_writer import Mail, write_mail
from tenants.inbound.delivery import TryLater, deliver_mail
from tests.mail.indeed import receipt
from tests.statements import statements
from tests.tenants.inbound.serving import DOMAIN, give_address, taking_mail

COOK = receipt("Cook", "Acme")
LETTER = Mail(sender="Ann <ann@friends.test>", subject="Dinner?", text="At eight?")
GMAIL = Mail(
    sender="Gmail Team <forwarding-noreply@google.com>",
    subject="(#520412342) Gmail Forwarding Confirmation - Receive Mail from joe@gmail.com",
    text="joe@gmail.com\n\nhttps://mail-settings.google.com/mail/vf-abc\n",
)


@pytest.fixture
def trusted() -> str:
    """The name of the mail server that is believed."""
    return ""


@pytest.fixture
def recipient(seeker: User, trusted: str) -> Iterator[Recipient]:
    with taking_mail(authserv_id=trusted):
        yield at(give_address(seeker)[1])


def at(address: str) -> Recipient:
    parts = read_address(address, domain=DOMAIN)
    assert parts is not None
    found = find_recipient(parts.secret)
    assert found is not None
    return found


def results(server: str, verdict: str, domain: str) -> bytes:
    return f"Authentication-Results: {server}; dmarc={verdict} header.from={domain}\r\n".encode()


def bare(mail: Mail) -> bytes:
    return write_mail(replace(mail, authentication=None))


def test_an_address_is_found_by_one_statement(recipient: Recipient, seeker: User) -> None:
    address = give_address(seeker)[1]
    with statements() as run:
        assert at(address) == recipient
    assert len(run) == 1
    assert find_recipient("0" * 20) is None


def test_a_user_has_one_address_however_often_it_is_asked_for(
    recipient: Recipient, seeker: User
) -> None:
    first, second = give_address(seeker), give_address(seeker)
    assert (first[0].id, first[1]) == (second[0].id, second[1])
    assert UserMailbox.objects.filter(user=seeker).count() == 1


def test_the_database_holds_no_address_that_can_be_read(recipient: Recipient, seeker: User) -> None:
    mailbox, address = give_address(seeker)
    secret = address.partition("@")[0].rpartition("-")[2]
    mailbox.refresh_from_db()
    stored = [
        mailbox.account,
        mailbox.address,
        str(mailbox.settings),
        str(bytes(mailbox.credentials)),
    ]
    assert not any(secret in text for text in stored)


def test_mail_of_no_source_costs_little_and_leaves_a_count(recipient: Recipient) -> None:
    plugins().registry()
    receive_mail(recipient, InboundMail(write_mail(LETTER)))
    with statements() as run:
        receive_mail(recipient, InboundMail(write_mail(LETTER)))
    # The mailbox with its count, in a transaction; the limit of its mail is in this process.
    assert len(run) <= 5
    assert UserMailbox.objects.get().found["messages"] == 2
    assert not StoredMessage.objects.exists()


@pytest.mark.parametrize("trusted", ["mx.happo.test"])
@pytest.mark.parametrize(
    ("server", "verdict", "trust"),
    [
        ("mx.happo.test", "pass", "passed"),
        ("other.test", "pass", "unknown"),
        ("other.test", "fail", "unknown"),
        ("mx.happo.test", "fail", None),
    ],
    ids=["proven", "a stranger's proof", "a stranger's refusal", "forged"],
)
def test_only_the_own_mail_server_is_believed(
    recipient: Recipient, server: str, verdict: str, trust: str | None
) -> None:
    receive_mail(recipient, InboundMail(results(server, verdict, "indeed.com") + bare(COOK)))
    stored = StoredMessage.objects.values_list("trust", flat=True)
    assert list(stored) == ([trust] if trust else [])


def test_without_a_name_no_results_are_believed(recipient: Recipient) -> None:
    receive_mail(
        recipient, InboundMail(results("mx.happo.test", "fail", "indeed.com") + bare(COOK))
    )
    assert StoredMessage.objects.get().trust == "unknown"


def test_a_mail_that_the_user_forwards_by_hand_is_unwrapped(recipient: Recipient) -> None:
    inner = write_mail(COOK)
    outer = (
        b"From: Joe <joe@home.test>\r\nTo: me@in.test\r\nSubject: Fwd: your application\r\n"
        b"Date: Tue, 8 Sep 2026 09:31:00 +0000\r\nMessage-ID: <f@home.test>\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\n"
        b"see below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    )
    receive_mail(recipient, InboundMail(outer))
    receive_mail(recipient, InboundMail(inner))
    assert list(Application.objects.values_list("job_title", flat=True)) == ["Cook"]


def test_gmails_question_is_shown_to_the_user(recipient: Recipient) -> None:
    receive_mail(recipient, InboundMail(write_mail(GMAIL)))
    shown = show_confirmation(UserMailbox.objects.get())
    assert shown is not None
    found = shown.confirmation
    assert (found.provider, found.account, found.code, found.link) == (
        "Gmail",
        "joe@gmail.com",
        "520412342",
        "https://mail-settings.google.com/mail/vf-abc",
    )
    assert not StoredMessage.objects.exists()


@pytest.mark.parametrize("trusted", ["mx.happo.test"])
def test_a_question_needs_the_proof_of_its_sender_where_there_are_proofs(
    recipient: Recipient,
) -> None:
    receive_mail(recipient, InboundMail(bare(GMAIL)))
    assert show_confirmation(UserMailbox.objects.get()) is None
    receive_mail(
        recipient, InboundMail(results("mx.happo.test", "pass", "google.com") + bare(GMAIL))
    )
    assert show_confirmation(UserMailbox.objects.get()) is not None


def test_an_address_that_gets_too_much_is_refused_for_now(
    recipient: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "BURST", 20)
    large = write_mail(LETTER) + b"x" * receiving.BYTES_PER_TOKEN * 9
    receive_mail(recipient, InboundMail(large))
    receive_mail(recipient, InboundMail(large))
    with pytest.raises(TooMuchMail):
        receive_mail(recipient, InboundMail(large))


def test_a_mailbox_that_is_removed_meanwhile_keeps_nothing(
    recipient: Recipient, seeker: User
) -> None:
    remove_mailbox(seeker.id, recipient.mailbox_id, delete_mail=False)
    for mail in (COOK, LETTER, GMAIL):
        with pytest.raises(NotFound):
            receive_mail(recipient, InboundMail(write_mail(mail)))
    assert not StoredMessage.objects.exists()


def test_mail_that_finds_no_room_stays_with_its_sender_and_the_user_is_shown_why(
    recipient: Recipient, seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, address = give_address(seeker)
    monkeypatch.setattr(storing, "MAX_STORED_MAILS", 0)
    with pytest.raises(TryLater):
        deliver_mail(address, InboundMail(write_mail(COOK)))
    deliver_mail(address, InboundMail(write_mail(LETTER)))
    assert UserMailbox.objects.get().failure == "full"
    monkeypatch.undo()
    deliver_mail(address, InboundMail(write_mail(COOK)))
    assert UserMailbox.objects.get().failure == ""
    assert Application.objects.count() == 1


def test_a_mail_that_the_database_does_not_take_is_counted_and_not_sent_again(
    recipient: Recipient, seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'no number'::int")

    _, address = give_address(seeker)
    monkeypatch.setattr(receiving, "store_readings", refuse)
    deliver_mail(address, InboundMail(write_mail(COOK)))
    mailbox = UserMailbox.objects.get()
    assert (mailbox.found["messages"], mailbox.found["failed"]) == (1, 1)
    [failed] = mailbox.failed_mails
    assert failed["reason"] == "this mail can't be stored"


def test_the_user_is_shown_which_mails_can_not_be_read_also_of_those_that_are_kept(
    recipient: Recipient,
) -> None:
    sealed = write_mail(replace(COOK, message_id="<sealed@indeed.test>"))
    for kind in (b"text/html", b"text/plain", b"multipart/alternative"):
        sealed = sealed.replace(kind, b"application/pkcs7-mime")
    for raw in (sealed, sealed, b"", write_mail(LETTER)):
        receive_mail(recipient, InboundMail(raw))
    assert StoredMessage.objects.get().state == "failed"
    mailbox = UserMailbox.objects.get()
    assert mailbox.found["failed"] == 2
    assert [one["id"] for one in mailbox.failed_mails] == ["", "<sealed@indeed.test>"]
    assert all(one["reason"] for one in mailbox.failed_mails)


def test_an_installation_that_takes_no_mail_any_more_shows_no_address(seeker: User) -> None:
    with taking_mail():
        mailbox, address = give_address(seeker)
        assert show_address(mailbox) == address
    assert show_address(mailbox) == ""
