"""What Happo needs of a storage, and the default one: a folder.

A storage keeps a file under exactly the given name. Beyond Django's `Storage` it can delete many files at once, its
writes survive a power cut, and it may have presigned URLs that serve a download without credentials.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from core.errors import ProviderDown
from core.limits.outside_calls import OUTSIDE_CALLS

log = logging.getLogger("happo.storage")

DOWNLOAD_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class PresignedUrl:
    """A URL that the storage itself serves until `expires_at`."""

    url: str
    expires_at: datetime


class FileBackend(Protocol):
    """The methods that Happo needs beyond Django's `Storage`. They raise `ProviderDown("storage")`.

    `save` stores a whole file or nothing. After a call has failed no other one follows: a storage that hangs would hold
    the request's thread for as long again.

    `failures`: the exceptions that Django's methods of this storage raise when it fails.
    """

    failures: tuple[type[Exception], ...]

    def delete_many(self, names: Iterable[str]) -> None:
        """Delete files; a missing file is no error."""

    def remove_folder(self, name: str) -> None:
        """Remove an empty folder."""

    def presign(self, name: str, *, file_name: str, life: timedelta) -> PresignedUrl | None:
        """Return the storage's own URL for a download as `file_name`, or None if it has none."""


@contextmanager
def report_outages(failures: tuple[type[Exception], ...]) -> Iterator[None]:
    """Raise `ProviderDown` for `failures` of a storage; `FileNotFoundError` passes unchanged.

    Raises `Overloaded` where too many threads wait for other services already.
    """
    try:
        with OUTSIDE_CALLS.take_turn():
            yield
    except FileNotFoundError:
        raise
    except failures as error:
        # Clients are only asked to try again; the operator finds the reason in the log.
        log.error("The storage failed: %s", error)
        raise ProviderDown("storage") from error


class LocalFiles(FileSystemStorage):
    """Files in a folder that no web server serves."""

    failures = (OSError,)

    def _save(self, name: str, content: "File[Any]") -> str:  # Any: bytes or text, as in Django
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]  # the stubs lack it
            path = Path(self.path(saved))
            # The database commits its row durably, so the file must survive a power cut too.
            for written in (path, path.parent):
                _sync(written)
        except OSError:
            # A full disk leaves a part of the file.
            with suppress(OSError):
                self.delete(name)
            raise
        return saved

    def delete_many(self, names: Iterable[str]) -> None:
        with report_outages(self.failures):
            for name in names:
                self.delete(name)

    def remove_folder(self, name: str) -> None:
        # It may hold other files, or may not exist.
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
