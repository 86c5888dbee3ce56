"""The mail services whose webhooks are taken, and what each says of the mail that it passes on."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest

from api_v1.inbound_webhooks.forms import read_field
from providers.foreign_json import parse_json

# anymail looks for as many files as a field of the request says, one after another.
MOST_ATTACHMENTS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedMail:
    """What a request says of a mail. `recipients`: all addresses of the envelope.

    `raw`: the mail as it came. Where it is None the mail is elsewhere: in Amazon S3, as `bucket` and `key` say, or in
    the fields of the request, into which the service has taken it apart.
    """

    recipients: list[str]
    raw: bytes | None = None
    stored_in: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class MailService:
    """One service.

    `view`: the name of anymail's, which checks the request; it is imported when a request comes, since Amazon's imports
    boto3, a tenth of everything that a process would import. `read`: returns what a request says of a mail, None where
    it is about something else, which anymail answers; raises `ValueError`, `LookupError` or `TypeError` for what is
    neither, also where JSON is nested too deeply for anymail. `authserv_id`: the name under which the service writes
    `Authentication-Results`, "" where it writes none: fields with any name are the sender's then.
    """

    view: str
    read: Callable[[HttpRequest], PassedMail | None]
    authserv_id: str = ""


def _read_postmark(request: HttpRequest) -> PassedMail | None:
    said = _parse_object(request.body)
    if said.get("RecordType", "Inbound") != "Inbound":
        return None
    raw = said.get("RawEmail")
    return PassedMail(
        recipients=_split(said.get("OriginalRecipient")),
        raw=_require_text(raw).encode() if raw is not None else None,
    )


def _read_mailgun(request: HttpRequest) -> PassedMail | None:
    body = request.body
    if request.content_type == "application/json":
        parse_json(body)
        return None
    _check_parts(request, count="attachment-count", documents=("message-headers", "content-id-map"))
    if request.POST.get("event", "inbound") != "inbound" or "attachments" in request.POST:
        return None
    return PassedMail(
        recipients=_split(request.POST.get("recipient")), raw=read_field(request, "body-mime")
    )


def _read_sendgrid(request: HttpRequest) -> PassedMail:
    # Django gives the body only to what asks for it before the form.
    _ = request.body
    _check_parts(request, count="attachments", documents=("charsets", "attachment-info"))
    envelope = _parse_object(request.POST.get("envelope", "{}").encode())
    return PassedMail(
        recipients=_require_texts(envelope.get("to", [])), raw=read_field(request, "email")
    )


def _read_ses(request: HttpRequest) -> PassedMail | None:
    notice = _parse_object(request.body)
    message = notice.get("Message")
    # The first notice of a topic is a sentence.
    if notice.get("Type") != "Notification" or not str(message).startswith("{"):
        return None
    event = _parse_object(_require_text(message).encode())
    if event.get("notificationType") != "Received":
        return None
    receipt = event["receipt"]
    recipients, action = _require_texts(receipt.get("recipients", [])), receipt["action"]
    if action["type"] == "S3":
        place = _require_text(action["bucketName"]), _require_text(action["objectKey"])
        return PassedMail(recipients=recipients, stored_in=place)
    content = _require_text(event["content"])
    is_base64 = action.get("encoding") == "BASE64"
    return PassedMail(
        recipients=recipients, raw=b64decode(content) if is_base64 else content.encode()
    )


def _check_parts(request: HttpRequest, *, count: str, documents: tuple[str, ...]) -> None:
    """Raise `ValueError` where anymail would look for endless files, or parse JSON that is nested too deeply.

    `count`, `documents`: the fields with the number of files, and with JSON.
    """
    if int(request.POST.get(count) or 0) > MOST_ATTACHMENTS:
        raise ValueError(count)
    for name in documents:
        if name in request.POST:
            parse_json(request.POST[name].encode())


def _parse_object(text: bytes) -> dict[str, Any]:  # Any: JSON
    value = parse_json(text)
    if not isinstance(value, dict):
        raise TypeError("a JSON object is expected")
    return value


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _require_texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise TypeError("a list of texts is expected")
    return [_require_text(one) for one in value]


def _split(recipients: object) -> list[str]:
    listed = _require_text(recipients or "").split(",")
    return [one.strip() for one in listed if one.strip()]


# By the end of the address of the webhook, below `/inbound/`. Mailgun sends the mail as it came where that is `mime`.
SERVICES: Final[Mapping[str, MailService]] = MappingProxyType(
    {
        "postmark": MailService(
            "anymail.webhooks.postmark.PostmarkInboundWebhookView", read=_read_postmark
        ),
        "mailgun/mime": MailService(
            "anymail.webhooks.mailgun.MailgunInboundWebhookView", read=_read_mailgun
        ),
        "amazon-ses": MailService(
            "anymail.webhooks.amazon_ses.AmazonSESInboundWebhookView",
            read=_read_ses,
            authserv_id="amazonses.com",
        ),
        "sendgrid": MailService(
            "anymail.webhooks.sendgrid.SendGridInboundWebhookView", read=_read_sendgrid
        ),
    }
)
