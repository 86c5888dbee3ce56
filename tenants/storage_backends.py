"""The two kinds of storage, as Django's STORAGES names them: the file system, and S3 through django-storages.

Both keep a file under the name it is given. What Django's storages leave open is added here: deleting many at once,
writes that outlive a power cut, and addresses that serve a download without a look at any header.
"""

import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from core.errors import ProviderDown

log = logging.getLogger("happo.storage")

DOWNLOAD_TYPE: Final = "application/octet-stream"
# What S3 takes in one request to delete.
_DELETED_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class PresignedUrl:
    """An address that the storage itself serves until `expires_at`."""

    url: str
    expires_at: datetime


class FileBackend(Protocol):
    """What the house needs beyond Django's `Storage`. Methods raise `ProviderDown("storage")`."""

    def delete_many(self, names: Iterable[str]) -> None:
        """Delete files; one that is gone already is fine."""

    def forget_folder(self, name: str) -> None:
        """Remove what is left of a folder whose files are gone."""

    def presign(self, name: str, *, file_name: str, life: timedelta) -> PresignedUrl | None:
        """Return the storage's own address for a download as `file_name`; None where it has none."""


@contextmanager
def outages() -> Iterator[None]:
    """Tell every way in which a storage fails as `ProviderDown`; that a file isn't there stays `FileNotFoundError`."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BotoCoreError, ClientError, Boto3Error, OSError) as error:
        # The client learns only that it may try again; what to repair is for the operator.
        log.error("The storage failed: %s", error)
        raise ProviderDown("storage") from error


class LocalFiles(FileSystemStorage):
    """Files in a folder that no web server shows."""

    def _save(self, name: str, content: File) -> str:
        saved = super()._save(name, content)
        path = Path(self.path(saved))
        # The row that is written next survives a power cut, so the file has to.
        for written in (path, path.parent):
            _sync(written)
        return saved

    def delete_many(self, names: Iterable[str]) -> None:
        with outages():
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


def _client_config(addressing_style: str) -> Config:
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": addressing_style},
        connect_timeout=3,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 2},
        # Not every S3 server knows the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class S3Files(S3Storage):
    """Files in a bucket. Each thread has a boto3 resource of its own, since those can't be shared."""

    # Opening a session reads megabytes of JSON, and making a resource from it is nothing for two threads at once.
    _making = threading.Lock()

    def __init__(self, **options: Any) -> None:  # Any: S3Storage's options
        config = _client_config(options.get("addressing_style", "auto"))
        super().__init__(client_config=config, transfer_config=TransferConfig(use_threads=False), **options)
        self._session: boto3.Session | None = None

    def _create_session(self) -> boto3.Session:
        if self._session is None:
            self._session = super()._create_session()
        return self._session

    @property
    def connection(self) -> Any:  # Any: a boto3 resource, whose class is made at run time
        if getattr(self._connections, "connection", None) is None:
            with self._making:
                return super().connection
        return self._connections.connection

    @property
    def bucket(self) -> Any:  # Any: as above
        # The library keeps the bucket of the first thread for all of them.
        return self.connection.Bucket(self.bucket_name)

    def delete_many(self, names: Iterable[str]) -> None:
        keys = [{"Key": self._normalize_name(name)} for name in names]
        with outages():
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                some = keys[start : start + _DELETED_AT_ONCE]
                answer = self.bucket.delete_objects(Delete={"Objects": some, "Quiet": True})
                if failed := answer.get("Errors"):
                    raise ClientError({"Error": failed[0]}, "DeleteObjects")

    def forget_folder(self, name: str) -> None:
        return  # A bucket has no folders, only names.

    def presign(self, name: str, *, file_name: str, life: timedelta) -> PresignedUrl | None:
        parameters = {
            "ResponseContentDisposition": content_disposition_header(True, file_name),
            "ResponseContentType": DOWNLOAD_TYPE,
        }
        with outages():
            url = self.url(name, parameters=parameters, expire=int(life.total_seconds()))
        # S3 counts from the full second in which the address was signed.
        signed_at = datetime.fromisoformat(parse_qs(urlsplit(url).query)["X-Amz-Date"][0])
        return PresignedUrl(url, signed_at + life)
