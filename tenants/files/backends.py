"""What the house needs of a storage, and the one that Django's STORAGES names by default: a folder.

Every storage keeps a file under the name it is given. What Django's leave open is added here: deleting many at once,
writes that outlive a power cut, and addresses that serve a download without a look at any header.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from core.errors import ProviderDown

log = logging.getLogger("happo.storage")

DOWNLOAD_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class PresignedUrl:
    """An address that the storage itself serves until `expires_at`."""

    url: str
    expires_at: datetime


class FileBackend(Protocol):
    """What the house needs beyond Django's `Storage`. Methods raise `ProviderDown("storage")`.

    `failures`: what Django's own methods of this storage raise when it fails.
    """

    failures: tuple[type[Exception], ...]

    def delete_many(self, names: Iterable[str]) -> None:
        """Delete files; one that is gone already is fine."""

    def forget_folder(self, name: str) -> None:
        """Remove what is left of a folder whose files are gone."""

    def presign(self, name: str, *, file_name: str, life: timedelta) -> PresignedUrl | None:
        """Return the storage's own address for a download as `file_name`; None where it has none."""


@contextmanager
def outages(failures: tuple[type[Exception], ...]) -> Iterator[None]:
    """Tell `failures` of a storage as `ProviderDown`; that a file isn't there stays `FileNotFoundError`."""
    try:
        yield
    except FileNotFoundError:
        raise
    except failures as error:
        # The client learns only that it may try again; what to repair is for the operator.
        log.error("The storage failed: %s", error)
        raise ProviderDown("storage") from error


class LocalFiles(FileSystemStorage):
    """Files in a folder that no web server shows."""

    failures = (OSError,)

    def _save(self, name: str, content: File) -> str:
        saved = super()._save(name, content)
        path = Path(self.path(saved))
        # The row that is written next survives a power cut, so the file has to.
        for written in (path, path.parent):
            _sync(written)
        return saved

    def delete_many(self, names: Iterable[str]) -> None:
        with outages(self.failures):
            for name in names:
                self.delete(name)

    def forget_folder(self, name: str) -> None:
        # It may hold something that isn't ours, or never have been there.
        with suppress(OSError):
            Path(self.path(name)).rmdir()

    def presign(self, name: str, *, file_name: str, life: timedelta) -> PresignedUrl | None:
        return None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
