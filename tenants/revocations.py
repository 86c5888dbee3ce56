"""Revocations, announced at once to all processes of this machine, so that their caches drop what was revoked.

A page of shared memory holds one counter for each of 4,096 groups of tenants. The counter is a part of cache keys. On
other machines the entries expire (`tenants.brief_cache`).
"""

import mmap
import os
from functools import cache
from pathlib import Path

from django.conf import settings

from tenants.context import TenantRef

_COUNTERS = 4096


def revocations(tenant: TenantRef) -> int:
    """Return a number that changes whenever the tenant revokes something."""
    return _memory()[_index_of(tenant)]


def note_revocation(tenant: TenantRef) -> None:
    """Make every process query again; call it after the revocation is committed."""
    memory, index = _memory(), _index_of(tenant)
    # Two increments at the same moment may count as one: both revocations are committed, so a new query sees both.
    memory[index] = (memory[index] + 1) % 256


def _index_of(tenant: TenantRef) -> int:
    # The low bits of a UUIDv7 are random.
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
