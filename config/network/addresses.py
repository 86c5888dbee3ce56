"""Which addresses this installation connects to when a user names the server."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from threading import Thread
from typing import Final, Literal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The only unicast space that is routed on the internet (RFC 4291, IANA's IPv6 address space).
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
# Not for hosts of the internet, or an IPv4 address in another form, which could be a private one: IETF protocol
# assignments with Teredo, documentation, and 6to4. IPv4-mapped addresses and NAT64 are outside of 2000::/3.
_NOT_HOSTS: Final[tuple[Network, ...]] = (
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
# A name with a hundred addresses would hold the thread that tries one after the other for minutes.
MOST_ADDRESSES: Final = 3
_Reason = Literal["unknown-host", "timeout", "forbidden"]


class HostRefused(Exception):
    """There is no address to connect to. `reason`: as in `ConnectFailure` and `HttpFailure`."""

    def __init__(self, reason: _Reason) -> None:
        super().__init__(reason)
        self.reason: _Reason = reason


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to one host of the internet: neither private, shared, local nor multicast.

    IPv6 addresses that stand for an IPv4 address (mapped, 6to4, Teredo, NAT64) are not public.
    """
    if any(address in network for network in _NOT_HOSTS):
        return False
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast and not address.is_reserved


def may_connect_to(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether an address is public or in a network that the operator allowed.

    Of an IPv6 address that stands for an IPv4 address the latter has to be allowed too.
    """
    if not is_listed(address, allowed):
        return is_public(address)
    inner = _find_inner_ipv4(address)
    return inner is None or may_connect_to(inner, allowed)


def is_listed(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether an address is in a network that the operator allowed."""
    return any(address in network for network in allowed)


def _find_inner_ipv4(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def list_addresses(
    host: str, *, timeout: float, may_connect: Callable[[Address], bool]
) -> tuple[Address, ...]:
    """Return the addresses to try: the first of those that `may_connect` accepts. Raises `HostRefused`.

    The code that connects to one of them never looks the name up again, which could then stand for another address.
    """
    found = resolve_host(host, timeout=timeout)
    accepted = tuple(address for address in found if may_connect(address))
    if not accepted:
        raise HostRefused("forbidden")
    return accepted[:MOST_ADDRESSES]


def resolve_host(host: str, *, timeout: float) -> tuple[Address, ...]:
    """Return the addresses of a host, in the resolver's order, each once. Raises `HostRefused`.

    `host`: a name or an address. The system's resolver knows no time-out, so that a thread waits for it.
    """
    found: list[Address] = []
    thread = Thread(target=_look_up, args=(host, found), daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise HostRefused("timeout")
    if not found:
        raise HostRefused("unknown-host")
    return tuple(dict.fromkeys(found))


def _look_up(host: str, found: list[Address]) -> None:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        # ValueError: a name that can't be encoded, or that holds NUL.
        return
    found.extend(ipaddress.ip_address(answer[4][0]) for answer in answers)
