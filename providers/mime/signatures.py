"""DKIM signatures (RFC 6376), verified with dkimpy; the one place that knows it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial

import dkim

from providers.mime.trust import DnsText

MAX_SIGNATURES = 5
_SILENT = logging.getLogger("providers.mime.dkim")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_TAG = re.compile(rb"(?:^|;)\s*l\s*=")


def signing_domains(raw: bytes, *, dns: DnsText) -> tuple[str, ...]:
    """Return the domains with a valid signature over this mail, its From included.

    A signature that is broken, has no key, or covers the body in part only (`l=`) counts for nothing: its domain is
    unknown, not refuted, since lists and forwarders break signatures.
    """
    try:
        mail = dkim.DKIM(raw, logger=_SILENT, minkey=1024, timeout=2)
    except (dkim.DKIMException, ValueError):
        return ()
    signatures = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
    lookup = partial(_look_up, dns)
    found = (
        _verified(mail, number, lookup)
        for number, value in enumerate(signatures[:MAX_SIGNATURES])
        if not _TAG.search(value)
    )
    return tuple(dict.fromkeys(domain for domain in found if domain))


def _look_up(dns: DnsText, name: bytes | str, timeout: float = 2) -> bytes | None:
    return dns((name.decode("ascii", "replace") if isinstance(name, bytes) else name).rstrip("."))


def _verified(mail: dkim.DKIM, number: int, lookup: Callable[..., bytes | None]) -> str | None:
    try:
        valid = mail.verify(idx=number, dnsfunc=lookup)
    except Exception:  # noqa: BLE001 - dkimpy raises what its parts raise, on keys and signatures that strangers wrote
        return None
    domain = mail.domain
    return domain.decode("ascii", "replace").lower().rstrip(".") if valid and domain else None
