"""The beginning of a tenant's log: its first entry is older than the installation's `tenant.create`, which comes last.

So a log that was emptied is found, with its seals and its head, and also where it goes on: the log of the
installation, which has a chain of its own, says when the tenant's one began. A tenant that earlier code has created has
no such entry.
"""

from datetime import datetime
from typing import Final

from core.sql import fetch_row
from tenants.audit.logs import Log
from tenants.context import TenantRef, public_scope

FIRST: Final = 1
_BEGUN: Final = """
    SELECT at FROM tenants_auditentry
     WHERE tenant = %(slug)s AND object_id = %(slug)s AND object_kind = 'tenant' AND actor = ''
       AND action IN ('tenant.create', 'tenant.reset')
     ORDER BY id DESC LIMIT 1
"""
_FIRST: Final = "SELECT at FROM audit_entry WHERE id = %(first)s"


def has_beginning(log: Log) -> bool:
    """Return whether the first entry of the log is one that its creation, or its last reset, has written.

    True where the installation's log doesn't say when that was. Call it for a log from which retention has removed
    nothing.
    """
    begun = None if log.tenant is None else _find_creation(log.tenant)
    if begun is None:
        return True
    with log.scope():
        first = fetch_row(_FIRST, {"first": FIRST})
    return first is not None and first[0] <= begun


def _find_creation(tenant: TenantRef) -> datetime | None:
    with public_scope():
        row = fetch_row(_BEGUN, {"slug": tenant.slug})
    return row[0] if row is not None else None
