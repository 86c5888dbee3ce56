"""Whose data the running code may see.

The scope is a context variable: each thread and each task has its own, and a new thread has none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

TenantStatus = Literal["active", "suspended", "deleting"]


@dataclass(frozen=True, slots=True)
class TenantRef:
    """What code needs to know of a tenant to work for it; `schema_name` is also the name of its role."""

    id: UUID
    slug: str
    name: str
    schema_name: str
    status: TenantStatus
    is_sandbox: bool


class NoTenantScope(RuntimeError):
    """A tenant's data was asked for outside every `tenant_scope`."""


_scopes: ContextVar[tuple[TenantRef, ...]] = ContextVar("tenant_scopes", default=())


@contextmanager
def tenant_scope(tenant: TenantRef) -> Iterator[TenantRef]:
    """Work inside `tenant`: every query of this context sees its schema alone, under its own role."""
    token = _scopes.set((*_scopes.get(), tenant))
    try:
        yield tenant
    finally:
        _scopes.reset(token)


@contextmanager
def outside_of_scopes() -> Iterator[None]:
    """Look at what belongs to all tenants, the registry say, from wherever the code is."""
    token = _scopes.set(())
    try:
        yield
    finally:
        _scopes.reset(token)


def current_tenant() -> TenantRef:
    """Return the tenant of the innermost scope; raise `NoTenantScope` outside of one."""
    scopes = _scopes.get()
    if not scopes:
        raise NoTenantScope("No tenant is active here: open a tenant_scope first.")
    return scopes[-1]


def active_tenant() -> TenantRef | None:
    """Return the tenant of the innermost scope, or None outside of one."""
    scopes = _scopes.get()
    return scopes[-1] if scopes else None
