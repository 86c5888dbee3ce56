"""What `pg_stat_activity` shows of a connection: `happo web acme` is a web process working for the tenant acme."""

from typing import Literal

from tenants.context import active_tenant

ProcessKind = Literal["web", "worker", "provisioning", "inbound", "command", "health"]
_kind: ProcessKind = "command"


def use_process_kind(kind: ProcessKind) -> None:
    """Say what this process does; call it before its first connection."""
    global _kind
    _kind = kind


def application_name() -> str:
    """Return the name for connections of this process, with the slug of the active tenant."""
    tenant = active_tenant()
    return f"happo {_kind}" if tenant is None else f"happo {_kind} {tenant.slug}"
