"""`POST /inbound/<service>`: a mail service passes one mail on; the answer decides whether it tries again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Final, cast

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBasicAuthMixin
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from api_v1.inbound_webhooks.services import SERVICES, MailService, PassedMail
from core.mail.inbound.incoming import InboundMail
from tenants.inbound.delivery import AddressUnknown, TryLater, deliver_mail
from tenants.inbound.mail_bytes import MAX_MAIL_BYTES
from tenants.inbound.server import LARGE_BYTES
from tenants.routing import route_host

RETRY_AFTER: Final = 300  # seconds
# Reading a large mail takes several times its size, and a user may send many to an own address: a process reads one at
# a time. Others are refused before their body is read; if they waited, they would hold the serving threads.
_large: Final = BoundedSemaphore(1)
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
    try:
        with ExitStack() as stack:
            if size > LARGE_BYTES:
                stack.enter_context(_reading_large_mail())
            return _make_view(SERVICES[name])(request)
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
        # Python's reader of mail, by which anymail takes attached mails apart.
        RecursionError,
    ):
        # anymail reads what a service sent, and a genuine request may still hold another thing than a mail.
        return _answer(HTTPStatus.BAD_REQUEST)


def _answer_later() -> HttpResponse:
    # Some services give up after any 4xx.
    answer = _answer(HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


@contextmanager
def _reading_large_mail() -> Iterator[None]:
    """Keep others from reading a large mail meanwhile; raise `TryLater` where one is being read."""
    if not _large.acquire(blocking=False):
        raise TryLater("another large mail is being read")
    try:
        yield
    finally:
        _large.release()


def _make_view(service: MailService) -> _View:
    """Return anymail's view, which finds out whether a request is genuine, and reads mails that were taken apart.

    It doesn't read the others: Python's reader, by which it does, takes a minute for some mails.
    """
    view: Any = import_string(service.view)  # Any: a view of anymail

    class Bounded(view):  # type: ignore[misc]
        passed: PassedMail | None = None

        def validate_request(self, request: HttpRequest) -> None:
            # The first of anymail's checks; some of the others parse the body before they look for the secret.
            AnymailBasicAuthMixin.validate_request(self, request)
            self.passed = service.read(request)

        def parse_events(self, request: HttpRequest) -> list[object]:
            passed = self.passed
            if passed is None:
                events: list[object] = super().parse_events(request)
                return events
            if passed.raw is not None:
                _deliver(passed.raw, passed.recipients, service)
            elif passed.stored_in is not None:
                _deliver_from_s3(self.get_boto_client("s3"), passed, service)
            else:
                (event,) = super().parse_events(request)
                _deliver(event.message.as_bytes(), passed.recipients, service)
            return []

    return cast("_View", Bounded.as_view())


def _deliver_from_s3(
    client: Any, passed: PassedMail, service: MailService
) -> None:  # Any: boto3 makes its clients when it runs
    """Deliver a mail that lies in S3, by a client of boto3; raise as `_deliver`, `TryLater` where it can't be fetched.

    anymail's own way loses the mail whenever the network fails.
    """
    assert passed.stored_in is not None
    bucket, key = passed.stored_in
    with ExitStack() as stack:
        stack.enter_context(closing(client))
        with _fetching():
            found = client.get_object(Bucket=bucket, Key=key)
            body = stack.enter_context(closing(found["Body"]))
            size = found["ContentLength"]
        if size > MAX_MAIL_BYTES:
            raise AddressUnknown
        if size > LARGE_BYTES:
            stack.enter_context(_reading_large_mail())
        with _fetching():
            raw = body.read()
        _deliver(raw, passed.recipients, service)


@contextmanager
def _fetching() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Of Amazon's library, or the network: the mail is still there.
        raise TryLater(f"the mail can't be fetched ({type(error).__name__})") from error


def _deliver(raw: bytes, recipients: list[str], service: MailService) -> None:
    """Take a mail in for all recipients; raise `AddressUnknown` where it is of none, `TryLater` if any has to wait."""
    if len(raw) > MAX_MAIL_BYTES:
        raise AddressUnknown
    # The name of the installation's own mail server proves nothing here: the mail didn't pass it.
    own = settings.INBOUND_AUTHSERV_ID
    mail = InboundMail(raw, authserv_id=own if own == service.authserv_id else "")
    later: TryLater | None = None
    is_known = False
    for address in dict.fromkeys(recipients):
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


def _answer(status: HTTPStatus) -> HttpResponse:
    answer = HttpResponse(f"{status.phrase}\n", content_type="text/plain", status=status)
    # Django would log a line for each.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
