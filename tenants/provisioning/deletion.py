"""Deletion with grace: a tenant that is to be deleted answers nothing, and for some days that can be undone."""

import logging
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, Invalid, NotFound
from tenants.audit import installation as audit
from tenants.context import TenantRef
from tenants.database.owner import owner_connection
from tenants.models import Tenant, TenantStatus
from tenants.provisioning.lifecycle import delete_tenant, lock_tenant

GRACE_DAYS: Final = 7
MOST_DAYS: Final = 90

log = logging.getLogger("happo.provisioning")


def schedule_deletion(slug: str, *, days: int = GRACE_DAYS) -> TenantRef:
    """Reject the tenant's requests within 5 s, as if it were gone, and delete it after so many days (1 to 90).

    Its jobs wait. Raises `NotFound`, `Invalid` for another number of days, `Conflict` where it is being deleted.
    """
    if not 1 <= days <= MOST_DAYS:
        code, limit = ("too_small", 1) if days < 1 else ("too_big", MOST_DAYS)
        raise Invalid.one("grace", code, limit=limit)
    with owner_connection(), transaction.atomic():
        tenant = lock_tenant(slug)
        if tenant.status == TenantStatus.DELETING:
            raise Conflict(kind="tenant", reason="is being deleted already")
        tenant.status_before_deletion = tenant.status
        tenant.status = TenantStatus.DELETING
        tenant.purge_at = timezone.now() + timedelta(days=days)
        tenant.save(update_fields=["status", "status_before_deletion", "purge_at"])
        audit.record("tenant.schedule_deletion", tenant=slug, purge_at=tenant.purge_at)
        return tenant.ref()


def restore_tenant(slug: str) -> TenantRef:
    """Undo the deletion: the tenant is as it was before, with the same credentials, and its jobs go on.

    Raises `NotFound`, `Conflict` where it isn't to be deleted, or its data has begun to go.
    """
    with owner_connection(), transaction.atomic():
        tenant = lock_tenant(slug)
        if tenant.status != TenantStatus.DELETING:
            raise Conflict(kind="tenant", reason="is not to be deleted")
        if not tenant.status_before_deletion:
            raise Conflict(kind="tenant", reason="can't be restored: its data is being deleted")
        tenant.status = tenant.status_before_deletion
        tenant.status_before_deletion, tenant.purge_at = "", None
        tenant.save(update_fields=["status", "status_before_deletion", "purge_at"])
        audit.record("tenant.restore", tenant=slug)
        return tenant.ref()


def purge_due_tenants() -> list[str]:
    """Delete the tenants whose grace is over, and finish deletions that were interrupted; return their slugs.

    One that fails is logged and tried again by the next call; the others are deleted.
    """
    with owner_connection():
        due = Tenant.objects.filter(status=TenantStatus.DELETING, purge_at__lte=timezone.now())
        gone = []
        for slug, moment in list(due.order_by("purge_at").values_list("slug", "purge_at")):
            try:
                delete_tenant(slug, due=moment)
            except (NotFound, Conflict):
                # Another process has deleted it, or an operator has restored it.
                continue
            except Exception:
                log.exception("The tenant %s could not be deleted; the worker tries again", slug)
            else:
                gone.append(slug)
        return gone
