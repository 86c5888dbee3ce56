"""Servers that lie: each gives a kept reason, within bounds of time and memory, and loses no mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.network.connector import ConnectionLimits
from providers.contracts import (
    CredentialsRefused,
    ProviderUnavailable,
)
from tests.certificates import Authority
from tests.plugins.imap.conftest import ids_of, mails_of
from tests.plugins.imap.lying import HURRIED, PATIENT, Make, always, drip, flood, hang_up, make
from tests.standins.dovecot import mail
from tests.standins.imap import Lie, Talk

__all__ = ["make"]


def test_the_server_of_these_tests_is_an_honest_one_otherwise(make: Make) -> None:
    attempt = make()
    pieces, error = attempt.fetch()
    assert error is None
    assert ids_of(pieces) == ["1@x", "2@x", "3@x"]
    assert attempt.imap.problems == []


COMMANDS = [
    "CAPABILITY",
    "AUTHENTICATE",
    "LIST",
    "STATUS",
    "EXAMINE",
    "SEARCH_LAST",
    "SEARCH",
    "FETCH",
    "FETCH_BODY",
]


QUICK_LIES: dict[str, tuple[Lie, set[str]]] = {
    "bye": (hang_up(b"* BYE going down\r\n"), {"connection"}),
    "huge-literal": (always(b"* 1 FETCH (BODY[] {999999999999999}\r\n"), {"too-large"}),
    "long-number": (always(b"* 1 FETCH (BODY[] {" + b"9" * 5000 + b"}\r\n"), {"malformed"}),
    "endless-line": (flood(b"x" * 65536), {"too-large"}),
    "blank": (always(b"\r\n\r\n\r\n"), {"malformed"}),
    "bytes": (always(b"\xff\xfe\x00\r\n"), {"malformed"}),
    "other-tag": (always(b"OTHER OK done\r\n"), {"malformed"}),
    "bad": (always(b"TAG BAD what\r\n"), {"status", "malformed"}),
    "unavailable": (always(b"TAG NO [UNAVAILABLE] later\r\n"), {"status", "malformed"}),
    "limit": (
        always(b"TAG NO [LIMIT] too many connections\r\n"),
        {"rate-limited", "status", "malformed"},
    ),
}
# Each waits for a limit of time, or sends as much as one may.
SLOW_LIES: dict[str, tuple[Lie, set[str]]] = {
    # With pauses: without them the test would only keep a processor busy until then.
    "endless-lines": (flood(b"* OK again\r\n" * 256, pause=0.02), {"timeout"}),
    "silence": (always(b"* OK nothing more"), {"timeout"}),
    "drip": (drip, {"timeout"}),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", QUICK_LIES)
def test_a_lie_at_any_command_is_a_kept_reason_and_loses_nothing(
    make: Make, command: str, name: str
) -> None:
    check_lie(make, command, *QUICK_LIES[name])


@pytest.mark.parametrize("command", ["AUTHENTICATE", "SEARCH", "FETCH_BODY"])
@pytest.mark.parametrize("name", SLOW_LIES)
def test_a_server_that_never_ends_an_answer_is_left_in_time(
    make: Make, command: str, name: str
) -> None:
    check_lie(make, command, *SLOW_LIES[name], limits=HURRIED)


def check_lie(
    make: Make, command: str, lie: Lie, reasons: set[str], *, limits: ConnectionLimits = PATIENT
) -> None:
    attempt = make(limits=limits, **{command: lie})
    pieces, error = attempt.fetch()
    if command == "FETCH_BODY" and error is None:
        assert all(one.reason for one in mails_of(pieces))
        return
    assert isinstance(error, ProviderUnavailable), repr(error)
    assert error.reason in reasons
    attempt.tell_the_truth()
    rest, error = attempt.fetch(pieces[-1].cursor if pieces else None)
    assert error is None
    assert sorted(ids_of(pieces) + ids_of(rest)) == ["1@x", "2@x", "3@x"]


@pytest.mark.parametrize(
    ("hosts", "age", "own"),
    [
        (("other.example",), timedelta(), False),
        (("localhost",), timedelta(days=2), False),
        (("localhost",), timedelta(), True),
    ],
    ids=["other-host", "expired", "self-signed"],
)
def test_a_certificate_that_does_not_fit_ends_it_before_the_log_in(
    make: Make, authority: Authority, hosts: tuple[str, ...], age: timedelta, own: bool
) -> None:
    attempt = make(certificate=authority.issue(*hosts, age=age, own=own))
    assert attempt.reason() == "tls"
    assert attempt.imap.commands == []


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"* PREAUTH welcome\r\n", "malformed"),
        (b"* BYE too many connections\r\n", "rate-limited"),
        (b"* BYE [REFERRAL imap://evil.example/] go there\r\n", "status"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\n\r\n", "malformed"),
    ],
    ids=["preauth", "bye", "referral", "redirect"],
)
def test_another_greeting_than_ok_ends_it(make: Make, greeting: bytes, reason: str) -> None:
    attempt = make(greeting=greeting)
    assert attempt.reason() == reason
    assert "AUTHENTICATE" not in attempt.imap.commands


@pytest.mark.parametrize(
    ("greeting", "lies"),
    [
        (b"* OK ready\r\n", {}),
        (b"* PREAUTH welcome\r\n", {}),
        (
            b"* OK ready\r\n",
            {
                "CAPABILITY": always(
                    b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\nTAG OK done\r\n"
                ),
                "STARTTLS": always(b"TAG NO not now\r\n"),
            },
        ),
        (
            b"* OK ready\r\n",
            {
                "CAPABILITY": always(
                    b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\nTAG OK done\r\n"
                ),
                "STARTTLS": always(b"TAG OK begin\r\n* OK injected\r\n"),
            },
        ),
        (
            b"* OK ready\r\n",
            {
                "CAPABILITY": always(
                    b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\nTAG OK done\r\n"
                ),
                "STARTTLS": always(b"TAG OK begin\r\n"),
            },
        ),
    ],
    ids=["not-offered", "preauth", "refused", "injected", "no-handshake"],
)
def test_no_password_is_sent_where_starttls_fails(
    make: Make, greeting: bytes, lies: dict[str, Lie]
) -> None:
    # The last of them waits for a handshake in vain.
    limits = replace(PATIENT, connect=2.0)
    attempt = make(tls=False, greeting=greeting, limits=limits, **lies)
    assert attempt.reason() in ("tls", "status", "timeout")
    assert not {"AUTHENTICATE", "LOGIN"} & set(attempt.imap.commands)
    assert b"hush" not in attempt.spy.sent


@pytest.mark.parametrize(
    "said",
    [
        b"TAG NO wrong\r\n",
        b"TAG NO [AUTHENTICATIONFAILED] wrong\r\n",
        b"TAG NO [REFERRAL imap://evil.example/] there\r\n",
        b"TAG NO Invalid user name or password. Please try again.\r\n",
        b"TAG NO [AUTHENTICATIONFAILED] Wrong password, try again later\r\n",
    ],
    ids=["no", "code", "referral", "words", "code-and-words"],
)
def test_a_refused_log_in_is_no_outage_and_is_followed_nowhere(make: Make, said: bytes) -> None:
    attempt = make(AUTHENTICATE=always(said))
    _, error = attempt.fetch()
    assert isinstance(error, CredentialsRefused)
    assert attempt.spy.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        b"TAG NO Too many failed attempts\r\n",
        b"TAG NO [AUTHENTICATIONFAILED] Too many simultaneous connections\r\n",
        b"TAG NO Server busy, try again later\r\n",
        b"TAG NO [UNAVAILABLE] Temporary authentication failure\r\n",
    ],
    ids=["attempts", "connections", "busy", "temporary"],
)
def test_a_log_in_that_is_not_possible_now_is_no_refusal(make: Make, said: bytes) -> None:
    assert make(AUTHENTICATE=always(said)).reason() in ("rate-limited", "status")


@pytest.mark.parametrize("challenge", [b"+ !!!not base64!!!x\r\n", b"+ \r\n" * 50])
def test_challenges_that_make_no_sense_end_the_log_in(make: Make, challenge: bytes) -> None:
    assert make(AUTHENTICATE=always(challenge)).reason() == "malformed"


def test_a_mail_with_a_wrong_size_stops_no_other(make: Make) -> None:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        if "2" not in rest.partition("FETCH ")[2].partition(" ")[0].split(","):
            return None
        uids = [int(uid) for uid in rest.partition("FETCH ")[2].partition(" ")[0].split(",")]
        said = b"".join(talk.body(uid, 10 if uid == 2 else None) for uid in uids)
        return said + f"{tag} OK done\r\n".encode()

    pieces, error = make(FETCH_BODY=lie).fetch()
    assert error is None
    assert [(one.reason == "", bool(one.raw)) for one in mails_of(pieces)] == [
        (True, True),
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize("at", ["SEARCH_LAST", "SEARCH", "FETCH", "FETCH_BODY"])
def test_a_folder_that_is_renumbered_in_the_middle_is_read_anew(make: Make, at: str) -> None:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        if talk.imap.validity == 7:
            talk.imap.validity = 8
            talk.client.sendall(b"* OK [UIDVALIDITY 8] renumbered\r\n")
        return None

    pieces, error = make(**{at: lie}).fetch()
    assert error is None
    assert ids_of(pieces) == ["1@x", "2@x", "3@x"]
    assert all(".8." in one.key for one in mails_of(pieces))


def test_a_folder_that_is_renumbered_all_the_time_ends(make: Make) -> None:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        talk.imap.validity += 1
        talk.client.sendall(b"* OK [UIDVALIDITY %d] renumbered\r\n" % talk.imap.validity)
        return None

    assert make(SEARCH=lie).reason() == "malformed"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("SEARCH", b"* SEARCH 999 0 4294967295 1 2 3\r\nTAG OK done\r\n"),
        (
            "STATUS",
            b"* STATUS INBOX (MESSAGES 3 UIDNEXT 4294967295 UIDVALIDITY 7)\r\nTAG OK done\r\n",
        ),
    ],
)
def test_numbers_that_are_not_true_skip_no_mail(make: Make, command: str, said: bytes) -> None:
    attempt = make(**{command: always(said)})
    pieces, error = attempt.fetch()
    assert error is None
    assert ids_of(pieces) == ["1@x", "2@x", "3@x"]
    attempt.tell_the_truth()
    attempt.imap.mails.append(mail(message_id="4@x"))
    later, error = attempt.fetch(pieces[-1].cursor)
    assert (ids_of(later), error) == (["4@x"], None)


def test_a_deeply_nested_answer_is_malformed(make: Make) -> None:
    assert (
        make(FETCH=always(b"* 1 FETCH " + b"(" * 100_000 + b"\r\nTAG OK\r\n")).reason()
        == "malformed"
    )


def test_a_log_in_that_takes_too_long_ends_in_time(make: Make) -> None:
    attempt = make(limits=HURRIED, AUTHENTICATE=drip)
    with pytest.raises(ProviderUnavailable) as late:
        attempt.mailbox.check_login(replace(attempt.context))
    assert late.value.reason == "timeout"
