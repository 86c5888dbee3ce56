"""The mail that a service passes on is read as it came, wherever it is, and is asked for again while it can't be."""

import json
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from pytest_django import Settings

from api_v1.inbound_webhooks import views
from core.mail.models import StoredMessage, UserMailbox
from tests.api_v1.mail_services import ALL, RAW, address, request_of, seeker, send, webhooks
from tests.servers import free_port
from tests.standins.s3 import s3_server

__all__ = ["address", "seeker", "webhooks"]
pytestmark = pytest.mark.filterwarnings("ignore:django-anymail has dropped:Warning")
# A mail may have bytes of any charset, and of several; the last one is what Django writes for those it can't decode.
MIXED = RAW + "\r\nGrüße ".encode() + "aus Köln\r\n".encode("latin-1") + "\ufffd\r\n".encode()
REGION = "eu-north-1"
KEYS = {"aws_access_key_id": "K", "aws_secret_access_key": "S", "region_name": REGION}


def stored_bytes() -> bytes:
    raw = StoredMessage.objects.get().raw
    assert raw is not None
    return zlib.decompress(raw)


@pytest.mark.parametrize("form", ["multipart", "urlencoded"])
@pytest.mark.parametrize(
    ("service", "field"), [("mailgun/mime", "body-mime"), ("sendgrid", "email")]
)
def test_a_mail_in_a_form_keeps_the_bytes_that_are_no_utf_8(
    address: str, service: str, field: str, form: str
) -> None:
    sent = request_of(service, address)
    # The test client writes each value of a list as it is.
    sent["data"][field] = [MIXED]
    if form == "urlencoded":
        sent["data"] = urlencode(sent["data"], doseq=True)
        sent["content_type"] = "application/x-www-form-urlencoded"
    assert send(service, sent).status_code == 200
    assert stored_bytes() == MIXED


@pytest.mark.parametrize("service", ALL)
def test_a_mail_that_no_reader_takes_to_pieces_is_counted_and_not_sent_again(
    address: str, service: str
) -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
        for depth in range(2000)
    )
    raw = b"Message-ID: <1@deep.test>\r\nFrom: a@indeed.com\r\n" + nested
    assert send(service, request_of(service, address, raw=raw)).status_code == 200
    [failed] = UserMailbox.objects.get().failed_mails
    assert failed["id"] == "<1@deep.test>"


def nest(document: object, *, depth: int) -> str:
    return '{"deeper":' * depth + json.dumps(document) + "}" * depth


@pytest.mark.parametrize("depth", [300, 50_000])
def test_json_that_is_nested_deeply_is_a_bad_request_wherever_it_is(
    address: str, depth: int
) -> None:
    deep = nest({}, depth=depth)
    postmark, ses = request_of("postmark", address), request_of("amazon-ses", address)
    notice = json.loads(ses["data"])
    requests = {
        "postmark": [{**postmark, "data": postmark["data"][:-1] + f',"More":{deep}}}'}],
        "amazon-ses": [
            {**ses, "data": ses["data"][:-1] + f',"More":{deep}}}'},
            {**ses, "data": json.dumps(notice | {"Message": deep})},
        ],
    }
    for service, names in (
        ("sendgrid", ("envelope", "charsets", "attachment-info")),
        ("mailgun/mime", ("message-headers", "content-id-map")),
    ):
        form = request_of(service, address)
        requests[service] = [{"data": form["data"] | {name: deep}} for name in names]
    for service, sent in requests.items():
        assert {send(service, one).status_code for one in sent} == {400}, service
    assert not StoredMessage.objects.exists()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server with an empty bucket `mails`; its address."""
    with s3_server() as address:
        client = boto3.client("s3", endpoint_url=address, **KEYS)
        client.create_bucket(
            Bucket="mails", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        client.put_object(Bucket="mails", Key="small", Body=MIXED)
        client.put_object(Bucket="mails", Key="large", Body=RAW + b"y" * 3_000_000)
        client.close()
        yield address


@pytest.fixture
def amazon(s3: str, webhooks: None, settings: Settings) -> None:
    settings.ANYMAIL = settings.ANYMAIL | {
        "AMAZON_SES_CLIENT_PARAMS": KEYS
        | {"endpoint_url": s3, "config": {"retries": {"max_attempts": 0}}}
    }


def notify(
    address: str, *, key: str, bucket: str = "mails"
) -> dict[str, Any]:  # Any: of a test client
    """Return the request that tells of a mail in S3."""
    sent = request_of("amazon-ses", address)
    notice = json.loads(sent["data"])
    event = json.loads(notice["Message"])
    del event["content"]
    event["receipt"]["action"] = {"type": "S3", "bucketName": bucket, "objectKey": key}
    return {**sent, "data": json.dumps(notice | {"Message": json.dumps(event)})}


def test_a_mail_in_s3_is_fetched_as_it_came(address: str, amazon: None) -> None:
    assert send("amazon-ses", notify(address, key="small")).status_code == 200
    assert stored_bytes() == MIXED
    assert send("amazon-ses", notify(address, key="large")).status_code == 200


def test_a_mail_that_can_not_be_fetched_is_told_of_again(
    address: str, amazon: None, settings: Settings
) -> None:
    """Amazon gives a notice up after any 4xx."""
    for key, bucket in (("gone", "mails"), ("small", "elsewhere")):
        answer = send("amazon-ses", notify(address, key=key, bucket=bucket))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    nothing = f"http://127.0.0.1:{free_port()}"
    settings.ANYMAIL["AMAZON_SES_CLIENT_PARAMS"]["endpoint_url"] = nothing
    assert send("amazon-ses", notify(address, key="small")).status_code == 503


def test_a_large_mail_in_s3_waits_for_another_one(
    address: str, amazon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with views._reading_large_mail():
        assert send("amazon-ses", notify(address, key="large")).status_code == 503
        assert send("amazon-ses", notify(address, key="small")).status_code == 200
    monkeypatch.setattr(views, "MAX_MAIL_BYTES", 1_000_000)
    assert send("amazon-ses", notify(address, key="large")).status_code == 406
