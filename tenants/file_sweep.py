"""Files that no attachment knows: what an upload leaves behind that died between its file and its row."""

from core.recruiting.attachment_files import remove_orphans
from tenants.context import TenantRef, outside_of_scopes, tenant_scope
from tenants.models import Tenant, TenantStatus
from tenants.storage import TenantFiles


def sweep_orphans() -> int:
    """Delete the orphans of every tenant and return how many; safe at any time, while others upload too.

    Raises `ProviderDown` when the storage doesn't answer; the next sweep finds what is left.
    """
    return sum(_sweep(tenant) for tenant in _tenants())


def _tenants() -> list[TenantRef]:
    # Who is being deleted loses all files anyway, and perhaps has no table left to look into.
    with outside_of_scopes():
        return [
            tenant.ref() for tenant in Tenant.objects.exclude(status=TenantStatus.DELETING).order_by("id")
        ]


def _sweep(tenant: TenantRef) -> int:
    with tenant_scope(tenant):
        return remove_orphans(TenantFiles(tenant))
