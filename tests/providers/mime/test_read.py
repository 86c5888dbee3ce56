"""One mail's bytes become a message, or a reason."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from providers.conformance.mail_writer import SHAPES, WHOLE_SHAPES, WRAPPINGS, Wrapping, build_mail
from providers.messages import MAX_HEADER_BYTES, MAX_TEXT_BYTES, MailFolder, Message
from providers.mime.origin import A_FILE, Origin
from providers.mime.read import ReadMail, read_mail
from providers.mime.trust import Receiver

HEAD = b"From: Jobs <jobs@acme.test>\r\nDate: Tue, 8 Sep 2026 09:30:00 +0000\r\n"
SAID = {
    "sender": "Jörg's Jobs <jobs@acme.test>",
    "subject": "Küche – 日本 🤖",
    "text": "Grüße\naus 日本",
    "html": "<p>Grüße 日本</p>",
}


def message_of(raw: bytes, origin: Origin = A_FILE) -> Message:
    read = read_mail(raw, origin)
    assert read.message is not None, read.reason
    return read.message


def with_body(body: bytes, *headers: bytes) -> ReadMail:
    return read_mail(HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body)


@pytest.mark.parametrize("shape", WHOLE_SHAPES)
@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=str)
def test_a_mail_says_the_same_in_every_shape_and_encoding(shape: str, wrapping: Wrapping) -> None:
    message = message_of(build_mail(shape=shape, wrapping=wrapping, **SAID))
    assert (message.sender.name, message.sender.address) == ("Jörg's Jobs", "jobs@acme.test")
    assert message.subject == SAID["subject"]
    assert message.text.rstrip() == SAID["text"]
    assert message.html.rstrip() == SAID["html"]
    assert message.visible_text == "Grüße 日本"
    assert message.trust == "passed"
    assert message.forwarded is (shape == "forwarded")


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize("shape", SHAPES)
def test_line_ends_make_no_difference(shape: str, newline: bytes) -> None:
    message = message_of(build_mail(shape=shape, newline=newline, **SAID))
    assert "\r" not in message.text
    assert message.text.rstrip() in (SAID["text"], "")


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        (b"Jo <jo@acme.test>", "Jo", "jo@acme.test"),
        (b"jo@acme.test", "", "jo@acme.test"),
        (b"<JO@Acme.test>", "", "jo@acme.test"),
        (b"jo@acme.test (Jo of (old) Acme)", "Jo of (old) Acme", "jo@acme.test"),
        (b'"Acme, Inc." <jo@acme.test>', "Acme, Inc.", "jo@acme.test"),
        (b'"jobs@linkedin.com" <jo@evil.test>', "jobs@linkedin.com", "jo@evil.test"),
        (b"=?utf-8?q?jobs=40linkedin=2Ecom?= <jo@evil.test>", "jobs@linkedin.com", "jo@evil.test"),
        (b'"=?utf-8?b?SsO2?=" <jo@acme.test>', "Jö", "jo@acme.test"),
        (
            b'"Acme @ icims"\r\n <acme+autoreply@talent.icims.com>',
            "Acme @ icims",
            "acme+autoreply@talent.icims.com",
        ),
        (b"Jo <jo@acme.test>, Bo <bo@acme.test>", "Jo", "jo@acme.test"),
        (b'"Say \\"hi\\"" <jo@acme.test>', 'Say "hi"', "jo@acme.test"),
        (b"J\xc3\xb6 <jo@acme.test>", "Jö", "jo@acme.test"),
        (b"J\xf6 <jo@acme.test>", "Jö", "jo@acme.test"),
    ],
)
def test_the_sender_is_the_first_mailbox(field: bytes, name: str, address: str) -> None:
    raw = b"From: " + field + b"\r\nDate: Tue, 8 Sep 2026 09:30:00 +0000\r\n\r\n"
    sender = message_of(raw).sender
    assert (sender.name, sender.address) == (name, address)


@pytest.mark.parametrize(
    "field", [b"", b"Jo", b"(((((((", b"<>", b"undisclosed-recipients:;", b'"' * 500]
)
def test_a_mail_without_a_sender_is_a_reason(field: bytes) -> None:
    raw = (
        b"From: " + field + b"\r\nDate: Tue, 8 Sep 2026 09:30:00 +0000\r\nMessage-ID: <1@x>\r\n\r\n"
    )
    read = read_mail(raw)
    assert (read.message, read.message_id) == (None, "<1@x>")
    assert read.reason == "no sender: From is missing or names no address"


@pytest.mark.parametrize(
    ("subject", "decoded"),
    [
        (b"=?UTF-8?Q?Caf?= =?UTF-8?Q?=C3=A9?=", "Café"),
        (b"=?UTF-8?B?Q2Fmw?= =?UTF-8?B?6k=?=", "Café"),
        (b"=?utf-8?q?Caf=C3?=\r\n =?utf-8?q?=A9?= bar", "Café bar"),
        (b"=?utf-8?B?Q2Fmww==?=\r\n =?UTF-8?q?=A9?=", "Café"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"glued=?utf-8?q?=C3=A9?=on", "gluedéon"),
        (b"=?utf-8?Q?still_there??=", "still there?"),
        (b"=?utf-8?q?two words?=", "two words"),
        (b"=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?gb2312?B?1tDOxA==?=", "中文"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?DEFAULT_CHARSET?Q?Caf=C3=A9?=", "Café"),
        (b"=?unknown-8bit?q?Caf=E9?=", "Café"),
        (b"Caf\xc3\xa9", "Café"),
        (b"Caf\xe9", "Café"),
        (b"=?utf-8?q?broken", "=?utf-8?q?broken"),
        (b"You applied for Cook at\r\n\t Acme", "You applied for Cook at  Acme"),
    ],
)
def test_subjects_are_decoded_however_they_were_split(subject: bytes, decoded: str) -> None:
    assert message_of(HEAD + b"Subject: " + subject + b"\r\n\r\n").subject == decoded


def test_the_time_of_receipt_is_the_topmost_valid_received_then_date() -> None:
    received = (
        b"Received: by a; someday\r\nReceived: by b; Tue, 8 Sep 2026 01:00:00 "
        b"-0700 (PDT)\r\nReceived: by c; Mon, 7 Sep 2026 01:00:00 +0000\r\n"
    )
    assert message_of(received + HEAD + b"\r\n").received_at == datetime(2026, 9, 8, 8, tzinfo=UTC)
    assert message_of(HEAD + b"\r\n").received_at == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
    commented = b"Received: from a (b; c) by d; Tue, 8 Sep 2026 01:00:00 -0700 (PDT; e)\r\n"
    assert message_of(commented + HEAD + b"\r\n").received_at == datetime(2026, 9, 8, 8, tzinfo=UTC)
    given = datetime(2026, 1, 1, tzinfo=UTC)
    assert message_of(received + HEAD + b"\r\n", Origin(received_at=given)).received_at == given


@pytest.mark.parametrize("year", [1, 1970, 1979, 2101, 9999])
def test_a_mailbox_whose_clock_is_wrong_says_nothing(year: int) -> None:
    origin = Origin(received_at=datetime(year, 1, 1, tzinfo=UTC))

    moment = message_of(HEAD + b"\r\n", origin).received_at

    assert moment == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        (b"1 Oct 2018 22:00:00 -0800", datetime(2018, 10, 2, 6, tzinfo=UTC)),
        (b"Mon, 1 Oct 2018 22:00:00 EST", datetime(2018, 10, 2, 3, tzinfo=UTC)),
        (b"Mon, 01 Oct 2018 22:00 +0530", datetime(2018, 10, 1, 16, 30, tzinfo=UTC)),
        (b"Mon, 1 Oct 2018 22:00:00 -0000", datetime(2018, 10, 1, 22, tzinfo=UTC)),
    ],
)
def test_dates_keep_their_offset(date: bytes, moment: datetime) -> None:
    assert message_of(b"From: a@b.test\r\nDate: " + date + b"\r\n\r\n").received_at == moment


@pytest.mark.parametrize(
    "date",
    [b"", b"tomorrow", b"Mon, 99 Foo 2018", b"Mon, 1 Oct 2018 22:00:00 +9999999", b"x" * 5000],
)
def test_a_mail_without_a_time_is_a_reason_and_never_now(date: bytes) -> None:
    read = read_mail(b"From: a@b.test\r\nDate: " + date + b"\r\n\r\n")
    assert read.reason == "no time of receipt: neither Received nor Date holds a valid one"


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"no mail at all", b"\x00" * 100, b"<html></html>"]
)
def test_what_is_no_mail_is_a_reason(raw: bytes) -> None:
    assert read_mail(raw).reason == "no mail: it has no header"


def test_the_mailbox_says_the_id() -> None:
    raw = HEAD + b"Message-ID: <1@acme.test>\r\n\r\n"
    assert message_of(raw, Origin(key="17a", thread_id="9")).id == "17a"
    assert message_of(raw).id == "<1@acme.test>"


def test_the_same_bytes_have_the_same_id() -> None:
    raw = HEAD + b"\r\nhello"
    assert message_of(raw).id == message_of(raw).id
    assert message_of(raw).id != message_of(raw + b"!").id


def test_headers_keep_their_order_and_are_decoded() -> None:
    message = message_of(HEAD + b"X-Note: =?utf-8?q?Caf=C3=A9?=\r\nx-note: two\r\nno field\r\n\r\n")
    assert message.header_values("X-Note") == ("Café", "two")


def test_attachments_are_no_text() -> None:
    attached = (
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; "
        b"filename=a.txt\r\n\r\nsecret\r\n"
    )
    text = b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    read = with_body(attached + text + b"--b--", b"Content-Type: multipart/mixed; boundary=b")
    assert read.message
    assert read.message.text == "hello"


def test_invitations_are_kept_once() -> None:
    message = message_of(
        build_mail(
            sender="a@b.test",
            subject="s",
            text="t",
            calendar="BEGIN:VCALENDAR",
            shape="with-invitation",
        )
    )
    assert [calendar.strip() for calendar in message.calendar] == ["BEGIN:VCALENDAR"]


@pytest.mark.parametrize(
    ("header", "note"),
    [
        (b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "S/MIME"),
        (b"Content-Type: application/ms-tnef; name=winmail.dat", "winmail.dat"),
        (b"Content-Type: application/octet-stream; name=winmail.dat", "winmail.dat"),
        (
            b'Content-Type: multipart/encrypted; boundary=b; protocol="application/pgp-encrypted"',
            "PGP",
        ),
    ],
)
def test_mail_that_only_other_programs_open_has_a_reason_and_no_message(
    header: bytes, note: str
) -> None:
    read = with_body(
        b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--\r\n", header
    )
    assert read.message is None
    assert note in (read.reason or "")


def test_what_only_other_programs_open_beside_text_is_noted() -> None:
    read = with_body(
        b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        b"--b\r\nContent-Type: application/ms-tnef\r\n\r\nx\r\n--b--\r\n",
        b"Content-Type: multipart/mixed; boundary=b",
    )
    assert read.message
    assert read.message.text.strip() == "Hello"
    assert "winmail.dat" in " ".join(read.notes)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_text_is_cut_at_a_mebibyte(kind: str) -> None:
    read = with_body(
        "é".encode() * MAX_TEXT_BYTES, b"Content-Type: text/" + kind.encode() + b"; charset=utf-8"
    )
    assert read.message
    text = read.message.text if kind == "plain" else read.message.html
    assert len(text.encode()) == MAX_TEXT_BYTES
    assert read.notes


def test_headers_are_cut_and_what_a_message_needs_is_found_all_the_same() -> None:
    raw = (
        b"".join(b"X-%d: %s\r\n" % (number, b"v" * 100) for number in range(2000))
        + HEAD
        + b"Subject: s\r\n\r\nhello"
    )
    read = read_mail(raw)
    assert read.message
    assert (read.message.subject, read.message.sender.address, read.message.text) == (
        "s",
        "jobs@acme.test",
        "hello",
    )
    assert sum(len(name) + len(value) for name, value in read.message.headers) <= MAX_HEADER_BYTES
    assert read.notes == ("header cut at 64 KiB",)


def test_many_recipients_hide_no_other_header() -> None:
    to = b"To: " + b", ".join(b"user%d@acme.test" % number for number in range(10_000)) + b"\r\n"
    message = message_of(to + HEAD + b"Subject: s\r\nFeedback-ID: 1:workday\r\n\r\n")
    assert message.header("feedback-id") == "1:workday"


@pytest.mark.parametrize("charset", [b"utf-8", b"utf-7", b"utf-16", b"nonsense"])
def test_neither_nul_nor_lone_surrogates_get_in(charset: bytes) -> None:
    body = b"a\x00b\xed\xa0\x80c+2AA-d"
    read = with_body(body, b"Subject: a\x00b", b"Content-Type: text/plain; charset=" + charset)
    assert read.message
    for text in (read.message.text, read.message.subject):
        assert "\x00" not in text
        assert text.encode()


def test_comments_in_fields_of_mime_say_nothing() -> None:
    head = (
        b"Content-Type: text/html (rich) ; charset=utf-8 (really)\r\n"
        b"Content-Transfer-Encoding: base64 (packed)\r\n\r\n"
    )
    message = message_of(HEAD + head + base64.b64encode(b"<p>caf\xc3\xa9</p>"))
    assert message.visible_text == "café"


def test_a_transfer_encoding_may_be_quoted() -> None:
    head = b'Content-Transfer-Encoding: "base64"\r\n\r\n'
    assert message_of(HEAD + head + base64.b64encode(b"hello you")).text == "hello you"


def test_line_breaks_that_were_written_twice_count_once() -> None:
    raw = (HEAD + b"\r\none\r\ntwo\r\n").replace(b"\r\n", b"\r\r\n")
    assert message_of(raw).text == "one\ntwo\n"


def test_html_of_very_many_tags_is_cut() -> None:
    raw = HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>a" * 100_001
    assert read_mail(raw).notes == ("HTML cut at 100,000 tags",)
    assert message_of(raw).html.count("<") == 100_000


def test_carriage_returns_alone_are_line_breaks() -> None:
    raw = (HEAD + b"\r\none\r\ntwo\r\n").replace(b"\r\n", b"\n").replace(b"\n", b"\r")
    assert message_of(raw).text.split() == ["one", "two"]


def test_the_folder_is_that_of_gmails_labels() -> None:
    def folder(labels: str) -> str:
        return message_of(HEAD + b"X-Gmail-Labels: " + labels.encode() + b"\r\n\r\n").folder

    assert folder("Inbox,Important,Unread") == "inbox"
    assert folder("Archived,Unread") == "other"
    assert folder("Inbox,Sent") == "sent"
    assert folder("Posteingang,=?UTF-8?Q?Entw=C3=BCrfe?=") == "sent"
    assert folder("Spam,Inbox") == "spam"
    assert folder("Papierkorb") == "trash"
    assert folder("Wysłane,Otwarte") == "sent"
    assert folder("送信済み") == "sent"
    assert folder("Спам,Непрочитанные") == "spam"
    assert folder("Gönderilmiş Postalar") == "sent"
    assert folder("Entwu\u0308rfe") == "sent"
    assert folder('Inbox,"Offers, Spam"') == "inbox"
    assert message_of(HEAD + b"\r\n", Origin(folder="trash")).folder == "trash"


def test_labels_count_more_than_the_place_of_a_file() -> None:
    def folder(head: bytes, place: MailFolder) -> str:
        return message_of(head + b"\r\n", Origin(place=place)).folder

    labels, received = (
        b"X-Gmail-Labels: Inbox\r\n",
        b"Received: by mx; Tue, 8 Sep 2026 09:30 +0000\r\n",
    )
    assert folder(labels + received + HEAD, "spam") == "inbox"
    assert folder(labels.replace(b"Inbox", b"Sent") + HEAD, "inbox") == "sent"
    assert folder(HEAD, "trash") == "trash"
    # Below the receiver's own field they are the sender's invention.
    assert folder(received + labels + HEAD, "spam") == "spam"


def test_two_senders_prove_nothing() -> None:
    head = b"Authentication-Results: mx; dmarc=pass header.from=acme.test\r\n" + HEAD
    assert message_of(head + b"\r\n").trust == "passed"
    assert message_of(head + b"From: evil@evil.test\r\n\r\n").trust == "unknown"
    mx = Origin(receiver=Receiver(server="mx"))
    assert message_of(head + b"\r\n", mx).trust == "passed"
