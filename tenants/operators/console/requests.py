"""What operators have asked the provisioning worker for: its progress, and new credentials, shown once."""

from typing import Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string

from core.errors import NotFound
from tenants.console.answers import show_once
from tenants.console.frame import Link
from tenants.operators.console.owner import send_owner_link
from tenants.operators.console.page import Page, draw
from tenants.operators.console.request_words import steps_of, title_of, way_back_of
from tenants.operators.console.signed_in import operator_of
from tenants.provisioning.requests import (
    RequestStatus,
    is_worker_running,
    list_requests_of,
    read_failed_request,
    read_request,
    request_verb,
    take_credentials,
)
from tenants.provisioning.sealing import new_reply_key
from tenants.provisioning.verbs import Verb
from tenants.tenant_links import make_url

NAME: Final = "requests"
Asked = TypeVar("Asked", bound=Verb)


def ask_worker(request: HttpRequest, verb: Verb) -> HttpResponse:
    """Request `verb`, and answer with the page that follows its progress. Raises as `request_verb`.

    The private key for its credentials is in that page alone.
    """
    operator = operator_of(request)
    public, private = new_reply_key() if verb.has_secrets else (None, "")
    request_id = request_verb(verb, operator=operator, reply_key=public)
    if not private:
        return redirect(_address(request_id))
    status = read_request(request_id, operator=operator)
    return show_once(request, _draw_progress(request, status, private_key=private))


def read_failed(request: HttpRequest, kind: type[Asked]) -> tuple[Asked, str] | None:
    """Return (what was asked for, why it failed) of the request that the address of a form names with `failed`.

    None where it names none; raises `NotFound` for one that is not of this operator and `kind`, or hasn't failed.
    """
    if "failed" not in request.GET:
        return None
    request_id = _read_id(request.GET["failed"])
    verb, error = read_failed_request(request_id, operator=operator_of(request))
    if not isinstance(verb, kind):
        raise NotFound("request", request_id)
    return verb, error


def show_requests(request: HttpRequest) -> HttpResponse:
    """Show one request, or the operator's latest ones."""
    operator = operator_of(request)
    if "id" not in request.GET:
        found = list_requests_of(operator)
        return draw(
            request,
            "requests.html",
            title="Your requests",
            found=[(one, title_of(one), _address(one.id)) for one in found],
            is_running=is_worker_running(),
        )
    return _draw_progress(request, read_request(_read_id(request.GET["id"]), operator=operator))


def show_credentials(request: HttpRequest) -> HttpResponse:
    """Show the credentials of a request that is done, to the page that has their key; else its progress."""
    operator, private = operator_of(request), request.POST.get("key", "")
    status = read_request(_read_id(request.POST.get("id", "")), operator=operator)
    if status.state != "done":
        return show_once(request, _draw_progress(request, status, private_key=private))
    try:
        secrets = take_credentials(status.id, private_key=private, operator=operator)
    except NotFound:
        return _draw_progress(request, status, are_lost=True)
    page = draw(
        request,
        "operator_made.html" if status.verb == "operator.create" else "credentials.html",
        title=title_of(status),
        asked_id=status.id,
        made=status.outcome,
        secrets=secrets,
        curl=_first_request(request, secrets.get("api_key", "")),
        tenant_console=make_url(status.outcome.get("host", ""), "/admin/"),
        console_url=request.build_absolute_uri(reverse("admin:index")),
    )
    return show_once(request, page)


def send_invitation(request: HttpRequest) -> str:
    """Send the owner of a new tenant an invitation by e-mail."""
    status = read_request(_read_id(request.POST.get("id", "")), operator=operator_of(request))
    return send_owner_link(status.tenant)


def _draw_progress(
    request: HttpRequest, status: RequestStatus, *, private_key: str = "", are_lost: bool = False
) -> HttpResponse:
    return draw(
        request,
        "request.html",
        title=title_of(status),
        asked=status,
        steps=steps_of(status),
        back=way_back_of(status),
        crumbs=[Link("Your requests", reverse(f"admin:{NAME}"))],
        address=_address(status.id),
        private_key=private_key,
        are_lost=are_lost,
        is_open=status.state in ("waiting", "running"),
        is_running=is_worker_running(),
    )


def _first_request(request: HttpRequest, api_key: str) -> str:
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    version = import_string(settings.API_TIMELINE).head
    return (
        f"curl {base}/v1/positions \\\n"
        f'  -H "Authorization: Bearer {api_key}" \\\n'
        f'  -H "x-happo-api-version: {version}"'
    )


def _address(request_id: UUID) -> str:
    return f"{reverse(f'admin:{NAME}')}?{urlencode({'id': request_id})}"


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("request") from None


PAGE = Page(NAME, "requests/", show_requests, {"show": show_credentials, "invite": send_invitation})
