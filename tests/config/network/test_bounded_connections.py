"""A server that sends a byte now and then, wherever in its answer, is left when the time is up."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network
from types import SimpleNamespace

import pytest

from config.network import bounded_connections
from config.network.http_client import Limits, RequestsClient
from providers.contracts import HttpFailure
from tests.certificates import Authority
from tests.standins.tls import SocketServer

LIMITS = Limits(connect=5.0, read=5.0, total=0.3)
HEADER = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def dripping(beginning: bytes, byte: bytes) -> SocketServer:
    """Return a server whose answer begins so, and goes on with a byte now and then, for ever."""

    def serve(client: socket.socket) -> None:
        with suppress(OSError):
            client.recv(65536)
            client.sendall(beginning)
            while server.pause(0.05):
                client.sendall(byte)

    server = SocketServer(serve)
    return server


@pytest.mark.parametrize(
    ("beginning", "byte"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"a"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ", b"2"),
        (HEADER, b"0"),
        (HEADER + b"2710\r\n", b" "),
        (HEADER + b"0\r\nX-Trailer: ", b"a"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", b" "),
        (b"HTTP/1.1 302 Found\r\nLocation: /", b"a"),
    ],
    ids=["status", "header", "continue", "length", "chunk", "trailer", "body", "redirect"],
)
def test_an_answer_that_never_ends_is_left_in_time(beginning: bytes, byte: bytes) -> None:
    with dripping(beginning, byte) as server, pytest.raises(HttpFailure) as failed:
        RequestsClient(limits=LIMITS).request("GET", f"http://127.0.0.1:{server.port}/")
    assert failed.value.reason == "timeout"


@pytest.mark.parametrize("kind", ["kept", "checked"])
def test_each_kind_of_client_leaves_in_time(kind: str) -> None:
    allowed = (ip_network("127.0.0.0/8"),) if kind == "checked" else None
    client = RequestsClient(limits=LIMITS, keeps_connections=kind == "kept", allowed=allowed)
    with dripping(b"", b"H") as server, pytest.raises(HttpFailure) as failed:
        client.request("GET", f"http://127.0.0.1:{server.port}/")
    assert failed.value.reason == "timeout"
    client.close()


def test_each_request_on_a_kept_connection_has_its_own_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr(bounded_connections, "time", clock)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def serve(client: socket.socket) -> None:
        nonlocal now
        with suppress(OSError):
            while client.recv(65536):
                now += 500
                client.sendall(answer)

    limits = replace(LIMITS, read=60.0, total=600.0)
    client = RequestsClient(limits=limits, keeps_connections=True)
    server = SocketServer(serve)
    with server:
        for _ in range(4):
            assert client.request("GET", f"http://127.0.0.1:{server.port}/").body == b"{}"
        assert server.connections == 1
        client.close()


def test_an_encrypted_answer_is_bounded_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = Authority(tmp_path_factory.mktemp("certificates"))

    def serve(client: socket.socket) -> None:
        with suppress(OSError):
            client.recv(65536)
            while server.pause(0.05):
                client.sendall(b"H")

    server = SocketServer(serve, authority.issue("localhost"))
    client = RequestsClient(limits=LIMITS, ca_bundle=str(authority.file))
    with server, pytest.raises(HttpFailure) as failed:
        client.request("GET", f"https://localhost:{server.port}/")
    assert failed.value.reason == "timeout"


def test_of_an_answer_that_says_that_it_is_too_large_nothing_is_read() -> None:
    def serve(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n")
        # A client that reads on waits for this.
        server.pause(60)

    client = RequestsClient(limits=replace(LIMITS, read=60.0, total=60.0, answer_bytes=65536))
    server = SocketServer(serve)
    with server, pytest.raises(HttpFailure) as failed:
        client.request("GET", f"http://127.0.0.1:{server.port}/")
    assert failed.value.reason == "too-large"
