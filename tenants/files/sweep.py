"""Files that no attachment knows: what an upload leaves behind that died between its file and its row."""

from core.recruiting.services.uploads import remove_orphans
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.models import Tenant, TenantStatus


def sweep_orphans() -> int:
    """Delete the orphans of every tenant and return how many; safe at any time, while others upload too.

    Raises `ProviderDown` when the storage doesn't answer; the next sweep finds what is left.
    """
    return sum(_sweep(tenant) for tenant in _tenants())


def _tenants() -> list[TenantRef]:
    # Who is being deleted loses all files anyway, and perhaps has no table left to look into.
    with public_scope():
        return [
            tenant.ref()
            for tenant in Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("id")
        ]


def _sweep(tenant: TenantRef) -> int:
    with tenant_scope(tenant):
        return remove_orphans(TenantFiles(tenant))
