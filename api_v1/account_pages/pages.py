"""What the pages have in common that a link in a mail opens. They are HTML for a browser, and so not below `/api`.

A page needs no script and no cookie: the link's token, and what its user types, are all that it reads. GET shows a
form, since mail scanners and previews open links too; only the form's POST changes anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string

from api_v1.client_ip import client_ip
from api_v1.content_policy import WITHOUT_SCRIPTS
from api_v1.failures import headers_for
from api_v1.request_ids import id_of_request
from api_v1.throttling import throttle_client
from core.accounts.new_accounts import NewAccount
from core.audit import ANONYMOUS, acting_as
from core.errors import (
    DomainError,
    Invalid,
    NotFound,
    Overloaded,
    PasswordsDiffer,
    RateLimited,
    Unauthenticated,
    WeakPassword,
)
from core.messages import message_for
from tenants.console.frame import Frame
from tenants.context import TenantRef
from tenants.routing import request_scope, route_credential

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": WITHOUT_SCRIPTS,
    # The page's URL contains the token.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_BUSY: Final[Mapping[type[DomainError], int]] = {RateLimited: 429, Overloaded: 503}


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its heading, its template below `account_pages/`, and what the template shows."""

    title: str
    template: str = "message.html"
    facts: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailedLink:
    """The link of a mail, as its page got it. `token`: all of it, `<slug>.<signed>`; `sent`: what came with it."""

    token: str
    signed: str
    sent: QueryDict


@dataclass(frozen=True, slots=True)
class LinkForm:
    """The form behind a link. `act`: what its POST does; it returns the page that follows."""

    page: Page
    act: Callable[[], Page]


def answer_link(
    request: HttpRequest, offer: Callable[[TenantRef, MailedLink], LinkForm], *, life: str
) -> HttpResponse:
    """Return the page of the form that `offer` makes for a valid link: GET shows it, POST acts.

    `offer` and the form raise `Invalid` where the link is not valid. What is wrong with the password that was typed is
    said in the form. `life`: as in `answer_page`.
    """
    is_sent = request.method == "POST"
    sent = request.POST if is_sent else request.GET
    token = sent.get("token", "")
    slug, _, signed = token.partition(".")

    def serve(tenant: TenantRef) -> Page:
        form = offer(tenant, MailedLink(token, signed, sent))
        return _act(request, form) if is_sent else form.page

    return answer_page(request, slug, serve, life=life)


def read_new_account(sent: QueryDict) -> NewAccount:
    """Return what `account_pages/new_account.html` sends."""
    return NewAccount(
        password=sent.get("password", ""),
        repeated_password=sent.get("password2", ""),
        first_name=sent.get("first_name", ""),
        last_name=sent.get("last_name", ""),
    )


def answer_page(
    request: HttpRequest, slug: str, serve: Callable[[TenantRef], Page], *, life: str
) -> HttpResponse:
    """Return the page that `serve` gives in the scope of the link's tenant; or the one of a link that is not valid.

    `life`: for how long a link is valid, in words.
    """
    tenant_name = ""
    try:
        tenant = route_credential(slug, host=request.get_host())
        tenant_name = tenant.name
        page = _serve(request, tenant, serve)
    except (Invalid, NotFound, Unauthenticated):
        text = f"It is incomplete, was used already, or is older than {life}."
        page = Page("This link is not valid", facts={"text": text}, status=400)
    frame = Frame(tenant_name, home_url="")
    context = {"title": page.title, "tenant": tenant_name, "frame": frame, **page.facts}
    return HttpResponse(
        render_to_string(f"account_pages/{page.template}", context),
        status=page.status,
        headers={**_HEADERS, **page.headers},
    )


def refuse_form(page: Page, error: DomainError, *, status: int, text: str | None = None) -> Page:
    """Return the page of a form again, with the sentence of an error, or with `text`."""
    facts = {**page.facts, "error": text or f"{message_for(error).rstrip('.')}."}
    status = _BUSY.get(type(error), status)
    return Page(page.title, page.template, facts, status, headers_for(error))


def _act(request: HttpRequest, form: LinkForm) -> Page:
    try:
        throttle_client(request, "")
        return form.act()
    except PasswordsDiffer as error:
        return refuse_form(form.page, error, status=400, text="The two passwords differ.")
    except (WeakPassword, RateLimited, Overloaded) as error:
        return refuse_form(form.page, error, status=400)
    except Invalid as error:
        if error.problems[0].field != "password":
            raise
        return refuse_form(form.page, error, status=400)


def _serve(request: HttpRequest, tenant: TenantRef, serve: Callable[[TenantRef], Page]) -> Page:
    if tenant.status == "suspended":
        return Page("This account is suspended", facts={"text": ""}, status=403)
    source = {"address": client_ip(request), "request_id": id_of_request(request)}
    with request_scope(tenant), acting_as(ANONYMOUS, **source):
        return serve(tenant)
