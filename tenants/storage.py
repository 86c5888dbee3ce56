"""The tenants' files, named `<tenant id>/<attachment id>`."""

from collections.abc import Iterable
from uuid import UUID

from django.core.files.storage import default_storage

from tenants.context import TenantRef


def file_name(tenant: TenantRef, attachment_id: UUID) -> str:
    """Return the name under which an attachment's bytes are stored."""
    return f"{tenant.id}/{attachment_id}"


def file_names(tenant: TenantRef) -> list[str]:
    """Return the names of all files of the tenant."""
    try:
        names = default_storage.listdir(str(tenant.id))[1]
    except FileNotFoundError:
        return []
    return [f"{tenant.id}/{name}" for name in names]


def delete_files(names: Iterable[str]) -> None:
    """Delete files; one that is gone already is fine."""
    for name in names:
        default_storage.delete(name)
