"""Mail services pass mail on: what is genuine is taken as by LMTP, and what was not stored is sent again."""

import base64
import json
from dataclasses import replace

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from api_v1.inbound_webhooks import views
from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.inbound.incoming import InboundMail
from core.mail.models import StoredMessage
from providers.conformance.mail_writer import write_mail
from tenants.context import TenantRef
from tenants.inbound import delivery
from tests.api_v1.mail_services import (
    ALL,
    RAW,
    SECRET,
    address,
    post,
    request_of,
    seeker,
    send,
    webhooks,
)
from tests.mail.indeed import receipt
from tests.tenants.inbound.serving import taking_mail

__all__ = ["address", "seeker", "webhooks"]
pytestmark = pytest.mark.filterwarnings("ignore:django-anymail has dropped:Warning")


@pytest.mark.parametrize("service", ALL)
def test_each_services_mail_is_taken_once_as_it_came(
    seeker: User, address: str, service: str
) -> None:
    assert post(service, address).status_code == 200
    assert post(service, address.upper()).status_code == 200
    assert list(Application.objects.values_list("job_title", flat=True)) == ["Cook"]
    (stored,) = StoredMessage.objects.all()
    assert stored.mailbox == "forward"


@pytest.mark.parametrize("service", ALL)
def test_a_request_without_the_secret_is_refused(address: str, service: str) -> None:
    refused = {
        post(service, address, secret=wrong).status_code for wrong in ("user:wrong", ":", "")
    }
    assert refused == {403}
    assert not StoredMessage.objects.exists()


def test_a_request_in_mailguns_name_needs_its_signature(address: str, settings: Settings) -> None:
    settings.ANYMAIL = settings.ANYMAIL | {"MAILGUN_WEBHOOK_SIGNING_KEY": "another key"}
    assert post("mailgun/mime", address).status_code == 403
    assert not StoredMessage.objects.exists()


@pytest.mark.parametrize("service", ALL)
def test_an_unknown_address_is_refused_for_good(address: str, service: str) -> None:
    assert post(service, "acme-00000000000000000000@in.happo.test").status_code == 406
    # anymail doesn't read a mail of SendGrid without an address.
    assert post(service).status_code in (400, 406)
    assert post(service, "nobody@in.happo.test", address).status_code == 200


@pytest.mark.parametrize("service", ALL)
def test_a_mail_that_was_not_stored_is_asked_for_again(
    address: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OperationalError

    monkeypatch.setattr(delivery, "receive_mail", fail)
    answer = post(service, address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")


@pytest.mark.parametrize("service", ALL)
def test_a_large_mail_fits_and_a_larger_one_is_refused(
    address: str, service: str, settings: Settings
) -> None:
    large = RAW + b"x" * 76 + b"\r\n" + b"y" * 4_000_000
    assert post(service, address, raw=large).status_code == 200
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    assert post(service, address, raw=large).status_code == 413


def test_a_process_reads_one_large_mail_at_a_time(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = RAW + b"y" * 4_000_000
    statuses: list[int] = []

    def send_another(given: str, raw: bytes) -> None:
        answers = [post("postmark", given, raw=large), post("postmark", given, raw=RAW)]
        statuses.extend(answer.status_code for answer in answers)
        assert answers[0].headers["Retry-After"] == "300"

    def deliver(given: str, mail: InboundMail) -> None:
        if len(mail.raw) > len(RAW):
            send_another(given, mail.raw)

    monkeypatch.setattr(views, "deliver_mail", deliver)
    assert [post("postmark", address, raw=large).status_code, *statuses] == [200, 503, 200]
    assert post("postmark", address, raw=large).status_code == 200


def test_a_service_that_is_not_set_up_has_no_webhook(address: str, settings: Settings) -> None:
    settings.INBOUND_WEBHOOKS = ["postmark"]
    assert post("sendgrid", address).status_code == 404
    assert post("mailgun", address).status_code == 404
    assert post("postmark", address).status_code == 200


def test_no_host_of_a_tenant_takes_webhooks(address: str, acme: TenantRef) -> None:
    assert post("postmark", address, host="acme.localhost").status_code == 404


def test_another_thing_than_a_mail_is_a_bad_request(address: str) -> None:
    authorization = {"authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}
    for service, body in (
        ("postmark", "{"),
        ("postmark", "[]"),
        ("postmark", "[" * 100_000),
        ("postmark", '{"RecordType": "Bounce"}'),
        ("amazon-ses", "{}"),
        ("sendgrid", "{}"),
    ):
        answer = Client(raise_request_exception=False).post(
            f"/inbound/{service}", body, content_type="application/json", headers=authorization
        )
        assert answer.status_code in (400, 403), (service, body)
    assert Client().get("/inbound/postmark").status_code == 405


@pytest.mark.parametrize(
    ("service", "field"), [("mailgun/mime", "attachment-count"), ("sendgrid", "attachments")]
)
@pytest.mark.parametrize("count", ["9" * 400, "1001", "many"])
def test_a_mail_that_says_it_has_endless_attachments_is_a_bad_request(
    address: str, service: str, field: str, count: str
) -> None:
    sent = request_of(service, address)
    raw = sent["data"].pop("body-mime" if field == "attachment-count" else "email")
    sent["data"] |= {field: count, "from": "a@b.test", "headers": "", "text": raw}
    assert send(service, sent).status_code == 400


@pytest.mark.parametrize("recipients", [5, [5], [None], {"a": 1}, "x", [["x"]], None])
@pytest.mark.parametrize("service", ["amazon-ses", "sendgrid"])
def test_recipients_that_are_no_addresses_are_a_bad_request(
    webhooks: None, service: str, recipients: object
) -> None:
    """So that the service doesn't send it again for days."""
    sent = request_of(service)
    if service == "sendgrid":
        sent["data"]["envelope"] = json.dumps({"to": recipients})
    else:
        notice = json.loads(sent["data"])
        event = json.loads(notice["Message"])
        event["receipt"]["recipients"] = recipients
        sent["data"] = json.dumps(notice | {"Message": json.dumps(event)})
    assert send(service, sent).status_code == 400


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!!", "Basic /////w==", "Bearer user:password", "Basic user:password"],
)
def test_a_secret_in_another_form_is_refused(webhooks: None, authorization: str) -> None:
    sent = request_of("postmark", "nobody@in.happo.test")
    answer = Client(raise_request_exception=False).post(
        "/inbound/postmark", headers={"authorization": authorization}, **sent
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("service", ALL)
@pytest.mark.parametrize(
    ("trusted", "believing"),
    [("mx.happo.test", ()), ("amazonses.com", ("amazon-ses",))],
    ids=["own server", "Amazon SES"],
)
def test_only_a_service_that_writes_results_is_believed(
    address: str, settings: Settings, service: str, trusted: str, believing: tuple[str, ...]
) -> None:
    settings.INBOUND_AUTHSERV_ID = trusted
    bare = write_mail(replace(receipt("Cook", "Acme"), authentication=None))
    proof = f"Authentication-Results: {trusted}; dmarc=pass header.from=indeed.com\r\n"
    with taking_mail(authserv_id=trusted):
        assert post(service, address, raw=proof.encode() + bare).status_code == 200
    expected = "passed" if service in believing else "unknown"
    assert StoredMessage.objects.get().trust == expected
