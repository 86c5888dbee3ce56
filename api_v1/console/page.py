"""What a page of a tenant's console is, and how one is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from core.accounts.sessions.values import SignedIn
from tenants.console.frame import Frame, Link
from tenants.context import TenantRef

# Who may open a page, or run an action: each word includes those before it.
Who = Literal["anyone", "user", "staff", "owner"]
# Any: of the request, and then what the path holds
Show = Callable[..., HttpResponse]
# As `Show`. A text is a message above the page, which is then shown anew by GET.
Act = Callable[..., HttpResponseBase | str]


class ConsoleRequest(HttpRequest):
    """A request to the console. `visitor`: who is signed in (and has passed the second factor, if any), or None."""

    tenant: TenantRef
    visitor: SignedIn | None


@dataclass(frozen=True, slots=True)
class Action:
    """What a POST does. `who`: may run it, where that are fewer than may open the page."""

    act: Act
    who: Who = "anyone"


@dataclass(frozen=True, slots=True)
class Page:
    """A page. GET changes nothing; POST runs the action that the field `action` of the form names.

    `path`: a route without the leading slash.
    """

    name: str
    path: str
    who: Who
    show: Show
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))


HOME: Final = "/app/"
ADMIN_HOME: Final = "/admin/"
SIGN_IN: Final = "/sign-in"
# Path, label, icon.
_ADMIN_BAR: Final = (
    ("/admin/", "Overview", "home"),
    ("/admin/people/", "People", "people"),
    ("/admin/keys/", "API keys", "key"),
    ("/admin/clients/", "OAuth clients", "globe"),
    ("/admin/positions/", "Positions", "paper"),
    ("/admin/statuses/", "Statuses", "list"),
    ("/admin/plugins/", "Plugins", "plug"),
    ("/admin/mail-domains/", "Mail domains", "mail"),
    ("/admin/audit/", "Audit log", "shield"),
)
_APP_BAR: Final = (
    ("/app/", "Positions", "board"),
    ("/app/applications/", "Applications", "list"),
    ("/app/metrics/", "Metrics", "chart"),
    ("/app/mailboxes/", "Mailboxes", "mail"),
)
# Owner and staff have two bars, and a link from each to the other.
_TO_APP: Final = Link("Your work", "/app/", "user")
_TO_ADMIN: Final = Link("Administration", "/admin/", "building")
# Where a browser may be sent after signing in.
_INSIDE: Final = ("/admin/", "/app/")


def draw(
    request: ConsoleRequest,
    template: str,
    *,
    title: str,
    status: int = 200,
    **context: Any,  # Any: what the template shows
) -> HttpResponse:
    """Return a page from `tenant_console/<template>`."""
    visitor = request.visitor
    shown = {
        "title": title,
        "frame": _make_frame(request),
        "visitor": visitor,
        "tenant": request.tenant,
        "messages": request._messages,  # type: ignore[attr-defined]  # as Django's middleware sets it
    }
    text = render_to_string(f"tenant_console/{template}", shown | context, request=request)
    return HttpResponse(text, status=status)


def go(path: str) -> HttpResponse:
    """Return a redirect that makes a browser ask with GET."""
    response = HttpResponseRedirect(path)
    response.status_code = 303
    return response


def person_of(request: ConsoleRequest) -> SignedIn:
    """Return who is signed in, on a page that only users open."""
    assert request.visitor is not None
    return request.visitor


def safe_path(wanted: str, *, otherwise: str) -> str:
    """Return a path of this console that a browser may be sent to; `otherwise` for an address of another host."""
    is_inside = wanted.startswith(_INSIDE) and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None
    )
    return wanted if is_inside else otherwise


def home_of(person: SignedIn) -> str:
    """Return the first page of a user."""
    return ADMIN_HOME if person.is_staff and person.has_confirmed else HOME


def _make_frame(request: ConsoleRequest) -> Frame:
    visitor, path = request.visitor, request.path
    if visitor is None:
        return Frame(request.tenant.name, SIGN_IN, is_sandbox=request.tenant.is_sandbox)
    has_both = visitor.is_staff and visitor.has_confirmed
    bar = _ADMIN_BAR if has_both and path.startswith(ADMIN_HOME) else _APP_BAR
    other = _TO_APP if bar is _ADMIN_BAR else _TO_ADMIN
    current = max((url for url, _, _ in bar if path.startswith(url)), key=len, default="")
    return Frame(
        name=request.tenant.name,
        home_url=home_of(visitor),
        links=[Link(label, url, icon, is_current=url == current) for url, label, icon in bar],
        account=Link(visitor.name, "/app/account/", is_current=path.startswith("/app/account/")),
        other=other if has_both else None,
        sign_out_url="/sign-out",
        is_sandbox=request.tenant.is_sandbox,
    )
