"""Mails that a server fails to send: each has a reason at once, stops no other, and comes once it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from plugins.imap import reading
from plugins.imap.cursor import FolderProgress, FolderStatus, key_of, read_cursor, write_cursor
from providers.contracts import ConnectFailure, Connection, Connector, Fetched
from tests.plugins.imap.conftest import ids_of, mails_of
from tests.plugins.imap.lying import Make, make
from tests.plugins.imap.test_slow_servers import PATIENT
from tests.standins.imap import Lie, Talk

__all__ = ["make"]


# More than the server has.
HUGE = 100_000


@dataclass
class Impatient:
    """A connector whose connections wait for all but so many bytes, which never come."""

    connect: Connector

    def __call__(
        self, host: str, port: int, *, tls: bool = True, seconds: float | None = None
    ) -> Connection:
        return _ImpatientConnection(self.connect(host, port, tls=tls, seconds=seconds))


@dataclass
class _ImpatientConnection:
    connection: Connection

    def start_tls(self) -> None:
        self.connection.start_tls()

    def send(self, content: bytes) -> None:
        self.connection.send(content)

    def read(self, size: int) -> bytes:
        if size >= HUGE:
            self.close()
            raise ConnectFailure("timeout", "localhost")
        return self.connection.read(size)

    def read_line(self, limit: int) -> bytes:
        return self.connection.read_line(limit)

    def close(self) -> None:
        self.connection.close()


def uids_of(rest: str) -> list[int]:
    return [int(uid) for uid in rest.partition("FETCH ")[2].partition(" ")[0].split(",")]


def announce(size: int) -> Lie:
    """Announce another size of the second mail's body than it has."""

    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        said = b"".join(talk.body(uid, size if uid == 2 else None) for uid in uids_of(rest))
        return said + f"{tag} OK done\r\n".encode()

    return lie


def describe_as_huge(talk: Talk, tag: str, rest: str) -> bytes | None:
    said = b"".join(talk.entry(uid, 10**12 if uid == 2 else None) for uid in uids_of(rest))
    return said + f"{tag} OK done\r\n".encode()


def leave_out(talk: Talk, tag: str, rest: str) -> bytes | None:
    said = b"".join(talk.body(uid) for uid in uids_of(rest) if uid != 2)
    return said + f"{tag} OK done\r\n".encode()


def has_bytes(pieces: Sequence[Fetched]) -> dict[int, bool]:
    """Return by UID whether the mail came with its bytes."""
    return {int(one.key.rpartition(".")[2]): bool(one.raw) for one in mails_of(pieces)}


@pytest.mark.parametrize(
    "lies",
    [
        {"FETCH_BODY": announce(10)},
        {"FETCH_BODY": announce(HUGE)},
        {"FETCH_BODY": leave_out},
        {"FETCH": describe_as_huge},
    ],
    ids=["too-small", "too-large", "left-out", "described-as-huge"],
)
def test_a_mail_that_the_server_fails_to_send_has_a_reason_and_comes_later(
    make: Make, lies: dict[str, Lie]
) -> None:
    attempt = make(**lies, limits=PATIENT)
    attempt.context = replace(attempt.context, connect=Impatient(attempt.context.connect))
    pieces, error = attempt.fetch()
    assert error is None
    assert has_bytes(pieces) == {1: True, 2: False, 3: True}
    again, error = attempt.fetch(pieces[-1].cursor)
    assert (error, mails_of(again)) == (None, [])
    attempt.tell_the_truth()
    later, error = attempt.fetch(again[-1].cursor)
    assert error is None
    assert ids_of(later) == ["2@x"]
    attempt.imap.commands.clear()
    assert mails_of(attempt.fetch(later[-1].cursor)[0]) == []
    assert "EXAMINE" not in attempt.imap.commands


def test_a_mail_that_never_comes_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MAX_TRIES", 2)
    attempt = make(FETCH_BODY=leave_out, limits=PATIENT)
    cursor = attempt.fetch()[0][-1].cursor
    for _ in range(2):
        cursor = attempt.fetch(cursor)[0][-1].cursor
        assert "FETCH BODY" in attempt.imap.commands
    attempt.imap.commands.clear()
    attempt.fetch(cursor)
    assert "EXAMINE" not in attempt.imap.commands


def test_only_so_many_mails_are_asked_for_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_MAX_PUT_OFF", 1)

    def leave_two_out(talk: Talk, tag: str, rest: str) -> bytes | None:
        return talk.body(3) + f"{tag} OK done\r\n".encode()

    pieces, _ = make(FETCH_BODY=leave_two_out, limits=PATIENT).fetch()
    assert has_bytes(pieces) == {1: False, 2: False, 3: True}
    (progress,) = read_cursor(pieces[-1].cursor, provider="imap").values()
    assert progress.again == {1: 1}


def test_a_full_cursor_has_its_size() -> None:
    most = 2**32 - 1
    status = FolderStatus(uid_validity=most, uid_next=most, messages=most)
    progress = {
        key_of(str(number)): FolderProgress(
            uid_validity=most, last_uid=most, seen_as=status, again={most: 5}
        )
        for number in range(100)
    }
    cursor = write_cursor(progress)
    assert len(cursor) <= 16 * 1024
    assert read_cursor(cursor, provider="imap") == progress
