"""Which addresses a user may have this installation connect to."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from config.network import addresses
from config.network.addresses import (
    MOST_ADDRESSES,
    HostRefused,
    is_public,
    list_addresses,
    may_connect_to,
    resolve_host,
)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f::1", "2a00:1450::1"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - never listened on
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "64:ff9b::7f00:1",
        "64:ff9b::5db8:d70e",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%lo",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_any_other_address_is_refused(address: str) -> None:
    assert not may_connect_to(ip_address(address), ())


@pytest.mark.parametrize(
    ("address", "networks", "may_connect"),
    [
        ("10.1.2.3", ["10.1.0.0/16"], True),
        ("10.2.2.3", ["10.1.0.0/16"], False),
        ("fd00::1", ["10.0.0.0/8", "fd00::/8"], True),
        ("::ffff:10.1.2.3", ["10.1.0.0/16"], False),
        ("64:ff9b::a01:203", ["64:ff9b::/96"], False),
        ("64:ff9b::a01:203", ["64:ff9b::/96", "10.1.0.0/16"], True),
        ("64:ff9b::5db8:d70e", ["64:ff9b::/96"], True),
        ("2002:a01:203::1", ["2002::/16"], False),
        ("::ffff:10.1.2.3", ["::/0"], False),
    ],
)
def test_an_operator_allows_networks_and_no_more(
    address: str, networks: list[str], may_connect: bool
) -> None:
    allowed = [ip_network(one) for one in networks]
    assert may_connect_to(ip_address(address), allowed) is may_connect


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001"])
def test_every_spelling_of_an_address_is_the_same_address(host: str) -> None:
    assert resolve_host(host, timeout=5) == (ip_address("127.0.0.1"),)


@pytest.mark.parametrize(
    "host", ["", "a\0b", "no-such-host.invalid", "a" * 300, ".", "a..b", "ä" * 64, "two words"]
)
def test_a_name_without_address_is_unknown(host: str) -> None:
    with pytest.raises(HostRefused) as unknown:
        resolve_host(host, timeout=5)
    assert unknown.value.reason == "unknown-host"


def test_of_many_addresses_the_first_accepted_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every = tuple(ip_address(f"10.0.0.{number}") for number in range(100))
    monkeypatch.setattr(addresses, "resolve_host", lambda host, timeout: every)
    assert (
        list_addresses("example.com", timeout=5, may_connect=lambda one: one > every[9])
        == (every[10 : 10 + MOST_ADDRESSES])
    )
