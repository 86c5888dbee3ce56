"""Adding entries to the audit logs, in the caller's transaction and in one statement."""

import os
import pwd
from functools import cache
from typing import Any, Final

from django.db import connection

from core.audit import Actor, Entry
from tenants.audit.proof import prove, write_changes
from tenants.context import active_tenant

# `at` and `id` are the database's.
_INSERT: Final = """
    INSERT INTO audit_entry
        (actor_kind, actor_id, action, object_kind, address, request_id, object_id, changes, mac)
    SELECT %s, %s, %s, %s, %s, %s, object.id, %s::jsonb, object.mac
      FROM unnest(%s::text[], %s::bytea[]) AS object (id, mac)
"""


class TenantAuditLog:
    """Implements `core.audit.AuditLog`: the log of the active tenant. What operators do in `public` has its own log."""

    def write(self, entry: Entry) -> None:
        """Add one row for each object; do nothing outside of tenants."""
        tenant = active_tenant()
        if tenant is not None:
            with connection.cursor() as cursor:
                cursor.execute(_INSERT, _parameters_of(entry, log=tenant.schema_name))


def _parameters_of(entry: Entry, *, log: str) -> list[Any]:  # Any: what the driver binds
    actor = entry.actor or system_actor()
    shared = [
        actor.kind,
        actor.id,
        entry.action,
        entry.object_kind,
        entry.address,
        entry.request_id,
    ]
    ids, changes = list(entry.object_ids), write_changes(entry.changes)
    return [*shared, changes, ids, [prove(log, [*shared, id, changes]) for id in ids]]


@cache
def system_actor() -> Actor:
    """Return the operating system's account that runs this process."""
    # From the kernel, since any user can set LOGNAME in the environment.
    user_id = os.getuid()
    try:
        return Actor("system", pwd.getpwuid(user_id).pw_name)
    except KeyError:
        return Actor("system", str(user_id))
