"""Whose data the running code may see.

The scope is a context variable: each thread and each task has its own, and a new thread has none.
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
    """What code needs to know of a tenant to work for it; `schema_name` is also the name of its role."""

    id: UUID
    slug: str
    name: str
    schema_name: str
    status: TenantStatus
    is_sandbox: bool


class NoTenantScope(RuntimeError):
    """A tenant's data was asked for outside every `tenant_scope`."""


class ScopesMixedUp(RuntimeError):
    """A scope ended before one that was opened inside of it; there is no scope at all any more."""


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


class _Opening:
    """One `with`: opens a scope and ends it. A class, since every request goes through it and generators cost more."""

    __slots__ = ("_mine", "_tenant")

    def __init__(self, tenant: TenantRef | None) -> None:
        self._tenant = tenant
        self._mine: _Scope | None = None

    def __enter__(self) -> TenantRef | None:
        if self._mine is not None:
            raise RuntimeError("A scope is opened once: call tenant_scope again.")
        self._mine = _Scope(self._tenant, outer=_innermost.get())
        _innermost.set(self._mine)
        return self._tenant

    def __exit__(self, *error: object) -> None:
        assert self._mine is not None
        _leave(self._mine)


def tenant_scope(tenant: TenantRef) -> AbstractContextManager[TenantRef]:
    """Work inside `tenant`: every query of this context sees its schema alone, under its own role."""
    return cast("AbstractContextManager[TenantRef]", _Opening(tenant))


def public_scope() -> AbstractContextManager[None]:
    """Look at what belongs to all tenants, the registry say, from wherever the code is."""
    return cast("AbstractContextManager[None]", _Opening(None))


def _leave(mine: _Scope) -> None:
    """End a scope; when another one that it holds is still open, end all of them.

    Generators can do that: one that stops between `with tenant_scope` and its end leaves its caller in that scope,
    and two of them may end in any order. Then nobody can tell whose rows the next query should see.
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
