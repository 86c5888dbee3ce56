"""The mail services whose webhooks are taken, and where each has the mail as it came."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from anymail.signals import AnymailInboundEvent
from django.http import HttpRequest

Raw = bytes | None


@dataclass(frozen=True, slots=True)
class MailService:
    """One service.

    `view`: the name of anymail's, which checks the request; it is imported when a request comes, since Amazon's imports
    boto3, a tenth of everything that a process would import. `raw`: the mail's bytes, None where they are not sent.
    `recipients`: all addresses of the envelope. `count_attachments`: how many files it says it has sent beside a mail
    that it has taken apart; None where it says nothing. `authserv_id`: the name under which the service writes
    `Authentication-Results`, "" where it writes none: fields with any name are the sender's then.
    """

    view: str
    raw: Callable[[AnymailInboundEvent], Raw]
    recipients: Callable[[AnymailInboundEvent], list[str]]
    authserv_id: str = ""
    count_attachments: Callable[[HttpRequest], str | None] = lambda request: None


def _encode(text: str | None) -> Raw:
    return text.encode(errors="surrogateescape") if text else None


def _raw_of_ses(event: AnymailInboundEvent) -> Raw:
    content = event.esp_event.get("content")
    action: Mapping[str, Any] = event.esp_event.get("receipt", {}).get("action", {})  # Any: JSON
    return (
        b64decode(content) if content and action.get("encoding") == "BASE64" else _encode(content)
    )


def _recipients_of_ses(event: AnymailInboundEvent) -> list[str]:
    return _require_texts(event.esp_event.get("receipt", {}).get("recipients", []))


def _recipients_of_sendgrid(event: AnymailInboundEvent) -> list[str]:
    return _require_texts(json.loads(event.esp_event.POST.get("envelope", "{}")).get("to", []))


def _count_of_sendgrid(request: HttpRequest) -> str | None:
    # anymail reads the body again, in another charset, and Django gives it only to what asks for it first.
    _ = request.body
    return request.POST.get("attachments")


def _require_texts(value: object) -> list[str]:
    """Return a list of texts; raise `ValueError` for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("recipients must be a list of addresses")
    return value


def _listed(recipient: str | None) -> list[str]:
    return [one.strip() for one in (recipient or "").split(",") if one.strip()]


# By the end of the address of the webhook, below `/inbound/`. Mailgun sends the mail as it came where that is `mime`.
SERVICES: Final[Mapping[str, MailService]] = MappingProxyType(
    {
        "postmark": MailService(
            "anymail.webhooks.postmark.PostmarkInboundWebhookView",
            raw=lambda event: _encode(event.esp_event.get("RawEmail")),
            recipients=lambda event: _listed(event.message.envelope_recipient),
        ),
        "mailgun/mime": MailService(
            "anymail.webhooks.mailgun.MailgunInboundWebhookView",
            raw=lambda event: _encode(event.esp_event.POST.get("body-mime")),
            recipients=lambda event: _listed(event.message.envelope_recipient),
            count_attachments=lambda request: request.POST.get("attachment-count"),
        ),
        "amazon-ses": MailService(
            "anymail.webhooks.amazon_ses.AmazonSESInboundWebhookView",
            raw=_raw_of_ses,
            recipients=_recipients_of_ses,
            authserv_id="amazonses.com",
        ),
        "sendgrid": MailService(
            "anymail.webhooks.sendgrid.SendGridInboundWebhookView",
            raw=lambda event: _encode(event.esp_event.POST.get("email")),
            recipients=_recipients_of_sendgrid,
            count_attachments=_count_of_sendgrid,
        ),
    }
)
