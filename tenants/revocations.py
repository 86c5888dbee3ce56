"""Tells all processes of this machine at once that a tenant has revoked something, so that no cache answers for it.

A page of shared memory: one counter for each of 4,096 groups of tenants. What is cached is kept under the counter's
value. Other machines learn of it when their entries end (`tenants.brief_cache`).
"""

import mmap
import os
from functools import cache
from pathlib import Path

from django.conf import settings

from tenants.context import TenantRef

_COUNTERS = 4096


def revocations(tenant: TenantRef) -> int:
    """Return a number that differs from all recent ones once something of the tenant's was revoked."""
    return _memory()[_place(tenant)]


def note_revocation(tenant: TenantRef) -> None:
    """Make every process look again; call it after the revocation is committed."""
    memory, place = _memory(), _place(tenant)
    # Two at the same moment may count as one: both have happened by then, so whoever looks again sees both.
    memory[place] = (memory[place] + 1) % 256


def _place(tenant: TenantRef) -> int:
    # The end of a UUIDv7 is its random part.
    return tenant.id.int % _COUNTERS


@cache
def _memory() -> mmap.mmap:
    path = Path(settings.HAPPO_DATA_DIR) / "revocations"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(file, _COUNTERS)
        return mmap.mmap(file, _COUNTERS)
    finally:
        os.close(file)
