"""Limits the memory that a block of code may add."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")


@contextmanager
def limited_memory(more: int) -> Iterator[None]:
    """Raise `MemoryError` in the block where it takes `more` bytes of address space beyond what the process has.

    Only where the system counts it (Linux); elsewhere the block runs without a limit.
    """
    if not _STATM.exists():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = address_space() + more
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def address_space() -> int:
    """Return the bytes of address space that this process has; 0 where the system doesn't count it."""
    if not _STATM.exists():
        return 0
    return int(_STATM.read_bytes().split(maxsplit=1)[0]) * resource.getpagesize()
