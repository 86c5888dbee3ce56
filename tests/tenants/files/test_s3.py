"""Attachments in S3, against moto's server over HTTP: what a client sees is the same as with files on disk."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import boto3
import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.s3.models import s3_backends
from pytest_django import Settings

from config.storage import storages
from core.errors import NotFound, ProviderDown
from core.ids import new_uuid
from core.recruiting.models import Attachment
from core.recruiting.services.uploads import remove_orphans
from tenants.context import TenantRef
from tenants.files.backends import PresignedUrl
from tenants.files.s3 import S3Files
from tenants.files.tenant_files import TenantFiles, delete_files, file_names
from tests.clients import PDF
from tests.recruiters import Recruiter
from tests.standins.s3 import s3_server

BUCKET = "papers"
SECRET = "s3+cret/key="
KEYS = "&access_key=K&secret_key=S"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server with an empty bucket; its address."""
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket(server: str, settings: Settings) -> Iterator[str]:
    """The address of the bucket that Happo keeps its files in during this test."""
    settings.STORAGES = storages(storage_url(server))
    client = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="eu-north-1",
        aws_access_key_id="K",
        aws_secret_access_key=SECRET,
    )
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    yield f"{server}/{BUCKET}"
    requests.post(f"{server}/moto-api/reset", timeout=60)
    client.close()


def storage_url(endpoint: str) -> str:
    return (
        f"s3://{BUCKET}?endpoint={quote(endpoint)}&region=eu-north-1&access_key=K"
        f"&secret_key={SECRET}&prefix=happo/files"
    )


def keys() -> list[str]:
    return sorted(s3_backends["123456789012"]["aws"].buckets[BUCKET].keys.keys())


def test_keeps_the_bytes_under_prefix_tenant_and_id(
    anna: Recruiter, acme: TenantRef, bucket: str
) -> None:
    id = anna.upload(PDF, "../../sample.html").data["id"]
    assert keys() == [f"happo/files/{acme.id}/{id}"]
    with default_storage.open(f"{acme.id}/{id}") as file:
        assert file.read() == PDF


def test_the_access_url_leads_to_the_bucket_and_serves_the_bytes(
    anna: Recruiter, bucket: str
) -> None:
    content = bytes(range(256)) * 20 * 1024
    id = anna.upload(content, "Jürgen 履歴.html").data["id"]
    url = anna.view(id).data["accessUrl"]
    assert url.startswith(f"{bucket}/happo/files/")
    response = requests.get(url, timeout=60)
    assert response.status_code == 200
    assert response.content == content
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''J%C3%BCrgen%20%E5%B1%A5%E6%AD%B4.html"
    )


def test_the_access_url_is_signed_for_three_hundred_seconds(anna: Recruiter, bucket: str) -> None:
    # The server at hand checks neither signature nor expiry: what Amazon's would check is looked at here.
    id = anna.upload().data["id"]
    before = datetime.now(UTC).replace(microsecond=0)
    data = anna.view(id).data
    signed = {name: value for name, [value] in parse_qs(urlsplit(data["accessUrl"]).query).items()}
    assert signed["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert signed["X-Amz-Expires"] == "300"
    assert signed["X-Amz-SignedHeaders"] == "host"
    assert signed["X-Amz-Credential"].endswith("/eu-north-1/s3/aws4_request")
    assert len(signed["X-Amz-Signature"]) == 64
    expires_at = datetime.fromisoformat(data["accessExpiringAt"])
    assert expires_at == datetime.fromisoformat(signed["X-Amz-Date"]) + timedelta(seconds=300)
    assert timedelta(0) <= expires_at - before - timedelta(seconds=300) <= timedelta(seconds=60)


def test_the_secret_is_nowhere_in_what_clients_see(anna: Recruiter, bucket: str) -> None:
    data = anna.view(anna.upload().data["id"]).data
    assert SECRET not in str(data)
    assert quote(SECRET, safe="") not in str(data)


def test_a_refused_upload_leaves_no_object(anna: Recruiter, bucket: str) -> None:
    assert anna.upload(b"").status == 400
    assert anna.upload(b"a" * (5 * 1024 * 1024 + 1)).status == 413
    assert keys() == []


def hang_up(listening: socket.socket) -> int:
    """Close every connection without an answer, until `listening` is shut down; return how many there were."""
    count = 0
    while True:
        try:
            listening.accept()[0].close()
        except OSError:
            return count
        count += 1


def test_an_upload_to_a_bucket_without_an_answer_is_tried_once_and_stores_nothing(
    anna: Recruiter, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        ThreadPoolExecutor(1) as pool,
        caplog.at_level(logging.CRITICAL, "happo"),
    ):
        attempts = pool.submit(hang_up, listening)
        settings.STORAGES = storages(storage_url(f"http://127.0.0.1:{listening.getsockname()[1]}"))
        answer = anna.upload()
        listening.shutdown(socket.SHUT_RDWR)
    assert answer.body == {
        "statusCode": 503,
        "error": "Service Unavailable",
        "message": "Storage does not answer: try again later",
    }
    assert Attachment.objects.count() == 0
    # The client repeats the request: a second attempt here would hold the thread for as long again.
    assert attempts.result() == 1


def test_every_use_of_a_bucket_that_is_not_there_is_an_outage(
    acme: TenantRef, bucket: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STORAGES = storages(
        storage_url(bucket.rpartition("/")[0]).replace(BUCKET, "elsewhere")
    )
    files, id = TenantFiles(acme), new_uuid()
    for use in (lambda: files.write(id, ContentFile(b"x")), lambda: files.delete([id]), files.ids):
        with caplog.at_level(logging.CRITICAL, "happo"), pytest.raises(ProviderDown):
            use()


def test_what_is_not_in_the_bucket_is_not_found(acme: TenantRef, bucket: str) -> None:
    with pytest.raises(NotFound):
        TenantFiles(acme).open(new_uuid())
    assert TenantFiles(acme).ids() == []


def test_more_than_a_thousand_objects_are_listed_and_deleted(
    acme: TenantRef, globex: TenantRef, bucket: str
) -> None:
    backend = s3_backends["123456789012"]["aws"]
    for _ in range(2100):
        backend.put_object(BUCKET, f"happo/files/{acme.id}/{new_uuid()}", b"x")
    other = new_uuid()
    TenantFiles(globex).write(other, ContentFile(b"of globex"))
    names = file_names(acme)
    assert len(set(names)) == 2100
    delete_files(names)
    assert (file_names(acme), file_names(globex)) == ([], [f"{globex.id}/{other}"])


def test_the_sweep_finds_orphans_in_a_bucket(anna: Recruiter, acme: TenantRef, bucket: str) -> None:
    kept = anna.upload().data["id"]
    made_at = round((datetime.now(UTC) - timedelta(hours=2)).timestamp() * 1000)
    old = type(new_uuid())(int=made_at << 80 | new_uuid().int & (1 << 80) - 1)
    TenantFiles(acme).write(old, ContentFile(b"half"))
    assert remove_orphans(TenantFiles(acme)) == 1
    assert keys() == [f"happo/files/{acme.id}/{kept}"]


def test_threads_share_one_storage(acme: TenantRef, bucket: str) -> None:
    files, ids = TenantFiles(acme), [new_uuid() for _ in range(40)]

    def write_and_read(id: object) -> bytes:
        files.write(id, ContentFile(str(id).encode()))
        with files.open(id) as file:
            return file.read()

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(write_and_read, ids)) == [str(id).encode() for id in ids]
    assert sorted(files.ids()) == sorted(ids)


@pytest.mark.parametrize(
    ("region", "bucket_name", "start"),
    [
        ("eu-north-1", "papers", "https://papers.s3.eu-north-1.amazonaws.com/"),
        ("us-east-1", "papers", "https://papers.s3.us-east-1.amazonaws.com/"),
        ("mx-central-1", "papers", "https://papers.s3.mx-central-1.amazonaws.com/"),
        ("cn-north-1", "papers", "https://papers.s3.cn-north-1.amazonaws.com.cn/"),
        ("us-gov-west-1", "papers", "https://papers.s3.us-gov-west-1.amazonaws.com/"),
        # Amazon's certificate covers one label.
        ("eu-north-1", "my.papers", "https://s3.eu-north-1.amazonaws.com/my.papers/"),
    ],
)
def test_a_url_names_the_host_of_the_region(region: str, bucket_name: str, start: str) -> None:
    assert presigned_at(f"s3://{bucket_name}?region={region}{KEYS}").url.startswith(start)


def test_a_url_with_the_bucket_in_its_path_names_the_host_of_the_region() -> None:
    url = presigned_at(f"s3://papers?region=eu-south-2&addressing=path{KEYS}").url
    assert url.startswith("https://s3.eu-south-2.amazonaws.com/papers/")


@pytest.mark.parametrize(("seconds", "expected"), [(120, 120), (3600, 300)])
def test_a_url_expires_with_the_credentials_that_sign_it(
    monkeypatch: pytest.MonkeyPatch, seconds: int, expected: int
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "K"),
        ("AWS_SECRET_ACCESS_KEY", "S"),
        ("AWS_SESSION_TOKEN", "T"),
        ("AWS_CREDENTIAL_EXPIRATION", (now + timedelta(seconds=seconds)).isoformat()),
    ):
        monkeypatch.setenv(name, value)
    expires_at = presigned_at("s3://papers?region=eu-north-1").expires_at
    assert abs((expires_at - now).total_seconds() - expected) <= 5


def presigned_at(storage_url: str) -> PresignedUrl:
    """Return a URL of the storage at that address; signing sends no request."""
    backend = S3Files(**storages(storage_url)["default"]["OPTIONS"])
    url = backend.presign("a/b", file_name="b.pdf", life=timedelta(seconds=300))
    assert url is not None
    return url
