"""The tenants' files, named `<tenant id>/<attachment id>`, in whichever storage `config` has chosen."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, cast
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage

from core.errors import NotFound, ProviderDown
from tenants.context import TenantRef
from tenants.files.backends import FileBackend, PresignedUrl, outages


def file_name(tenant: TenantRef, attachment_id: UUID) -> str:
    """Return the name under which an attachment's bytes are stored."""
    return f"{tenant.id}/{attachment_id}"


def file_names(tenant: TenantRef) -> list[str]:
    """Return the names of all files of the tenant, however many."""
    try:
        with outages(_backend().failures):
            names = default_storage.listdir(str(tenant.id))[1]
    except FileNotFoundError:
        return []
    return [f"{tenant.id}/{name}" for name in names]


def delete_files(names: Iterable[str]) -> None:
    """Delete files, a thousand or more too; one that is gone already is fine."""
    _backend().delete_many(names)


def delete_all_files(tenant: TenantRef) -> None:
    """Delete the files of a tenant that nobody can upload to any more, and their folder."""
    delete_files(file_names(tenant))
    _backend().forget_folder(str(tenant.id))


@dataclass(frozen=True, slots=True)
class TenantFiles:
    """The files of one tenant: what `core.recruiting` asks of a `FileStore`, and how they are read again."""

    tenant: TenantRef

    def write(self, id: UUID, content: File) -> None:
        """Keep the whole of `content` durably, or nothing of it."""
        name = file_name(self.tenant, id)
        try:
            with outages(_backend().failures):
                saved = default_storage.save(name, content)
        except ProviderDown:
            # A full disk leaves the first part of the file.
            with suppress(ProviderDown):
                self.delete([id])
            raise
        # A storage that finds the name taken invents another one, which nobody would find again.
        assert saved == name, f"{name} was there before its attachment"

    def open(self, id: UUID) -> IO[bytes]:
        """Return the bytes, to be closed by the caller; raise `NotFound` where there are none."""
        try:
            with outages(_backend().failures):
                return cast(IO[bytes], default_storage.open(file_name(self.tenant, id)))
        except FileNotFoundError:
            raise NotFound("attachment", id) from None

    def presign(self, id: UUID, *, shown_as: str, life: timedelta) -> PresignedUrl | None:
        """Return an address where the storage itself serves the file for `life`; None where it can't."""
        return _backend().presign(file_name(self.tenant, id), file_name=shown_as, life=life)

    def delete(self, ids: Iterable[UUID]) -> None:
        """Delete files; one that is gone already is fine."""
        delete_files(file_name(self.tenant, id) for id in ids)

    def ids(self) -> list[UUID]:
        """Return the ids of all files there are; what isn't named by an id isn't ours and left out."""
        found = []
        for name in file_names(self.tenant):
            with suppress(ValueError):
                found.append(UUID(name.rpartition("/")[2]))
        return found


def _backend() -> FileBackend:
    # `config.storage` names only classes that have it.
    return cast(FileBackend, default_storage)
