"""`POST /inbound/<service>`: a mail service passes one mail on; the answer decides whether it tries again."""

from collections.abc import Callable
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Final, cast

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent, inbound
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from api_v1.inbound_webhooks.services import SERVICES, MailService
from core.mail.inbound.incoming import InboundMail
from tenants.inbound.delivery import AddressUnknown, TryLater, deliver_mail
from tenants.inbound.protocol import MAX_MAIL_BYTES
from tenants.inbound.server import LARGE_BYTES
from tenants.routing import route_host

RETRY_AFTER: Final = 300  # seconds
# Reading a large mail takes several times its size, and a user may send many to an own address: a process reads one at
# a time. Others are refused before their body is read; if they waited, they would hold the serving threads.
_large: Final = BoundedSemaphore(1)
# anymail looks for as many files as a field of the request says, one after another.
MOST_ATTACHMENTS: Final = 1000
_View = Callable[[HttpRequest], HttpResponseBase]


@csrf_exempt
def receive_webhook(request: HttpRequest, service: str) -> HttpResponseBase:
    """Take the mail of a request that anymail finds genuine.

    Answers 404 for a service that is not set up, and on hosts of tenants; 403 for a request that is not the service's;
    406 where no mailbox has the address, after which services don't try again; 503 where nothing was stored, as when
    the process reads another large mail.
    """
    name = service.removesuffix("/")
    if name not in settings.INBOUND_WEBHOOKS or route_host(request.get_host()) is not None:
        return _answer(HTTPStatus.NOT_FOUND)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if size <= LARGE_BYTES:
        return _receive(request, name)
    if not _large.acquire(blocking=False):
        return _answer_later()
    try:
        return _receive(request, name)
    finally:
        _large.release()


def _receive(request: HttpRequest, name: str) -> HttpResponseBase:
    view = _make_view(SERVICES[name])
    try:
        return view(request)
    except AnymailWebhookValidationFailure:
        return _answer(HTTPStatus.FORBIDDEN)
    except AddressUnknown:
        return _answer(HTTPStatus.NOT_ACCEPTABLE)
    except TryLater:
        return _answer_later()
    except (
        AnymailError,
        ImproperlyConfigured,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ):
        # anymail reads what a service sent, and a genuine request may still hold another thing than a mail.
        return _answer(HTTPStatus.BAD_REQUEST)


def _make_view(service: MailService) -> _View:
    """Return anymail's view, which refuses a genuine request that would keep it for ever."""
    view: Any = import_string(service.view)  # Any: a view of anymail

    class Bounded(view):  # type: ignore[misc]
        def parse_events(self, request: HttpRequest) -> list[AnymailInboundEvent]:
            if int(service.count_attachments(request) or 0) > MOST_ATTACHMENTS:
                raise ValueError("attachments")
            events: list[AnymailInboundEvent] = super().parse_events(request)
            return events

    return cast("_View", Bounded.as_view())


def _answer_later() -> HttpResponse:
    answer = _answer(HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _answer(status: HTTPStatus) -> HttpResponse:
    answer = HttpResponse(f"{status.phrase}\n", content_type="text/plain", status=status)
    # Django would log a line for each.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _take_mail(
    sender: type[Any], event: AnymailInboundEvent, **more: object
) -> None:  # Any: a view of anymail
    views = {f"{one.__module__}.{one.__qualname__}" for one in sender.__mro__}
    service = next(one for one in SERVICES.values() if one.view in views)
    raw = _raw_of(event, service)
    if len(raw) > MAX_MAIL_BYTES:
        raise AddressUnknown
    # The name of the installation's own mail server proves nothing here: the mail didn't pass it.
    own = settings.INBOUND_AUTHSERV_ID
    mail = InboundMail(raw, authserv_id=own if own == service.authserv_id else "")
    later: TryLater | None = None
    is_known = False
    for address in dict.fromkeys(service.recipients(event)):
        try:
            deliver_mail(address, mail)
        except TryLater as error:
            later = error
        except AddressUnknown:
            continue
        is_known = True
    if later is not None:
        raise later
    if not is_known:
        raise AddressUnknown


def _raw_of(event: AnymailInboundEvent, service: MailService) -> bytes:
    raw = service.raw(event)
    return raw if raw is not None else event.message.as_bytes()


inbound.connect(_take_mail, dispatch_uid="happo")
