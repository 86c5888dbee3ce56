"""Deletion of orphaned files: an upload that dies between writing its file and its row leaves one."""

from core.recruiting.services.uploads import remove_orphans
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.models import Tenant, TenantStatus


def sweep_orphans() -> int:
    """Delete the orphans of every tenant and return their number; safe at any time, during uploads too.

    Raises `ProviderDown` when the storage doesn't answer; the next sweep deletes the rest.
    """
    return sum(_sweep(tenant) for tenant in _tenants())


def _tenants() -> list[TenantRef]:
    # The deletion of a tenant deletes all its files, and its tables may already be gone.
    with public_scope():
        return [
            tenant.ref()
            for tenant in Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("id")
        ]


def _sweep(tenant: TenantRef) -> int:
    with tenant_scope(tenant):
        return remove_orphans(TenantFiles(tenant))
