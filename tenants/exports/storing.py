"""Where the files of exports are: beside the tenant's attachments, so that they go with the tenant."""

from typing import Final

from tenants.context import TenantRef
from tenants.files.tenant_files import TenantFiles

_PREFIX: Final = "export-"


def export_files(tenant: TenantRef) -> TenantFiles:
    """Return the files of the tenant's exports."""
    return TenantFiles(tenant, prefix=_PREFIX)
