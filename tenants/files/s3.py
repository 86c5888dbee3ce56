"""S3, or another server with its protocol, through django-storages.

A separate module that only `STORAGE_URL` loads: boto3 would be a tenth of everything that a process imports.
"""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from tenants.files.backends import DOWNLOAD_TYPE, PresignedUrl, report_outages

# Keys in one request; S3's limit.
_DELETED_AT_ONCE: Final = 1000


# A request holds a thread while it waits for the storage: seconds until the connection is open, and of silence after.
CONNECT_LIMIT: Final = 2
SILENCE_LIMIT: Final = 5


def _client_config(addressing_style: str) -> Config:
    return Config(
        signature_version="s3v4",
        # A URL for the global host, which is the older default, is redirected for newer regions, and the signature
        # fails at the region's own host.
        s3={"addressing_style": addressing_style, "us_east_1_regional_endpoint": "regional"},
        connect_timeout=CONNECT_LIMIT,
        read_timeout=SILENCE_LIMIT,
        # A storage that hangs would hang again. The client is asked to repeat its request, which is safe.
        retries={"mode": "standard", "total_max_attempts": 1},
        # Not every S3 server knows the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class S3Files(S3Storage):  # type: ignore[misc]  # the library is untyped
    """Files in a bucket. Each thread has its own boto3 resource, since those can't be shared."""

    failures = (BotoCoreError, ClientError, Boto3Error, OSError)
    # Opening a session reads megabytes of JSON, and creating a resource from it isn't thread-safe.
    _creating = threading.Lock()

    def __init__(self, **options: Any) -> None:  # Any: S3Storage's options
        config = _client_config(options.get("addressing_style", "virtual"))
        # `num_download_attempts` are attempts to read a file, beside those of each request.
        transfer = TransferConfig(use_threads=False, num_download_attempts=1)
        super().__init__(client_config=config, transfer_config=transfer, **options)
        if "access_key" not in options:
            # The library would copy those of the environment, and never learn that they expire.
            self.access_key = self.secret_key = self.security_token = None
        self._session: boto3.Session | None = None

    def _create_session(self) -> boto3.Session:
        if self._session is None:
            self._session = super()._create_session()
        return self._session

    @property
    def connection(self) -> Any:  # Any: a boto3 resource, whose class is made at run time
        if getattr(self._connections, "connection", None) is None:
            with self._creating:
                return super().connection
        return self._connections.connection

    @property
    def bucket(self) -> Any:  # Any: as above
        # The library would share the first thread's bucket among all threads.
        return self.connection.Bucket(self.bucket_name)

    def delete_many(self, names: Iterable[str]) -> None:
        keys = [{"Key": self._normalize_name(name)} for name in names]
        with report_outages(self.failures):
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                some = keys[start : start + _DELETED_AT_ONCE]
                answer = self.bucket.delete_objects(Delete={"Objects": some, "Quiet": True})
                if failed := answer.get("Errors"):
                    raise ClientError({"Error": failed[0]}, "DeleteObjects")

    def remove_folder(self, name: str) -> None:
        return  # A bucket has no folders, only names.

    def presign(self, name: str, *, file_name: str, life: timedelta) -> PresignedUrl | None:
        parameters = {
            "ResponseContentDisposition": content_disposition_header(True, file_name),
            "ResponseContentType": DOWNLOAD_TYPE,
        }
        with report_outages(self.failures):
            url = self.url(name, parameters=parameters, expire=int(life.total_seconds()))
        # S3 counts from the full second of the signature.
        signed_at = datetime.fromisoformat(parse_qs(urlsplit(url).query)["X-Amz-Date"][0])
        return PresignedUrl(url, min(signed_at + life, self._expiry_of_credentials()))

    def _expiry_of_credentials(self) -> datetime:
        """Return when the credentials that sign expire, with which S3 also ends the URL; a far time if they don't."""
        session: Any = self._create_session()  # Any: boto3 is untyped
        # Of credentials that a role refreshes; botocore has no public name for it.
        expiry: datetime | None = getattr(session.get_credentials(), "_expiry_time", None)
        return expiry or datetime.max.replace(tzinfo=UTC)
