"""Domains that have yet to be proven, against a DNS server on loopback."""

import json
import socket
from collections.abc import Iterator
from io import StringIO
from threading import Thread
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest
from django.core.management import CommandError, call_command

from config.network.dns_client import DirectDns
from core import dns as ports
from core.errors import Conflict, ProviderDown
from tenants import registry
from tenants.provisioning.domains import add_domain, make_primary, verify_domain
from tenants.provisioning.lifecycle import CreatedTenant


class NameServer:
    """Answers TXT and CNAME queries over UDP; what it doesn't have is NXDOMAIN, and `silent` answers nothing."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))

    def serve(self) -> None:
        while (received := self.socket.recvfrom(4096))[0] != b"stop":
            if not self.silent:
                self.socket.sendto(self._answer(received[0]), received[1])

    def _answer(self, packet: bytes) -> bytes:
        query = dns.message.from_wire(packet)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        found = self.records.get((question.name.to_text(omit_final_dot=True), kind))
        if found is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            reply.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *found))
        return bytes(reply.to_wire())

    def client(self, *, timeout: float = 60.0) -> DirectDns:
        resolver = dns.resolver.Resolver(configure=False)
        host, resolver.port = self.socket.getsockname()
        resolver.nameservers = [host]
        return DirectDns(resolver=resolver, timeout=timeout)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer()
    thread = Thread(target=server.serve)
    thread.start()
    monkeypatch.setattr(ports, "_records", server.client())
    yield server
    server.socket.sendto(b"stop", server.socket.getsockname())
    thread.join()
    server.socket.close()


def manage(*arguments: str) -> dict[str, Any]:
    printed = StringIO()
    call_command(*arguments, "--json", stdout=printed)
    facts: dict[str, Any] = json.loads(printed.getvalue())
    return facts


def routes(host: str) -> bool:
    registry.forget_tenants()
    return registry.tenant_by_host(host) is not None


def test_a_domain_routes_once_a_text_in_dns_proves_it(
    tenant_of_file: CreatedTenant, server: NameServer
) -> None:
    slug = tenant_of_file.ref.slug
    added = manage("domain", "add", "jobs.proven.test", "--tenant", slug, "--unverified")
    assert added["verified"] is False
    proof = added["proof"]
    assert proof["textName"] == "_happo.jobs.proven.test"
    assert not routes("jobs.proven.test")
    with pytest.raises(CommandError, match=r"is not verified: DNS has no TXT record happo="):
        manage("domain", "verify", "jobs.proven.test")
    server.records["_happo.jobs.proven.test", "TXT"] = ['"v=other"', f'"{proof["text"]}"']
    assert "verified" not in manage("domain", "verify", "jobs.proven.test", "--tenant", slug)
    assert routes("jobs.proven.test")
    # Once more changes nothing.
    manage("domain", "verify", "jobs.proven.test")


def test_an_alias_of_the_tenants_host_proves_it_too(
    tenant_of_file: CreatedTenant, server: NameServer
) -> None:
    slug = tenant_of_file.ref.slug
    add_domain(slug, "jobs.alias.test", is_verified=False)
    server.records["jobs.alias.test", "CNAME"] = [f"{slug}.LOCALHOST."]
    verify_domain("jobs.alias.test")
    assert routes("jobs.alias.test")


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("TXT", "_happo.jobs.other.test", '"happo="'),
        ("TXT", "_happo.jobs.other.test", '"happo=of-another-tenant"'),
        ("TXT", "jobs.other.test", '"{text}"'),
        ("CNAME", "jobs.other.test", "acme.localhost."),
    ],
    ids=["empty", "another-token", "another-name", "another-tenant"],
)
def test_nothing_else_proves_it(
    tenant_of_file: CreatedTenant, server: NameServer, kind: str, name: str, value: str
) -> None:
    added = manage(
        "domain", "add", "jobs.other.test", "--tenant", tenant_of_file.ref.slug, "--unverified"
    )
    server.records[name, kind] = [value.format(text=added["proof"]["text"])]
    with pytest.raises(Conflict):
        verify_domain("jobs.other.test")
    assert not routes("jobs.other.test")
    manage("domain", "remove", "jobs.other.test")


def test_a_silent_server_is_said(
    tenant_of_file: CreatedTenant, server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_domain(tenant_of_file.ref.slug, "jobs.silent.test", is_verified=False)
    server.silent = True
    monkeypatch.setattr(ports, "_records", server.client(timeout=0.5))
    with pytest.raises(ProviderDown):
        verify_domain("jobs.silent.test")


def test_an_unproven_domain_is_not_made_primary(tenant_of_file: CreatedTenant) -> None:
    add_domain(tenant_of_file.ref.slug, "jobs.early.test", is_verified=False)
    with pytest.raises(Conflict, match="is not verified yet"):
        make_primary("jobs.early.test")


def test_a_domain_may_be_written_in_unicode(
    tenant_of_file: CreatedTenant, server: NameServer
) -> None:
    slug, stored = tenant_of_file.ref.slug, "jobs.xn--bcher-kva.test"
    added = manage("domain", "add", "Jobs.Bücher.test.", "--tenant", slug, "--unverified")
    assert (added["host"], added["proof"]["textName"]) == (stored, f"_happo.{stored}")
    server.records[f"_happo.{stored}", "TXT"] = [f'"{added["proof"]["text"]}"']
    manage("domain", "verify", "jobs.bücher.test", "--tenant", slug)
    assert routes(stored)
    printed = StringIO()
    call_command("domain", "list", "--tenant", slug, stdout=printed)
    assert f"jobs.bücher.test ({stored})" in printed.getvalue()
    with pytest.raises(CommandError, match="already in use"):
        manage("domain", "add", stored, "--tenant", slug)
    manage("domain", "remove", "jobs.BÜCHER.test", "--tenant", slug)
    assert not routes(stored)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("jobs.i❤.test", "IDNA 2008"),
        ("jobs.xn--zzzzzz.test", "IDNA 2008"),
        ("\u0430pple.test", "must not mix letters of Cyrillic, Latin"),
        ("ü", "host name without port"),
    ],
    ids=["emoji", "not-decodable", "mixed", "bare"],
)
def test_what_can_be_taken_for_another_domain_or_is_none_is_refused(
    tenant_of_file: CreatedTenant, host: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        manage("domain", "add", host, "--tenant", tenant_of_file.ref.slug)
    with pytest.raises(CommandError, match=said):
        manage(
            *("tenant", "create", "unmade", "--name", "U", "--owner-email", "u@u.test"),
            *("--domain", host),
        )


def test_hosts_of_earlier_code_and_of_operators_need_no_proof(
    tenant_of_file: CreatedTenant,
) -> None:
    assert routes(tenant_of_file.host)
    add_domain(tenant_of_file.ref.slug, "jobs.trusted.test")
    assert routes("jobs.trusted.test")
