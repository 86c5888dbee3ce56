"""The statuses of a tenant's job applications, which operators list and add."""

from collections.abc import Sequence

from django.db import transaction

from core.jobsearch.models import Status
from core.jobsearch.services import add_status
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope


def list_statuses_of(tenant: TenantRef) -> Sequence[Status]:
    """Return the tenant's statuses, by id."""
    with tenant_scope(tenant):
        return list(Status.objects.order_by("id"))


def add_status_to(tenant: TenantRef, value: str) -> Status:
    """Add a status to the tenant; raise `Invalid`, or `Conflict` if it already has that status."""
    with transaction.atomic():
        with tenant_scope(tenant):
            status = add_status(value)
        audit.record("status.add", status.id, tenant=tenant.slug)
    return status
