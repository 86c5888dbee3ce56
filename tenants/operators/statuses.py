"""The statuses that a tenant's job applications may have: operators list them, and add more."""

from collections.abc import Sequence

from django.db import transaction

from core.jobsearch.models import Status
from core.jobsearch.services import add_status
from tenants.context import TenantRef, tenant_scope
from tenants.operators import audit


def statuses_of(tenant: TenantRef) -> Sequence[Status]:
    """Return the tenant's statuses, by id."""
    with tenant_scope(tenant):
        return list(Status.objects.order_by("id"))


def add_status_to(tenant: TenantRef, value: str) -> Status:
    """Give the tenant one more status; raise `Invalid`, or `Conflict` where it has that one."""
    with transaction.atomic():
        with tenant_scope(tenant):
            status = add_status(value)
        audit.record("status.add", tenant=tenant.slug, status=status.id)
    return status
