"""Look-ups of keys in DNS: a port, which `config.wiring` sets. `providers.mime.trust.DnsText` is its type."""

from providers.mime.trust import DnsText

_lookup: DnsText | None = None


def use_dns(lookup: DnsText) -> None:
    """Set how this process looks up TXT records; called once, at start-up."""
    global _lookup
    _lookup = lookup


def dns_text() -> DnsText:
    """Return how this process looks up TXT records. Raises `RuntimeError` before `use_dns` was called."""
    if _lookup is None:
        raise RuntimeError("DNS is not set: call use_dns at start-up.")
    return _lookup
