"""Adding entries to the audit logs, in the caller's transaction and in one statement."""

import os
import pwd
from functools import cache
from typing import Final

from django.conf import settings
from django.db import connection

from core.audit import Actor, Entry
from tenants.audit import flooding
from tenants.audit.proof import prove, write_changes
from tenants.context import active_tenant, public_scope

# `at` and `id` are the database's.
_INSERT: Final = """
    INSERT INTO {table} ({of_tenant}actor_kind, actor_id, action, object_kind, address, request_id,
                         object_id, changes, mac)
    SELECT {placeholders}, object.id, %s::jsonb, object.mac
      FROM unnest(%s::text[], %s::bytea[]) AS object (id, mac)
"""
_INSERT_IN_TENANT: Final = _INSERT.format(
    table="audit_entry", of_tenant="", placeholders=", ".join(["%s"] * 6)
)
_INSERT_IN_INSTALLATION: Final = _INSERT.format(
    table="tenants_auditentry", of_tenant="tenant, ", placeholders=", ".join(["%s"] * 7)
)


class TenantAuditLog:
    """Implements `core.audit.AuditLog`: the log of the active tenant."""

    def write(self, entry: Entry) -> None:
        """Add one row for each object; do nothing outside of tenants."""
        tenant = active_tenant()
        if tenant is not None:
            _write(_INSERT_IN_TENANT, entry, log=tenant.schema_name)


def write_in_installation(entry: Entry, *, tenant: str) -> None:
    """Add one row for each object to the log of the installation. `tenant`: its slug, or "" for an action on none."""
    with public_scope():
        _write(_INSERT_IN_INSTALLATION, entry, tenant, log=settings.PUBLIC_SCHEMA_NAME)


def _write(statement: str, entry: Entry, *first: str, log: str) -> None:
    changes = flooding.failures.leave_room(entry, log=log)
    if changes is None:
        return
    actor = entry.actor or system_actor()
    shared = [
        *first,
        actor.kind,
        actor.id,
        entry.action,
        entry.object_kind,
        entry.address,
        entry.request_id,
    ]
    ids, text = list(entry.object_ids), write_changes(changes)
    macs = [prove(log, [*shared, id, text]) for id in ids]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*shared, text, ids, macs])


@cache
def system_actor() -> Actor:
    """Return the operating system's account that runs this process."""
    # From the kernel, since any user can set LOGNAME in the environment.
    user_id = os.getuid()
    try:
        return Actor("system", pwd.getpwuid(user_id).pw_name)
    except KeyError:
        return Actor("system", str(user_id))
