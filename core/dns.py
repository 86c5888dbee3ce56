"""Look-ups in DNS: ports, which `config.wiring` sets.

The type of the one for keys is `providers.mime.trust.DnsText`.
"""

from typing import Protocol

from providers.mime.trust import DnsText


class DnsRecords(Protocol):
    """Reads records as they are now, without a cache. Raises `ProviderDown` where no server answers in time."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name."""

    def alias(self, name: str) -> str | None:
        """Return the name that a name is an alias of (CNAME), in lower case and without a final dot, or None."""


_lookup: DnsText | None = None
_records: DnsRecords | None = None


def use_dns(lookup: DnsText, *, records: DnsRecords) -> None:
    """Set how this process looks up keys, and other records; called once, at start-up."""
    global _lookup, _records
    _lookup, _records = lookup, records


def dns_text() -> DnsText:
    """Return how this process looks up keys. Raises `RuntimeError` before `use_dns` was called."""
    if _lookup is None:
        raise RuntimeError("DNS is not set: call use_dns at start-up.")
    return _lookup


def dns_records() -> DnsRecords:
    """Return how this process reads records. Raises `RuntimeError` before `use_dns` was called."""
    if _records is None:
        raise RuntimeError("DNS is not set: call use_dns at start-up.")
    return _records
