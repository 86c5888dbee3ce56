"""Look-ups in DNS, with dnspython: of TXT records with the keys of DKIM signatures, and of what proves a domain."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from core.errors import ProviderDown

MAX_KEPT: Final = 1000
MAX_TEXT_BYTES: Final = 4096
TIMEOUT_SECONDS: Final = 2.0
# While a server gives no answer, not each mail waits for it.
SILENCE_SECONDS: Final = 60.0


class DnsClient:
    """A `DnsText` that keeps answers as long as their servers allow (RFC 2308: that there is none, too).

    Threads may share a client. A name whose server gave no answer in time isn't asked for again for 60 s.
    `resolver`: None for the servers of this machine.
    """

    def __init__(
        self,
        *,
        resolver: dns.resolver.Resolver | None = None,
        timeout: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._resolver = resolver
        self._timeout = timeout
        self._clock = clock
        self._cache = dns.resolver.LRUCache(MAX_KEPT)
        self._silent: dict[str, float] = {}
        self._lock = Lock()

    def __call__(self, name: str) -> bytes | None:
        """Return the first TXT record of a name; None where there is none, or no answer within the time."""
        name = name.lower()
        if self._silent.get(name, 0.0) > self._clock():
            return None
        try:
            answer = self._ready().resolve(
                dns.name.from_text(name),
                dns.rdatatype.TXT,
                lifetime=self._timeout,
                search=False,
                raise_on_no_answer=False,
            )
        except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers):
            self._remember_silence(name)
            return None
        except (dns.exception.DNSException, OSError, ValueError):
            return None
        texts = (b"".join(record.strings) for record in answer.rrset or ())
        return next((text for text in texts if len(text) <= MAX_TEXT_BYTES), None)

    def _ready(self) -> dns.resolver.Resolver:
        """Return the resolver; made when it is first needed, since a machine without DNS has no settings for it."""
        with self._lock:
            if self._resolver is None:
                self._resolver = dns.resolver.Resolver()
            if self._resolver.cache is None:
                self._resolver.cache = self._cache
            return self._resolver

    def _remember_silence(self, name: str) -> None:
        with self._lock:
            if len(self._silent) >= MAX_KEPT:
                self._silent.clear()
            self._silent[name] = self._clock() + SILENCE_SECONDS


_NO_ANSWER: Final = (
    dns.resolver.LifetimeTimeout,
    dns.resolver.NoNameservers,
    dns.resolver.NoResolverConfiguration,
)


class DirectDns:
    """Implements `core.dns.DnsRecords`: asks each time, since an operator has just changed the records.

    `resolver`: None for the servers of this machine.
    """

    def __init__(
        self, *, resolver: dns.resolver.Resolver | None = None, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._resolver = resolver
        self._timeout = timeout

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, those alone that are UTF-8."""
        found = []
        for record in self._ask(name, dns.rdatatype.TXT):
            with contextlib.suppress(UnicodeDecodeError):
                found.append(b"".join(record.strings).decode())
        return found

    def alias(self, name: str) -> str | None:
        """Return the target of a name's CNAME record, or None."""
        for record in self._ask(name, dns.rdatatype.CNAME):
            return str(record.target.to_text(omit_final_dot=True)).lower()
        return None

    def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[Any]:  # Any: by record type
        try:
            resolver = self._resolver or dns.resolver.Resolver()
            answer = resolver.resolve(
                dns.name.from_text(name),
                kind,
                lifetime=self._timeout,
                search=False,
                raise_on_no_answer=False,
            )
        except (*_NO_ANSWER, OSError) as error:
            raise ProviderDown("dns") from error
        except dns.exception.DNSException:
            return []
        return list(answer.rrset or ())
