"""LMTP and SMTP against clients that mean no good: one mail stays one mail, and memory and time have an end."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress

import pytest

from tenants.inbound import mail_bytes, protocol
from tests.processes import eventually
from tests.tenants.inbound.listening import MAIL, Listening, listening
from tests.tenants.inbound.talking import Talk, stuff


@pytest.fixture
def lmtp() -> Iterator[Listening]:
    with listening() as server:
        yield server


def test_a_mail_arrives_byte_by_byte_as_it_was_sent(lmtp: Listening) -> None:
    raw = b"Subject: x\r\n\r\n.\r\n..dots\r\n.one\r\nbare\nbreaks\rhere \xe4\xff\x00\r\n"
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.deliver(raw, "known@x.example") == ["250 2.0.0 OK"]
    assert lmtp.bag.mails == [(["known@x.example"], raw)]
    assert lmtp.memory.used == 0


def test_a_mail_may_be_empty(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        talk.begin("known@x.example")
        talk.send(b".\r\n")
        assert talk.expect().startswith("250")
    assert lmtp.bag.mails == [(["known@x.example"], b"")]


def test_lmtp_answers_for_each_recipient_in_turn(lmtp: Listening) -> None:
    lmtp.bag.replies["known-b@x.example"] = "451 4.3.0 Later"
    addresses = ["known-a@x.example", "known-b@x.example", "known-a@x.example"]
    with Talk(lmtp.port) as talk:
        talk.greet()
        replies = talk.deliver(MAIL, *addresses)
        assert [reply[:3] for reply in replies] == ["250", "451", "250"]
        assert talk.deliver(MAIL, "known@x.example") == ["250 2.0.0 OK"]
        assert talk.ask("QUIT").startswith("221")


@pytest.mark.parametrize(
    ("replies", "answer"),
    [
        (["250 2.0.0 a", "451 4.3.0 b"], "451 4.3.0 b"),
        (["250 2.0.0 a", "550 5.1.1 b"], "250 2.0.0 a"),
        (["550 5.1.1 a", "550 5.1.1 b"], "550 5.1.1 a"),
    ],
    ids=["one later", "one refused", "all refused"],
)
def test_smtp_answers_once_for_all(replies: list[str], answer: str) -> None:
    addresses = ["known-a@x.example", "known-b@x.example"]
    with listening(speaks="smtp") as server, Talk(server.port) as talk:
        server.bag.replies.update(zip(addresses, replies, strict=True))
        talk.greet("EHLO")
        talk.begin(*addresses)
        talk.send(stuff(MAIL))
        assert talk.expect() == answer
        assert talk.ask("NOOP").startswith("250")


def test_each_protocol_has_its_own_greeting(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.expect()
        assert talk.ask("EHLO mail.example").startswith("500")
        assert talk.ask("HELO mail.example").startswith("500")
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("503")
        assert talk.ask("LHLO mail.example").startswith("250")
    with listening(speaks="smtp") as server, Talk(server.port) as talk:
        talk.expect()
        assert talk.ask("LHLO mail.example").startswith("500")
        assert talk.ask("HELO mail.example").startswith("250")


def test_only_known_addresses_are_accepted(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("250")
        assert talk.ask("RCPT TO:<other@x.example>") == "550 5.1.1 No"
        assert talk.ask("DATA").startswith("503")
    assert lmtp.bag.mails == []


def test_the_sender_may_be_null_or_written_in_any_letters(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        for sender in ("<>", "<jörg@büro.example> SMTPUTF8 BODY=8BITMIME", "<a@b.example> SIZE=9"):
            assert talk.ask(f"MAIL FROM:{sender}").startswith("250"), sender
            assert talk.ask("RCPT TO:<known@x.example>").startswith("250")
            assert talk.ask("RSET").startswith("250")


@pytest.mark.parametrize(
    "ending",
    [
        b"\n.\n",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r.\r",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\n\n.\r\r\n",
        b"\r\n\x00.\r\n",
    ],
    ids=["LF.LF", "LF.CRLF", "CRLF.LF", "CR.CR", "CRLF.CR", "CR.CRLF", "LFLF.CRCRLF", "NUL"],
)
def test_a_mail_can_not_smuggle_another_one_behind_it(lmtp: Listening, ending: bytes) -> None:
    inside = b"MAIL FROM:<boss@b.example>\r\nRCPT TO:<known-b@x.example>\r\nDATA\r\nSubject: forged"
    raw = b"Subject: x\r\n\r\nend" + ending + inside + b"\r\n"
    with Talk(lmtp.port) as talk:
        talk.greet()
        talk.begin("known@x.example")
        talk.send(raw + b".\r\n")
        assert talk.expect() == "250 2.0.0 OK"
        assert talk.ask("NOOP").startswith("250")
    # A dot at the beginning of a line is the sender's to double.
    assert lmtp.bag.mails == [(["known@x.example"], raw.replace(b"\r\n.", b"\r\n"))]


def test_commands_may_come_together_up_to_data(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        talk.send(
            b"MAIL FROM:<a@b.example>\r\nRCPT TO:<no@x.example>\r\n"
            b"RCPT TO:<known@x.example>\r\nDATA\r\n"
        )
        assert [talk.expect()[:3] for _ in range(4)] == ["250", "550", "250", "354"]
        talk.send(stuff(MAIL))
        assert talk.expect().startswith("250")
    assert lmtp.bag.mails == [(["known@x.example"], MAIL)]


@pytest.mark.parametrize("address", ["known@x.example", "no@x.example"])
def test_a_mail_sent_before_data_was_answered_is_not_obeyed(lmtp: Listening, address: str) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("250")
        talk.ask(f"RCPT TO:<{address}>")
        talk.send(
            b"DATA\r\nMAIL FROM:<b@b.example>\r\nRCPT TO:<known@x.example>\r\nDATA\r\nx\r\n.\r\n"
        )
        assert talk.expect().startswith("503")
        assert talk.is_closed()
    assert lmtp.bag.mails == []


def test_data_in_chunks_is_not_offered_and_its_content_not_obeyed(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("250")
        assert talk.ask("RCPT TO:<known@x.example>").startswith("250")
        talk.send(b"BDAT 20 LAST\r\nRCPT TO:<known2@x.example>\r\n")
        assert talk.expect().startswith("502")
        assert talk.is_closed()


@pytest.mark.parametrize("command", ["AUTH PLAIN AGEAYQ==", "STARTTLS", "VRFY a@b", "HELP", "EXPN"])
def test_what_is_not_offered_is_refused(lmtp: Listening, command: str) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask(command).startswith("500")
        assert talk.deliver(MAIL, "known@x.example") == ["250 2.0.0 OK"]


def test_a_client_that_speaks_another_protocol_is_cut_off(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.send(
            b"POST / HTTP/1.1\r\nHost: a\r\nAccept: b\r\nOrigin: c\r\nReferer: d\r\n\r\nRSET\r\n"
        )
        assert talk.is_closed()


@pytest.mark.parametrize(
    "line",
    [
        b"RCPT TO:<" + b"(" * 1500 + b"known@x.example>",
        b"RCPT TO:<" + b"x" * 100_000 + b"@x.example>",
        b"RCPT TO:<no\xff\xfe@x.example>",
        b'RCPT TO:<"',
        b"RCPT TO:<",
        b"RCPT TO:<a@[1.2",
        b"MAIL FROM:<",
        b"RCPT TO:<known@x.example> NOTIFY=NEVER",
        b"RCPT TO:known@x.example, other",
        b"\xff\xff\xff",
        b"RCPT",
        b"",
    ],
    ids=[
        "nested",
        "long",
        "8 bit",
        "quote",
        "cut",
        "cut number",
        "cut sender",
        "option",
        "list",
        "bytes",
        "bare",
        "empty",
    ],
)
def test_a_line_that_can_not_be_read_is_refused_and_the_rest_goes_on(
    lmtp: Listening, line: bytes
) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("250")
        talk.send(line + b"\r\n")
        # For good: no mail server would have more luck later.
        assert talk.expect().startswith("5")
        assert talk.ask("RCPT TO:<known@x.example>").startswith("250")


def test_a_mail_that_is_too_large_is_refused_for_each_recipient(
    lmtp: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_bytes, "MAX_MAIL_BYTES", 200_000)
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@b.example> SIZE=99999999").startswith("552")
        replies = talk.deliver(b"x" * 200_001, "known@x.example", "known-b@x.example")
        assert [reply[:3] for reply in replies] == ["552", "552"]
        assert talk.deliver(b"y\r\n" * 66_666, "known@x.example") == ["250 2.0.0 OK"]
    assert len(lmtp.bag.mails) == 1
    assert lmtp.memory.used == 0


@pytest.mark.parametrize("line", [b"y" * 8, b"." * 8, b"."], ids=["text", "dots", "dot"])
def test_a_mail_may_be_as_large_as_the_limit_whatever_its_lines_begin_with(
    lmtp: Listening, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    """Dots that SMTP doubles are no part of the mail, wherever the server's chunks end."""
    monkeypatch.setattr(mail_bytes, "MAX_MAIL_BYTES", 300_000)
    raw = (line + b"\r\n") * (300_000 // (len(line) + 2))
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.deliver(raw, "known@x.example") == ["250 2.0.0 OK"]
        too_long = raw[:-2] + b"z\r\n"
        assert talk.deliver(too_long, "known@x.example")[0].startswith("552")
    assert lmtp.bag.mails == [(["known@x.example"], raw)]


def test_mails_that_fill_memory_together_are_refused_for_now(lmtp: Listening) -> None:
    lmtp.memory.limit = 300_000
    with Talk(lmtp.port) as first, Talk(lmtp.port) as second:
        for talk in (first, second):
            talk.greet()
        first.begin("known@x.example")
        first.send(b"x" * 250_000)
        assert eventually(lambda: lmtp.memory.used > 180_000)
        assert second.deliver(b"y" * 150_000, "known@x.example")[0].startswith("452")
        first.send(b"\r\n.\r\n")
        assert first.expect().startswith("250")
        assert second.deliver(b"y" * 150_000, "known@x.example") == ["250 2.0.0 OK"]
    assert lmtp.memory.used == 0


def test_a_mail_of_empty_lines_takes_no_more_memory_than_its_bytes(lmtp: Listening) -> None:
    raw = b"\r\n" * 1_000_000
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.deliver(raw, "known@x.example") == ["250 2.0.0 OK"]
    assert lmtp.bag.mails[0][1] == raw


def test_a_client_that_goes_in_the_middle_leaves_nothing(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        talk.begin("known@x.example")
        talk.send(b"x" * 200_000)
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.deliver(MAIL, "known@x.example") == ["250 2.0.0 OK"]
    assert [raw for _, raw in lmtp.bag.mails] == [MAIL]
    assert lmtp.memory.used == 0


def test_a_mail_counts_until_it_is_stored_although_its_client_has_gone(
    lmtp: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, stored = threading.Event(), threading.Event()

    async def take(addresses: Sequence[str], raw: bytes) -> list[str]:
        taken.set()
        await asyncio.to_thread(stored.wait, 60)
        return ["250 2.0.0 OK"] * len(addresses)

    monkeypatch.setattr(lmtp.bag, "take", take)
    with Talk(lmtp.port) as talk:
        talk.greet()
        talk.begin("known@x.example")
        talk.send(stuff(MAIL))
        assert taken.wait(60)
    assert eventually(lambda: not lmtp.open_ones)
    assert lmtp.memory.used >= len(MAIL)
    stored.set()
    assert eventually(lambda: lmtp.memory.used == 0)


def test_a_silent_client_is_cut_off(lmtp: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "COMMAND_SECONDS", 0.2)
    with Talk(lmtp.port) as talk:
        # On a busy machine the time may be up before.
        with suppress(OSError):
            talk.send(b"LHLO mail.example\r\nMAIL FROM:<")
        assert talk.is_closed()


def test_a_mail_may_have_a_hundred_recipients(lmtp: Listening) -> None:
    with Talk(lmtp.port) as talk:
        talk.greet()
        assert talk.ask("MAIL FROM:<a@b.example>").startswith("250")
        for number in range(100):
            assert talk.ask(f"RCPT TO:<known{number}@x.example>").startswith("250")
        assert talk.ask("RCPT TO:<known@x.example>").startswith("452")
        assert talk.ask("DATA").startswith("354")
        talk.send(stuff(MAIL))
        assert {talk.expect() for _ in range(100)} == {"250 2.0.0 OK"}


def test_more_connections_than_a_process_serves_are_sent_away(
    lmtp: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 2)
    with Talk(lmtp.port) as first, Talk(lmtp.port) as second:
        first.greet()
        second.greet()
        with Talk(lmtp.port) as third:
            assert third.expect().startswith("421")
            assert third.is_closed()
        assert first.deliver(MAIL, "known@x.example") == ["250 2.0.0 OK"]


def test_connections_that_come_at_once_are_counted_too(
    lmtp: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 2)
    connected = threading.Event()
    # Until then the server accepts none.
    lmtp.loop.call_soon_threadsafe(connected.wait, 10)
    with ExitStack() as stack:
        talks = [stack.enter_context(Talk(lmtp.port)) for _ in range(6)]
        connected.set()
        assert sorted(talk.expect()[:3] for talk in talks) == ["220"] * 2 + ["421"] * 4
