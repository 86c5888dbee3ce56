"""Look-ups of keys, against a server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from config.network.dns_client import SILENCE_SECONDS, DnsClient
from tests.waiting import wait_until

KEY = "s1._domainkey.acme.test"


@dataclass
class NameServer:
    """Answers TXT queries over UDP; `silent` names get no answer, unknown ones NXDOMAIN."""

    texts: dict[str, str]
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))

    def serve(self) -> None:
        while True:
            packet, client = self.socket.recvfrom(4096)
            if packet == b"stop":
                return
            query = dns.message.from_wire(packet)
            name = query.question[0].name.to_text(omit_final_dot=True)
            self.asked.append(name)
            if name in self.silent:
                continue
            reply = dns.message.make_response(query)
            reply.flags |= dns.flags.RA
            if name in self.texts:
                reply.answer.append(
                    dns.rrset.from_text(f"{name}.", 300, "IN", "TXT", self.texts[name])
                )
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            self.socket.sendto(reply.to_wire(), client)

    def client(self, *, timeout: float = 60.0, now: list[float] | None = None) -> DnsClient:
        resolver = dns.resolver.Resolver(configure=False)
        host, resolver.port = self.socket.getsockname()
        resolver.nameservers = [host]
        return DnsClient(resolver=resolver, timeout=timeout, clock=lambda: now[0] if now else 0.0)


@pytest.fixture
def server() -> Iterator[NameServer]:
    server = NameServer({KEY: '"v=DKIM1; " "p=abc"'})
    thread = Thread(target=server.serve)
    thread.start()
    yield server
    server.socket.sendto(b"stop", server.socket.getsockname())
    thread.join()
    server.socket.close()


def test_the_strings_of_a_record_are_one_text(server: NameServer) -> None:
    assert server.client()(KEY) == b"v=DKIM1; p=abc"


def test_an_answer_is_kept_in_any_case_of_the_name(server: NameServer) -> None:
    lookup = server.client()
    assert lookup(KEY) == lookup(KEY.upper())
    assert server.asked == [KEY]


def test_a_name_without_a_record_has_no_text(server: NameServer) -> None:
    assert server.client()("gone.test") is None


def test_a_silent_server_is_asked_again_after_a_while(server: NameServer) -> None:
    server.silent.add(KEY)
    now = [100.0]
    lookup = server.client(timeout=0.2, now=now)
    assert lookup(KEY) is None
    wait_until(lambda: server.asked == [KEY])
    # The server answers from now on: on a busy machine that may take it longer.
    server.silent.clear()
    lookup._timeout = 60.0
    assert lookup(KEY) is None
    assert server.asked == [KEY]
    now[0] += SILENCE_SECONDS + 1
    assert lookup(KEY) == b"v=DKIM1; p=abc"


@pytest.mark.parametrize("name", ["a" * 64 + ".test", "..", "", "\ud800.test", "ä" * 300])
def test_what_is_no_name_has_no_text(server: NameServer, name: str) -> None:
    assert server.client(timeout=0.2)(name) is None


def test_an_overlong_text_is_no_key(server: NameServer) -> None:
    for name, strings in (("wide.test", 16), ("long.test", 17)):
        server.texts[name] = " ".join(['"' + "x" * 255 + '"'] * strings)
    assert server.client()("wide.test") == b"x" * 255 * 16
    assert server.client()("long.test") is None
