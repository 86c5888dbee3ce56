"""Requests to servers that a tenant's settings name: they reach the internet and what the operator allowed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from config.network.addresses import Network
from config.network.http_client import Limits, RequestsClient
from core.http import named_server_http_client
from providers.contracts import HttpFailure
from tests.certificates import Authority
from tests.standins.server import Endpoint, Reply, Standin
from tests.standins.tls import SocketServer

LIMITS = Limits(connect=60.0, read=60.0, total=60.0)
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def server() -> Iterator[Standin]:
    with Standin({("GET", "/"): Endpoint(lambda _: Reply(200, {}))}) as server:
        yield server


def test_a_private_address_is_not_connected_to(server: Standin) -> None:
    client = RequestsClient(limits=LIMITS, allowed=())
    port = server.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0"):
        with pytest.raises(HttpFailure) as failed:
            client.request("GET", f"http://{host}:{port}/")
        assert failed.value.reason in ("forbidden", "unknown-host"), host
    assert server.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/keys",
        "https://192.168.1.1/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[64:ff9b::a00:1]/",
    ],
)
def test_an_address_of_a_private_network_is_forbidden(url: str) -> None:
    with pytest.raises(HttpFailure) as failed:
        RequestsClient(limits=LIMITS, allowed=LOOPBACK).request("GET", url)
    assert failed.value.reason == "forbidden"


def test_an_allowed_network_is_connected_to(server: Standin) -> None:
    client = RequestsClient(limits=LIMITS, allowed=LOOPBACK)
    assert client.request("GET", server.url).status == 200
    assert client.request("GET", server.url.replace("127.0.0.1", "localhost")).status == 200


def test_the_name_is_looked_up_once(server: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a second answer of the name server can't lead to another address than the one that was checked."""
    asked, look_up = [], socket.getaddrinfo

    def answer(host: str, *more: object, **named: object) -> object:
        asked.append(host)
        return look_up("127.0.0.1" if host == "id.acme.example" else host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    port = server.url.rpartition(":")[2]
    client = RequestsClient(limits=LIMITS, allowed=LOOPBACK)
    assert client.request("GET", f"http://id.acme.example:{port}/").status == 200
    assert asked.count("id.acme.example") == 1


@pytest.mark.parametrize(("name", "is_trusted"), [("localhost", True), ("id.acme.example", False)])
def test_the_certificate_has_to_be_of_the_name(tmp_path: Path, name: str, is_trusted: bool) -> None:
    authority = Authority(tmp_path)

    def serve(client: socket.socket) -> None:
        client.recv(1000)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    with SocketServer(serve, authority.issue(name)) as server:
        client = RequestsClient(limits=LIMITS, allowed=LOOPBACK, ca_bundle=str(authority.file))
        url = f"https://localhost:{server.port}/"
        if is_trusted:
            assert client.request("GET", url).status == 200
        else:
            with pytest.raises(HttpFailure) as failed:
                client.request("GET", url)
            assert failed.value.reason == "tls"


def test_a_closed_port_is_a_failed_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(HttpFailure) as failed:
        RequestsClient(limits=LIMITS, allowed=LOOPBACK).request("GET", f"http://127.0.0.1:{port}/")
    assert failed.value.reason == "connection"


def test_the_client_of_this_process_allows_no_private_network(server: Standin) -> None:
    with pytest.raises(HttpFailure) as failed:
        named_server_http_client().request("GET", server.url)
    assert failed.value.reason == "forbidden"
