"""Connections to servers that users name, against servers on loopback that misbehave."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from config.network.connector import ConnectionLimits, OutsideConnection, OutsideConnector
from providers.contracts import ConnectFailure
from tests.certificates import Authority, Certificate
from tests.standins.tls import SocketServer

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
LIMITS = ConnectionLimits(
    connect=60.0, read=60.0, answer=60.0, total=60.0, answer_bytes=1000, total_bytes=5000
)
# Only where time is what ends a connection: else a busy machine would end it.
HURRIED = replace(LIMITS, read=0.3, answer=0.6)
Serve = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def connector(authority: Authority) -> OutsideConnector:
    return OutsideConnector(allowed=LOOPBACK, limits=LIMITS, trusted=authority.trusting())


@pytest.fixture
def hurried(authority: Authority) -> OutsideConnector:
    return OutsideConnector(allowed=LOOPBACK, limits=HURRIED, trusted=authority.trusting())


@pytest.fixture
def connect(
    stack: ExitStack, authority: Authority, connector: OutsideConnector
) -> Callable[[Serve], OutsideConnection]:
    """Return a function that starts a server with TLS and connects to it."""

    def connect(serve: Serve) -> OutsideConnection:
        server = stack.enter_context(SocketServer(serve, authority.issue("localhost")))
        connection = connector("localhost", server.port)
        stack.callback(connection.close)
        return connection

    return connect


def failure_of(action: Callable[[], object]) -> str:
    with pytest.raises(ConnectFailure) as failed:
        action()
    return failed.value.reason


def wait_for_end(client: socket.socket) -> None:
    while client.recv(1000):
        pass


def test_lines_and_bytes_arrive_as_they_were_sent(
    connect: Callable[[Serve], OutsideConnection],
) -> None:
    connection = connect(lambda client: client.sendall(client.recv(100) + b"one\r\n12345two\r\n"))
    connection.send(b"sent\r\n")
    assert connection.read_line(100) == b"sent\r\n"
    assert connection.read_line(100) == b"one\r\n"
    assert connection.read(5) == b"12345"
    assert connection.read_line(100) == b"two\r\n"


@pytest.mark.parametrize(
    ("hosts", "age", "own"),
    [
        (("other.example",), timedelta(), False),
        (("127.0.0.1",), timedelta(), False),
        (("*.localhost",), timedelta(), False),
        (("localhost",), timedelta(days=2), False),
        (("localhost",), timedelta(days=-2), False),
        (("localhost",), timedelta(), True),
    ],
    ids=["other-host", "address-only", "wildcard", "expired", "not-yet-valid", "self-signed"],
)
def test_a_certificate_that_does_not_fit_is_refused_before_anything_is_sent(
    stack: ExitStack,
    authority: Authority,
    connector: OutsideConnector,
    hosts: tuple[str, ...],
    age: timedelta,
    own: bool,
) -> None:
    received: list[bytes] = []
    certificate = authority.issue(*hosts, age=age, own=own)
    server = stack.enter_context(
        SocketServer(lambda client: received.append(client.recv(100)), certificate)
    )
    assert failure_of(lambda: connector("localhost", server.port)) == "tls"
    assert not any(received)


def test_without_an_authority_of_its_own_it_trusts_those_of_the_system(
    stack: ExitStack, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = stack.enter_context(SocketServer(wait_for_end, authority.issue("localhost")))
    connector = OutsideConnector(allowed=LOOPBACK, limits=LIMITS)
    assert failure_of(lambda: connector("localhost", server.port)) == "tls"
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    connector("localhost", server.port).close()


def test_the_host_may_be_an_address_that_the_certificate_names(
    stack: ExitStack, authority: Authority, connector: OutsideConnector
) -> None:
    server = stack.enter_context(SocketServer(wait_for_end, authority.issue("127.0.0.1")))
    connector(" 127.0.0.1 ", server.port).close()


def test_old_versions_of_tls_are_refused(stack: ExitStack, authority: Authority) -> None:
    context = OutsideConnector(allowed=LOOPBACK, trusted=authority.trusting())
    server = stack.enter_context(SocketServer(wait_for_end, _OldTls(authority.issue("localhost"))))
    assert failure_of(lambda: context("localhost", server.port)) == "tls"


class _OldTls(Certificate):
    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate.certificate, certificate.key)

    def server_context(self) -> ssl.SSLContext:
        context = super().server_context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context


def test_no_private_address_is_connected_to(stack: ExitStack) -> None:
    server = stack.enter_context(SocketServer(wait_for_end))
    connector = OutsideConnector(limits=LIMITS)
    for host in ("localhost", "127.0.0.1", "::1", "0", "10.0.0.1", "169.254.169.254", "[::1]"):
        assert failure_of(lambda host=host: connector(host, server.port)) in (  # type: ignore[misc]
            "forbidden",
            "unknown-host",
        )
    assert server.connections == 0


@pytest.mark.parametrize("port", [-1, 0, 22, 25, 80, 110, 443, 995, 65536, 10**9])
def test_ports_of_other_services_are_refused_on_public_addresses(port: int) -> None:
    assert failure_of(lambda: OutsideConnector(limits=LIMITS)("192.0.1.1", port)) == "forbidden"


def test_the_name_is_resolved_once_and_the_checked_address_connected_to(
    stack: ExitStack,
    authority: Authority,
    connector: OutsideConnector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that turns into a private address after the check (DNS rebinding) gains nothing."""
    server = stack.enter_context(SocketServer(wait_for_end, authority.issue("mail.example")))
    asked: list[object] = []

    def answer(host: object, *arguments: object, **keywords: object) -> list[object]:
        asked.append(host)
        address = host if host == "127.0.0.1" else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    connector("mail.example", server.port).close()
    # The second is the address itself, which `create_connection` only spells out.
    assert asked == ["mail.example", "127.0.0.1"]


def test_a_server_that_is_down_fails(connector: OutsideConnector) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert failure_of(lambda: connector("127.0.0.1", port)) == "connection"


def test_a_server_that_speaks_no_tls_fails(stack: ExitStack, connector: OutsideConnector) -> None:
    server = stack.enter_context(SocketServer(lambda client: client.sendall(b"* OK IMAP\r\n" * 9)))
    assert failure_of(lambda: connector("localhost", server.port)) == "tls"


@pytest.mark.parametrize("seconds", [None, 0.8])
def test_a_handshake_that_never_ends_fails(stack: ExitStack, seconds: float | None) -> None:
    def drip(client: socket.socket) -> None:
        # The head of a TLS record of 16 kB, which comes a byte at a time.
        for byte in b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + bytes(16000):
            client.sendall(bytes([byte]))
            if not server.pause(0.1):
                return

    server = stack.enter_context(SocketServer(drip))
    limits = LIMITS if seconds else replace(LIMITS, connect=2.0)
    connector = OutsideConnector(allowed=LOOPBACK, limits=limits)
    assert failure_of(lambda: connector("localhost", server.port, seconds=seconds)) == "timeout"


def test_silence_fails(stack: ExitStack, authority: Authority, hurried: OutsideConnector) -> None:
    server = stack.enter_context(SocketServer(wait_for_end, authority.issue("localhost")))
    connection = hurried("localhost", server.port)
    assert failure_of(lambda: connection.read_line(100)) == "timeout"


def test_one_byte_at_a_time_ends_with_the_time_of_the_answer(
    stack: ExitStack, authority: Authority, hurried: OutsideConnector
) -> None:
    def drip(client: socket.socket) -> None:
        while server.pause(0.05):
            client.sendall(b"x")

    server = stack.enter_context(SocketServer(drip, authority.issue("localhost")))
    connection = hurried("localhost", server.port)
    assert failure_of(lambda: connection.read_line(1000)) == "timeout"


def test_answers_one_after_another_end_with_the_time_of_the_connection(
    connect: Callable[[Serve], OutsideConnection], connector: OutsideConnector
) -> None:
    def echo(client: socket.socket) -> None:
        while said := client.recv(100):
            client.sendall(said)

    connection = connect(echo)
    connection._ends_at = 0.0
    assert failure_of(lambda: connection.send(b"a\n")) == "timeout"


def test_more_bytes_than_an_answer_may_have_fail(
    connect: Callable[[Serve], OutsideConnection],
) -> None:
    flood = connect(lambda client: client.sendall(b"a" * 100_000))
    assert failure_of(lambda: flood.read_line(10**9)) == "too-large"


def test_a_longer_line_than_allowed_fails(connect: Callable[[Serve], OutsideConnection]) -> None:
    line = connect(lambda client: client.sendall(b"a" * 50 + b"\r\n"))
    assert failure_of(lambda: line.read_line(50)) == "too-large"


def test_an_announced_size_above_the_limit_fails_before_a_byte_is_read(
    connect: Callable[[Serve], OutsideConnection],
) -> None:
    assert failure_of(lambda: connect(wait_for_end).read(10**15)) == "too-large"


def test_more_bytes_than_a_connection_may_have_fail(
    connect: Callable[[Serve], OutsideConnection],
) -> None:
    def answer(client: socket.socket) -> None:
        while client.recv(100):
            client.sendall(b"a" * 899 + b"\n")

    connection = connect(answer)

    def ask_for_long() -> None:
        for _ in range(10):
            connection.send(b"more\n")
            connection.read_line(1000)

    assert failure_of(ask_for_long) == "too-large"


def test_an_end_in_the_middle_fails(connect: Callable[[Serve], OutsideConnection]) -> None:
    connection = connect(lambda client: client.sendall(b"half a li"))
    assert failure_of(lambda: connection.read_line(100)) == "connection"


def test_a_failure_closes_the_connection(connect: Callable[[Serve], OutsideConnection]) -> None:
    connection = connect(lambda client: client.sendall(b"a" * 50 + b"\r\nmore\r\n"))
    assert failure_of(lambda: connection.read_line(50)) == "too-large"
    assert failure_of(lambda: connection.send(b"a\r\n")) == "connection"
    assert failure_of(lambda: connection.read_line(50)) == "connection"


def test_plain_text_that_came_before_the_handshake_is_refused(
    stack: ExitStack, connector: OutsideConnector
) -> None:
    """What an attacker on the way put behind the answer to STARTTLS, it must not count as the server's."""
    server = stack.enter_context(
        SocketServer(lambda client: client.sendall(b"a OK\r\n* OK injected\r\n"))
    )
    connection = connector("localhost", server.port, tls=False)
    assert connection.read_line(100) == b"a OK\r\n"
    assert failure_of(connection.start_tls) == "tls"
