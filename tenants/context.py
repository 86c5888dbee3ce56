"""The active tenant, whose data the running code may see.

The scope is a context variable: each thread and each asyncio task has its own, and a new thread has none.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

TenantStatus = Literal["active", "suspended", "deleting"]


@dataclass(frozen=True, slots=True)
class TenantRef:
    """The facts of a tenant that code needs to work in it; `schema_name` is also the name of its role.

    `is_outdated`: its tables lack what this code needs, so that requests and jobs must wait for a migration.
    """

    id: UUID
    slug: str
    name: str
    schema_name: str
    status: TenantStatus
    is_sandbox: bool
    is_outdated: bool = False


class NoTenantScope(RuntimeError):
    """Code accessed a tenant's data outside every `tenant_scope`."""


class ScopesMixedUp(RuntimeError):
    """A scope ended before one that was opened inside it. All scopes are closed now."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scope:
    tenant: TenantRef | None
    outer: "_Scope | None"

    def and_outer(self) -> "Iterator[_Scope]":
        scope: _Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer


_innermost: ContextVar[_Scope | None] = ContextVar("tenant_scope", default=None)


class _ScopeContext:
    """The context manager of one scope. A class, since it is on every request's path and a generator is slower."""

    __slots__ = ("_scope", "_tenant")

    def __init__(self, tenant: TenantRef | None) -> None:
        self._tenant = tenant
        self._scope: _Scope | None = None

    def __enter__(self) -> TenantRef | None:
        if self._scope is not None:
            raise RuntimeError("A scope can be opened only once: call tenant_scope again.")
        self._scope = _Scope(self._tenant, outer=_innermost.get())
        _innermost.set(self._scope)
        return self._tenant

    def __exit__(self, *error: object) -> None:
        assert self._scope is not None
        _close_scope(self._scope)


def tenant_scope(tenant: TenantRef) -> AbstractContextManager[TenantRef]:
    """Work inside `tenant`: every query of this context sees its schema alone, under its own role."""
    return cast("AbstractContextManager[TenantRef]", _ScopeContext(tenant))


def public_scope() -> AbstractContextManager[None]:
    """Work in the schema `public`, in the registry of tenants for example, whatever scope is open."""
    return cast("AbstractContextManager[None]", _ScopeContext(None))


def _close_scope(mine: _Scope) -> None:
    """Close a scope. When a scope inside it is still open, close all of them and raise `ScopesMixedUp`.

    Generators can cause that: one that yields inside `with tenant_scope` leaves its caller in that scope, and two of
    them may end in any order. Then it is undecidable which tenant's rows the next query should see.
    """
    innermost = _innermost.get()
    if innermost is mine:
        _innermost.set(mine.outer)
    elif innermost is not None and mine in innermost.and_outer():
        _innermost.set(None)
        raise ScopesMixedUp(
            "A scope ended before the one inside it: don't yield from within a tenant_scope."
        )


def current_tenant() -> TenantRef:
    """Return the tenant of the innermost scope; raise `NoTenantScope` outside of one."""
    tenant = active_tenant()
    if tenant is None:
        raise NoTenantScope("No tenant is active here: open a tenant_scope first.")
    return tenant


def active_tenant() -> TenantRef | None:
    """Return the tenant of the innermost scope, or None outside of one."""
    scope = _innermost.get()
    return scope.tenant if scope is not None else None
