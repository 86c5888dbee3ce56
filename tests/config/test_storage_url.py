"""`STORAGE_URL`: read once at the start, with a clear message for an invalid one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.storage import storages
from tenants.files.backends import LocalFiles
from tenants.files.s3 import S3Files


def options(url: str) -> dict[str, object]:
    return storages(url)["default"]["OPTIONS"]


def test_without_one_files_are_on_disk_for_the_owner_alone() -> None:
    chosen = storages("")["default"]
    assert chosen["BACKEND"] == f"{LocalFiles.__module__}.{LocalFiles.__name__}"
    assert chosen["OPTIONS"] == {
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }


def test_a_bucket_and_its_region_leave_the_rest_to_boto3() -> None:
    chosen = storages("s3://papers?region=eu-north-1")["default"]
    assert chosen["BACKEND"] == f"{S3Files.__module__}.{S3Files.__name__}"
    assert chosen["OPTIONS"] == {
        "bucket_name": "papers",
        "region_name": "eu-north-1",
        "addressing_style": "virtual",
    }


def test_everything_can_be_said() -> None:
    url = (
        "s3://papers?endpoint=https://s3.example.com:9000&region=eu-north-1&access_key=AK"
        "&secret_key=a+b/c%26d%25&prefix=/happo/"
    )
    assert options(url) == {
        "bucket_name": "papers",
        "endpoint_url": "https://s3.example.com:9000",
        "region_name": "eu-north-1",
        "access_key": "AK",
        "secret_key": "a+b/c&d%",
        "location": "happo",
        "addressing_style": "path",
    }
    assert (
        options("s3://papers?endpoint=http://h&addressing=virtual")["addressing_style"] == "virtual"
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://papers", "s3://bucket"),
        ("s3://", "s3://bucket"),
        ("/var/files", "s3://bucket"),
        ("s3://papers/folder", "prefix"),
        ("s3://AK:hidden@papers", "s3://bucket"),
        ("s3://papers?secret=hidden", "not secret"),
        ("s3://papers?region=r&secret_key=hidden", "both access_key and secret_key"),
        ("s3://papers", "needs the region of the bucket"),
        ("s3://papers?region=&prefix=x", "needs the region of the bucket"),
        ("s3://papers?region=r&addressing=hidden", "path or virtual"),
    ],
)
def test_names_the_mistake_and_shows_no_secret(url: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words) as caught:
        storages(url)
    assert "hidden" not in str(caught.value)
