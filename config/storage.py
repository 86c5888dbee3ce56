"""Storage of files: the bucket that `STORAGE_URL` names, or a folder of the data directory.

    STORAGE_URL=s3://BUCKET?endpoint=https://s3.example.com&region=eu-north-1&access_key=K&secret_key=S&prefix=happo

`region` is required unless there is an `endpoint`; the others are optional. `endpoint`: an S3 server other than
Amazon's; clients must be able to reach it too. `access_key` and `secret_key`: without them boto3 uses its usual sources
(environment, shared credentials file, role of the machine). `prefix`: a folder of the bucket, so that other
applications can use the rest. `addressing`: `path` (the default with an `endpoint`) or `virtual` (the bucket as part of
the host name, the default at Amazon). `%`, `&` and `#` in a value are written `%25`, `%26` and `%23`; `+` and `/` need
no encoding.
"""

from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Any: Django's STORAGES, whose options differ by backend.
Storages = dict[str, dict[str, Any]]  # Any: options differ in type

_PARAMETERS: Final = frozenset(
    {"endpoint", "region", "access_key", "secret_key", "prefix", "addressing"}
)
_SHAPE: Final = "STORAGE_URL must look like s3://bucket?region=...&prefix=..."
# Any: as in Storages
_STATIC: Final[dict[str, Any]] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}


def storages(url: str) -> Storages:
    """Return Django's STORAGES for a `STORAGE_URL`; raise `ImproperlyConfigured`, without showing its secrets."""
    return {"default": _bucket(_split(url)) if url else _folder(), "staticfiles": _STATIC}


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ImproperlyConfigured(_SHAPE) from None


def _folder() -> dict[str, Any]:  # Any: as in Storages
    # Under MEDIA_ROOT. Other accounts of the machine must not read applicants' documents.
    options = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "tenants.files.backends.LocalFiles", "OPTIONS": options}


def _bucket(url: SplitResult) -> dict[str, Any]:  # Any: as in Storages
    if url.scheme != "s3" or not url.netloc or url.path.strip("/") or "@" in url.netloc:
        raise ImproperlyConfigured(_SHAPE)
    sent = _parameters(url.query)
    if unknown := sorted(sent.keys() - _PARAMETERS):
        raise ImproperlyConfigured(
            f"STORAGE_URL knows {', '.join(sorted(_PARAMETERS))}, and not {', '.join(unknown)}"
        )
    if not sent.get("region") and not sent.get("endpoint"):
        # Amazon signs for the host of a region, and only that host serves every bucket.
        raise ImproperlyConfigured(
            "STORAGE_URL needs the region of the bucket, or the endpoint of a server of your own"
        )
    if sent.get("endpoint") and not _is_base_url(sent["endpoint"]):
        raise ImproperlyConfigured(
            "The endpoint in STORAGE_URL must look like https://host or https://host:port"
        )
    if ("access_key" in sent) != ("secret_key" in sent):
        raise ImproperlyConfigured("STORAGE_URL needs both access_key and secret_key, or neither")
    if (addressing := sent.get("addressing", "path" if "endpoint" in sent else "virtual")) not in (
        "path",
        "virtual",
    ):
        raise ImproperlyConfigured("addressing in STORAGE_URL must be path or virtual")
    options = {
        "bucket_name": url.netloc,
        "endpoint_url": sent.get("endpoint"),
        "region_name": sent.get("region"),
        "access_key": sent.get("access_key"),
        "secret_key": sent.get("secret_key"),
        "location": sent.get("prefix", "").strip("/"),
        "addressing_style": addressing,
    }
    return {
        "BACKEND": "tenants.files.s3.S3Files",
        "OPTIONS": {name: value for name, value in options.items() if value},
    }


def _is_base_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        # Errors of the storage are logged with its address, so it holds no password.
        known = url.scheme in ("http", "https") and "@" not in url.netloc
        return known and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _parameters(query: str) -> dict[str, str]:
    # Not parse_qs: it decodes `+`, which is frequent in secret keys, as a space.
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {name: unquote(value) for name, _, value in pairs}
