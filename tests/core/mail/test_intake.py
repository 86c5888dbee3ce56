"""What is stored of a user's mail: what a source accepted, once, and nothing of the rest."""

import zlib
from dataclasses import replace

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail import storing
from core.mail.models import StoredEvent, StoredMessage
from core.mail.origins import OF_A_FILE, MailOrigin
from core.mail.storing import MailFull
from core.plugins import plugins
from providers.conformance.mail_writer import Mail, build_mail, write_mail
from providers.mime.origin import Origin
from providers.mime.trust import Receiver
from tests.core.mail.received import receive
from tests.mail.indeed import receipt
from tests.statements import statements

COOK = receipt("Cook", "Acme")
WAITER = receipt("Waiter", "Globex")
LETTER = Mail(
    sender="Ann <ann@friends.test>", subject="Dinner?", text="You applied for Cook at Acme"
)
ALERT = replace(COOK, sender="Indeed <alert@jobalerts.indeed.com>")
GMAIL = MailOrigin(
    mailbox="gmail",
    reading=Origin(key="1687ccad52768659", receiver=Receiver("mx.mail.example")),
    proof_needed=True,
)


def test_what_a_source_accepts_is_stored_with_what_it_says(seeker: User) -> None:
    raw = write_mail(COOK)
    count = receive(seeker, raw)
    stored = StoredMessage.objects.get(user=seeker)
    assert (stored.plugin, stored.source, stored.claimed_by) == ("indeed", "indeed", "sender")
    assert (stored.mailbox, stored.mailbox_key, stored.state) == ("file", stored.message_id, "read")
    assert (stored.trust, stored.folder, stored.sender_address) == (
        "passed",
        "inbox",
        "indeedapply@indeed.com",
    )
    assert stored.plugin_version
    assert zlib.decompress(stored.raw) == raw
    assert "Application submitted" in " ".join(stored.body.split())
    event = StoredEvent.objects.get(message=stored)
    assert (event.kind, event.title, event.company) == ("applied", "Cook", "Acme")
    assert {"title", "company", "kind"} <= {one["field"] for one in event.evidence}
    assert (count.messages, count.total("applications"), count.ignored, count.all_failed) == (
        1,
        1,
        0,
        0,
    )


@pytest.mark.parametrize(
    "mail",
    [LETTER, ALERT, replace(COOK, authentication="failed")],
    ids=["a letter", "an alert", "a forged receipt"],
)
def test_nothing_is_stored_of_other_mail_and_it_takes_no_statement(
    seeker: User, mail: Mail
) -> None:
    # Which plugins are on is looked up once every few seconds.
    plugins().registry()
    with statements() as run:
        count = receive(seeker, mail, mail)
    assert len(run) == 0
    assert not StoredMessage.objects.exists()
    assert (count.messages, count.ignored, count.all_failed) == (2, 2, 0)


def test_mail_in_spam_is_not_stored(seeker: User) -> None:
    spam = replace(OF_A_FILE, reading=replace(OF_A_FILE.reading, folder="spam"))
    assert receive(seeker, COOK, origin=spam).ignored == 1
    assert not StoredMessage.objects.exists()


def test_a_mailbox_needs_a_proof_of_the_sender(seeker: User) -> None:
    assert receive(seeker, replace(COOK, authentication=None), origin=GMAIL).ignored == 1
    assert receive(seeker, COOK, origin=GMAIL).total("applications") == 1


def test_an_application_carries_the_mailboxs_id_of_its_mail(seeker: User) -> None:
    receive(seeker, COOK, origin=GMAIL)
    assert Application.objects.get(user=seeker).msg_id == "1687ccad52768659"


def with_labels(raw: bytes) -> bytes:
    return (
        b"X-Gmail-Labels: Inbox\r\nReceived: by other.example; "
        b"Tue, 8 Sep 2026 09:31:00 +0000\r\n" + raw
    )


@pytest.mark.parametrize("message_id", ["", "Message-ID: <>\r\n"], ids=["none", "empty"])
def test_one_mail_counts_once_whatever_brought_it(seeker: User, message_id: str) -> None:
    raw = write_mail(COOK)
    bare = b"\r\n".join(
        line for line in raw.split(b"\r\n") if not line.lower().startswith(b"message-id:")
    )
    bare = message_id.encode() + bare
    for mail in (raw, bare):
        for again in (mail, mail.replace(b"\r\n", b"\n"), with_labels(mail)):
            receive(seeker, again)
            receive(seeker, again, origin=GMAIL)
    assert StoredMessage.objects.filter(user=seeker).count() == 2


def test_a_mail_that_was_forwarded_as_an_attachment_is_that_mail(seeker: User) -> None:
    receive(seeker, COOK, write_mail(COOK, shape="forwarded"))
    outer = Mail(sender="Jo <jo@mail.example>", subject="Fwd: look", text="look")
    inner = write_mail(COOK, newline=b"\n")
    forward = build_mail(
        sender=outer.sender, subject=outer.subject, text=outer.text, newline=b"\n"
    ).partition(b"Content-Type:")[0] + (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nfyi\n"
        b"--b\nContent-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    )
    receive(seeker, forward)
    assert StoredMessage.objects.filter(user=seeker).count() == 1


def test_two_users_may_have_the_same_mail(seeker: User, stranger: User) -> None:
    receive(seeker, COOK)
    receive(stranger, COOK)
    assert StoredMessage.objects.count() == 2
    assert Application.objects.filter(user=stranger).count() == 1


def test_two_mails_at_once_that_are_one_are_stored_once(seeker: User) -> None:
    count = receive(seeker, COOK, COOK, WAITER)
    assert StoredMessage.objects.count() == 2
    assert (count.messages, count.total("applications"), count.ignored) == (3, 2, 1)


@pytest.mark.parametrize("limit", ["MAX_STORED_MAILS", "MAX_STORED_BYTES"])
def test_of_one_user_so_much_mail_is_kept(
    seeker: User, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    receive(seeker, COOK, WAITER)
    stored = [len(raw) for raw in StoredMessage.objects.values_list("raw", flat=True)]
    used = {"MAX_STORED_MAILS": len(stored), "MAX_STORED_BYTES": sum(stored)}
    monkeypatch.setattr(storing, limit, used[limit])
    with pytest.raises(MailFull):
        receive(seeker, receipt("Porter", "Initech"))
    assert StoredMessage.objects.count() == Application.objects.count() == 2
    # What is known already needs no room.
    assert receive(seeker, COOK).total("mails") == 0
    monkeypatch.undo()
    assert receive(seeker, receipt("Porter", "Initech")).total("applications") == 1
