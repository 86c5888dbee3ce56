"""IP addresses of clients, as limits count them."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

# What is no address: all such clients are counted together.
UNKNOWN: Final = ""
# With a port, as some proxies write it: `192.0.2.1:4711`, `[2001:db8::1]:4711`. Brackets may have no port.
_WITH_PORT: Final = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<v4>[0-9.]+))(?::[0-9]{1,5})?", re.ASCII)


def parse_address(written: str) -> str:
    """Return the canonical IP address that a connection or a proxy named, without port and zone; else `UNKNOWN`.

    An IPv4 address that is written as an IPv6 address (`::ffff:192.0.2.1`) is returned as the IPv4 address.
    """
    address = _parse(written)
    return UNKNOWN if address is None else str(address)


def network_of(written: str) -> str:
    """Return an IPv4 address itself, of an IPv6 address its /64 network: a client chooses the other 64 bits freely."""
    address = _parse(written)
    if address is None:
        return UNKNOWN
    return str(address) if isinstance(address, IPv4Address) else address.exploded[:19]


def is_loopback(written: str) -> bool:
    """Return whether it is the address of this machine itself."""
    address = _parse(written)
    return address is not None and address.is_loopback


def _parse(written: str) -> IPv4Address | IPv6Address | None:
    text = written.strip().strip('"')
    with_port = _WITH_PORT.fullmatch(text)
    if with_port is not None:
        text = with_port["v6"] or with_port["v4"] or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
