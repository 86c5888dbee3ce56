"""The tenants' files, named `<tenant id>/<attachment id>`, in the storage that `config` has chosen."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, cast
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage

from core.errors import NotFound
from tenants.context import TenantRef
from tenants.files.backends import FileBackend, PresignedUrl, report_outages


def file_name(tenant: TenantRef, id: UUID, *, prefix: str = "") -> str:
    """Return the name under which a file's bytes are stored; `prefix`: of its kind, "" for attachments."""
    return f"{tenant.id}/{prefix}{id}"


def file_names(tenant: TenantRef) -> list[str]:
    """Return the names of all files of the tenant."""
    try:
        with report_outages(_backend().failures):
            names = default_storage.listdir(str(tenant.id))[1]
    except FileNotFoundError:
        return []
    return [f"{tenant.id}/{name}" for name in names]


def delete_files(names: Iterable[str]) -> None:
    """Delete any number of files; a missing file is no error."""
    _backend().delete_many(names)


def delete_all_files(tenant: TenantRef) -> None:
    """Delete all files of a tenant and their folder. The tenant must not accept uploads any more."""
    delete_files(file_names(tenant))
    _backend().remove_folder(str(tenant.id))


@dataclass(frozen=True, slots=True)
class TenantFiles:
    """The files of one tenant. Implements `FileStore` of `core.recruiting`, and reads files.

    `prefix`: of another kind than attachments, whose files `ids` leaves out, and no sweep of attachments deletes.
    """

    tenant: TenantRef
    prefix: str = ""

    def write(self, id: UUID, content: "File[Any]") -> None:  # Any: bytes or text, as in Django
        """Store all of `content` durably, or nothing."""
        name = self._name(id)
        with report_outages(_backend().failures):
            saved = default_storage.save(name, content)
        # A storage that finds the name taken picks another one, which no row would name.
        assert saved == name, f"{name} was there before its attachment"

    def open(self, id: UUID) -> IO[bytes]:
        """Return the open file, which the caller closes; raise `NotFound` if it doesn't exist."""
        try:
            with report_outages(_backend().failures):
                return cast(IO[bytes], default_storage.open(self._name(id)))
        except FileNotFoundError:
            raise NotFound("attachment", id) from None

    def presign(self, id: UUID, *, shown_as: str, life: timedelta) -> PresignedUrl | None:
        """Return a URL at which the storage itself serves the file for `life`, or None if it can't."""
        return _backend().presign(self._name(id), file_name=shown_as, life=life)

    def delete(self, ids: Iterable[UUID]) -> None:
        """Delete files; a missing file is no error."""
        delete_files(map(self._name, ids))

    def ids(self) -> list[UUID]:
        """Return the ids of all stored files; other names are not Happo's and left out."""
        found = []
        for name in file_names(self.tenant):
            with suppress(ValueError):
                found.append(UUID(name.rpartition("/")[2]))
        return found

    def _name(self, id: UUID) -> str:
        return file_name(self.tenant, id, prefix=self.prefix)


def _backend() -> FileBackend:
    # `config.storage` names only classes that implement it.
    return cast(FileBackend, default_storage)
