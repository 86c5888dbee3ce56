"""What tests of servers that lie share: a mailbox on such a server, and ways to lie."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from ipaddress import ip_network

import pytest

from config.network.connector import ConnectionLimits, OutsideConnector
from plugins.imap.mailbox import ImapMailbox
from providers.conformance.network import NoNetwork
from providers.contracts import (
    Fetched,
    MailboxContext,
    MailSearch,
    MailServer,
    ProviderError,
    ProviderUnavailable,
)
from tests.certificates import Authority, Certificate
from tests.plugins.imap.conftest import Spy
from tests.standins.dovecot import mail
from tests.standins.imap import Lie, LyingImap, Talk

PATIENT = ConnectionLimits(
    connect=60.0, read=60.0, answer=300.0, total=600.0, answer_bytes=40 * 1024 * 1024
)
# Only where time is what ends a connection: else a busy machine would end it.
HURRIED = replace(PATIENT, read=1.0, answer=2.0, total=20.0)


@dataclass
class Attempt:
    """A mailbox on the lying server, and what a fetch from it brings."""

    imap: LyingImap
    context: MailboxContext
    mailbox: ImapMailbox
    spy: Spy
    patient: OutsideConnector

    def fetch(self, cursor: str | None = None) -> tuple[list[Fetched], ProviderError | None]:
        pieces: list[Fetched] = []
        try:
            pieces.extend(self.mailbox.fetch(cursor, self.context))
        except ProviderError as error:
            return pieces, error
        return pieces, None

    def reason(self) -> str:
        _, error = self.fetch()
        assert isinstance(error, ProviderUnavailable), repr(error)
        return error.reason

    def tell_the_truth(self) -> None:
        self.imap.lies.clear()
        self.spy.connector = self.patient


Make = Callable[..., Attempt]


@pytest.fixture
def make(authority: Authority) -> Iterator[Make]:
    """Return a function that starts a server which lies so, with three mails."""
    with ExitStack() as stack:

        def start(
            *,
            certificate: Certificate | None = None,
            tls: bool = True,
            greeting: bytes = b"* OK ready\r\n",
            limits: ConnectionLimits = PATIENT,
            **lies: Lie,
        ) -> Attempt:
            imap = LyingImap(
                [mail(message_id=f"{number}@x") for number in (1, 2, 3)],
                {name.replace("_", " "): lie for name, lie in lies.items()},
                greeting,
            )
            used = certificate or authority.issue("localhost") if tls else None
            server = stack.enter_context(imap.serving(used))
            allowed = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
            hurried, patient = (
                OutsideConnector(allowed=allowed, limits=one, trusted=authority.trusting())
                for one in (limits, PATIENT)
            )
            spy = Spy(hurried, ports={143: server.port})
            context = MailboxContext(
                http=NoNetwork(),
                search=MailSearch(senders=("linkedin.com",)),
                server=MailServer(
                    host="localhost",
                    port=server.port if tls else 143,
                    username="ann",
                    password="hush-hush",
                ),
                connect=spy,
            )
            return Attempt(imap, context, ImapMailbox(), spy, patient)

        yield start


def always(said: bytes) -> Lie:
    return lambda talk, tag, rest: said.replace(b"TAG", tag.encode())


def flood(piece: bytes, *, pause: float = 0) -> Lie:
    """Send without end, with so many seconds between two pieces; the client has to go away."""

    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        while talk.imap.server.pause(pause):
            talk.client.sendall(piece)
        return b""

    return lie


def hang_up(said: bytes) -> Lie:
    def lie(talk: Talk, tag: str, rest: str) -> bytes | None:
        talk.client.sendall(said)
        talk.client.shutdown(socket.SHUT_RDWR)
        return b""

    return lie


def drip(talk: Talk, tag: str, rest: str) -> bytes | None:
    while talk.imap.server.pause(0.05):
        talk.client.sendall(b"*")
    return b""
