"""Servers that are slow, or never end: the client gets on, without reading anything twice or holding it in memory."""

from __future__ import annotations

import tracemalloc

import pytest

from providers.contracts import ProviderUnavailable
from tests.plugins.imap.conftest import ids_of, mails_of
from tests.plugins.imap.lying import HURRIED, PATIENT, Make, flood, make
from tests.standins.dovecot import mail
from tests.standins.imap import Talk

__all__ = ["make"]
# An answer as large as may be, its copy, and those of the attempt before.
MEMORY = 4 * PATIENT.answer_bytes


def test_an_endless_mail_stops_no_other_and_takes_no_memory(make: Make) -> None:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        if "2" not in rest.partition("FETCH ")[2].partition(" ")[0].split(","):
            return None
        talk.client.sendall(b"* 2 FETCH (UID 2 BODY[] {41000000}\r\n")
        return flood(b"x" * 65536)(talk, tag, rest)

    attempt = make(FETCH_BODY=lie)
    tracemalloc.start()
    try:
        pieces, error = attempt.fetch()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error is None
    assert [bool(one.reason) for one in mails_of(pieces)] == [False, True, False]
    assert peak < MEMORY


def test_what_was_searched_before_a_failure_is_not_searched_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, silent = list[str](), {"4:9"}

    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        asked.append(rest.split()[3])
        return b"" if asked[-1] in silent else None

    monkeypatch.setattr("plugins.imap.reading._FIRST_SPAN", 3)
    attempt = make(SEARCH=lie, limits=HURRIED)
    attempt.imap.mails += [mail(message_id=f"{number}@x") for number in range(4, 12)]
    before, error = attempt.fetch()
    assert isinstance(error, ProviderUnavailable)
    assert error.reason == "timeout"
    assert ids_of(before) == ["1@x", "2@x", "3@x"]
    attempt.spy.connector = attempt.patient
    silent.clear()
    after, error = attempt.fetch(before[-1].cursor)
    assert error is None
    assert ids_of(after) == [f"{number}@x" for number in range(4, 12)]
    assert asked == ["1:3", "4:9", "4:6", "7:11"]
