"""The tenants, from an in-process cache with a short life: no query per request, and no news older than that."""

import time
from collections.abc import Callable
from threading import Lock

from django.db.models import QuerySet

from tenants.context import TenantRef
from tenants.models import Tenant

# A suspension reaches every process within 5 s; this leaves time for the request that is under way.
LIFE_SECONDS = 3.0
# So many names at most are remembered: unknown ones are remembered too, and anybody can invent those.
CAPACITY = 10_000

_Entry = tuple[float, TenantRef | None]


class _Cache:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()

    def get(self, name: str, load: Callable[[], TenantRef | None]) -> TenantRef | None:
        entry = self._entries.get(name)
        if entry is not None and entry[0] > self._clock():
            return entry[1]
        # The life starts before the look-up: what changes while it runs isn't kept longer than promised.
        expires_at = self._clock() + LIFE_SECONDS
        tenant = load()
        with self._lock:
            if len(self._entries) >= CAPACITY:
                self._entries.clear()
            self._entries[name] = (expires_at, tenant)
        return tenant

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


_by_slug = _Cache()
_by_host = _Cache()


def tenant_by_slug(slug: str) -> TenantRef | None:
    """Return the tenant with that slug, or None. Call it outside of any scope."""
    return _by_slug.get(slug, lambda: _first(Tenant.objects.filter(slug=slug)))


def tenant_by_host(host: str) -> TenantRef | None:
    """Return the tenant that the host name (lower case, no port) belongs to, or None."""
    return _by_host.get(host, lambda: _first(Tenant.objects.filter(domains__domain=host)))


def forget_tenants() -> None:
    """Empty the cache of this process."""
    _by_slug.clear()
    _by_host.clear()


def _first(tenants: QuerySet[Tenant]) -> TenantRef | None:
    tenant = tenants.first()
    return tenant.ref() if tenant is not None else None
