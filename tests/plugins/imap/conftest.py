"""Dovecot, and what a mailbox is given to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from itertools import count
from typing import Final

import pytest

from config.network.connector import ConnectionLimits, OutsideConnector
from plugins.imap.mailbox import ImapMailbox
from providers.conformance.network import NoNetwork
from providers.context import Connection, Connector
from providers.contracts import Fetched, FetchedMail, Grant, MailboxContext, MailSearch, MailServer
from tests.certificates import Authority
from tests.standins.dovecot import Dovecot, running_dovecot

SEARCH: Final = MailSearch(
    senders=("linkedin.com", "notification@careersat*", "no-reply@hired.example"),
    headers=(("Feedback-ID", ":workday"),),
    phrases=("your application",),
)
PASSWORD: Final = 'p@ss "wörd" \\ 1'
_numbers = count(1)


@dataclass
class Spy:
    """Connects as the connector does, and keeps what was sent, in `sent`. `ports`: where a port leads instead."""

    connector: Connector
    ports: dict[int, int] = field(default_factory=dict)
    sent: bytearray = field(default_factory=bytearray)
    connections: int = 0

    def __call__(
        self, host: str, port: int, *, tls: bool = True, seconds: float | None = None
    ) -> Connection:
        self.connections += 1
        opened = self.connector(host, self.ports.get(port, port), tls=tls, seconds=seconds)
        return _Heard(opened, self.sent)

    @property
    def commands(self) -> list[str]:
        """What was sent as commands, without their tags."""
        lines = bytes(self.sent).decode("utf-8", "replace").splitlines()
        return [line.partition(" ")[2] for line in lines if " " in line]


@dataclass
class _Heard:
    connection: Connection
    sent: bytearray

    def start_tls(self) -> None:
        self.connection.start_tls()

    def send(self, content: bytes) -> None:
        self.sent += content
        self.connection.send(content)

    def read(self, size: int) -> bytes:
        return self.connection.read(size)

    def read_line(self, limit: int) -> bytes:
        return self.connection.read_line(limit)

    def close(self) -> None:
        self.connection.close()


@dataclass
class Owner:
    """A user of a server, and what its mailbox brings."""

    server: Dovecot
    name: str
    context: MailboxContext
    spy: Spy
    mailbox: ImapMailbox = field(default_factory=ImapMailbox)

    def fetch(self, cursor: str | None = None) -> list[Fetched]:
        return list(self.mailbox.fetch(cursor, self.context))

    def deliver(self, raw: bytes, *, folder: str = "INBOX", at: float | None = None) -> None:
        self.server.deliver(self.name, raw, folder=folder, at=at)

    def with_folders(self, *folders: str) -> Owner:
        return self.with_server(folders=folders)

    def with_server(self, **changes: object) -> Owner:
        assert self.context.server
        server = replace(self.context.server, **changes)  # type: ignore[arg-type]
        return replace(self, context=replace(self.context, server=server))

    def with_grant(self, token: str) -> Owner:
        grant = Grant(access_token=token, client_id="c")
        owner = self.with_server(password=None)
        return replace(owner, context=replace(owner.context, grant=grant))


def mails_of(pieces: Sequence[Fetched]) -> list[FetchedMail]:
    return [mail for piece in pieces for mail in piece.mails]


def ids_of(pieces: Sequence[Fetched]) -> list[str]:
    """Return the Message-IDs that were brought, without their angle brackets."""
    raws = [mail.raw.decode("utf-8", "replace") for mail in mails_of(pieces)]
    return [raw.partition("Message-ID: <")[2].partition(">")[0] for raw in raws]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    accounts = {f"user{number}": PASSWORD for number in range(1, 200)}
    with running_dovecot(authority.issue("localhost"), accounts) as server:
        yield server


@pytest.fixture(scope="session")
def connector(authority: Authority) -> OutsideConnector:
    return OutsideConnector(
        allowed=[ip_network("127.0.0.0/8"), ip_network("::1/128")],
        limits=ConnectionLimits(read=10.0),
        trusted=authority.trusting(),
    )


@pytest.fixture
def owner(dovecot: Dovecot, connector: OutsideConnector) -> Owner:
    """A user without mail, whose name no other test has."""
    name = f"user{next(_numbers)}"
    spy = Spy(connector, ports={143: dovecot.starttls_port})
    server = MailServer(host="localhost", port=dovecot.port, username=name, password=PASSWORD)
    context = MailboxContext(http=NoNetwork(), search=SEARCH, server=server, connect=spy)
    return Owner(dovecot, name, context, spy)
