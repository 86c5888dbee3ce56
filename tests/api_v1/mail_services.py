"""Requests of mail services that pass mail on, as their documentation shows them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from core.accounts.models import User
from providers.conformance.mail_writer import write_mail
from tenants.context import TenantRef
from tests.mail.indeed import receipt
from tests.tenants.inbound.serving import give_address, taking_mail

RAW = write_mail(receipt("Cook", "Acme"))
SECRET, KEY = "user:password", "a key of Mailgun"
ALL = ["postmark", "mailgun/mime", "amazon-ses", "sendgrid"]


@pytest.fixture
def webhooks(settings: Settings) -> Iterator[None]:
    settings.INBOUND_WEBHOOKS = ALL
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
    with taking_mail():
        yield


@pytest.fixture
def seeker(acme: TenantRef) -> User:
    return User.objects.create(email="joe@jobs.test", is_registered=True)


@pytest.fixture
def address(seeker: User, webhooks: None) -> str:
    return give_address(seeker)[1]


def request_of(
    service: str, *addresses: str, raw: bytes = RAW
) -> dict[str, Any]:  # Any: of a test client
    """Return the request with which a service passes a mail on, as its documentation shows it."""
    text = raw.decode()
    match service:
        case "postmark":
            body = {
                "OriginalRecipient": ",".join(addresses),
                "RawEmail": text,
                "Subject": "Cook",
                "Headers": [],
            }
            return {"data": json.dumps(body), "content_type": "application/json"}
        case "mailgun/mime":
            signed = hmac.new(KEY.encode(), b"1700000000token", hashlib.sha256).hexdigest()
            return {
                "data": {
                    "recipient": ",".join(addresses),
                    "sender": "a@b.test",
                    "body-mime": text,
                    "timestamp": "1700000000",
                    "token": "token",
                    "signature": signed,
                }
            }
        case "amazon-ses":
            event = {
                "notificationType": "Received",
                "mail": {"source": "a@b.test", "messageId": "1"},
                "receipt": {
                    "recipients": list(addresses),
                    "action": {"type": "SNS", "encoding": "BASE64"},
                },
                "content": base64.b64encode(raw).decode(),
            }
            body = {"Type": "Notification", "MessageId": "1", "Message": json.dumps(event)}
            return {
                "data": json.dumps(body),
                "content_type": "text/plain; charset=UTF-8",
                "headers": {
                    "x-amz-sns-message-type": "Notification",
                    "x-amz-sns-message-id": "1",
                },
            }
    envelope = {"from": "a@b.test", "to": list(addresses)}
    return {"data": {"email": text, "envelope": json.dumps(envelope)}}


def post(
    service: str, *addresses: str, secret: str = SECRET, raw: bytes = RAW, host: str = "localhost"
) -> HttpResponse:
    return send(service, request_of(service, *addresses, raw=raw), secret=secret, host=host)


def send(
    service: str,
    request: dict[str, Any],  # Any: of a test client
    *,
    secret: str = SECRET,
    host: str = "localhost",
) -> HttpResponse:
    """Send a request as `request_of` returns it."""
    authorization = "Basic " + base64.b64encode(secret.encode()).decode()
    headers = request.get("headers", {}) | {"authorization": authorization, "host": host}
    answer = Client(raise_request_exception=False).post(
        f"/inbound/{service}", **(request | {"headers": headers})
    )
    assert isinstance(answer, HttpResponse)
    return answer
