"""Deletes files that no attachment needs: orphans of interrupted uploads, and uploads that stayed without a parent."""

from datetime import timedelta

from core.jobs import every, task
from core.recruiting.services.uploads import remove_orphans, remove_unlinked
from tenants.context import TenantRef, current_tenant, public_scope, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.models import Tenant, TenantStatus


@every(timedelta(hours=24))
@task("files.sweep_orphans", in_transaction=False)
def sweep_orphans_of_tenant() -> str:
    """Delete the active tenant's orphans; return their number for the job's record. It lists all files: once a day."""
    return f"{remove_orphans(TenantFiles(current_tenant()))} orphaned files"


@every(timedelta(hours=1))
@task("files.sweep_unlinked", in_transaction=False)
def sweep_unlinked_of_tenant() -> str:
    """Delete the active tenant's unlinked uploads; return their number for the job's record."""
    return f"{remove_unlinked(TenantFiles(current_tenant()))} unlinked uploads"


def sweep_files() -> int:
    """Delete every tenant's unlinked uploads and orphans; return their number. Safe at any time, during uploads too.

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
    files = TenantFiles(tenant)
    with tenant_scope(tenant):
        return remove_unlinked(files) + remove_orphans(files)
