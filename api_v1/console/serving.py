"""Who may open a page of the console, and run its actions: one place decides for all of them."""

from collections.abc import Callable
from typing import Any, Final, get_args
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from api_v1.console.page import SIGN_IN, ConsoleRequest, Page, Who, draw, go
from api_v1.failures import headers_for
from core.accounts.sessions.values import SignedIn
from core.errors import DomainError
from core.messages import message_for_operator
from tenants.console.failures import status_of

View = Callable[..., HttpResponseBase]
_RANKS: Final[tuple[Who, ...]] = get_args(Who)


def serve(page: Page) -> View:
    """Return the view of a page: for those who may open it, its actions for those who may run them."""

    # Any: what the path holds
    def view(request: ConsoleRequest, **arguments: Any) -> HttpResponseBase:
        if not _may(request.visitor, page.who):
            return _turn_away(request)
        if request.method in ("GET", "HEAD"):
            return page.show(request, **arguments)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return _act(page, request, arguments)

    return view


def refuse(request: ConsoleRequest, text: str, *, status: int) -> HttpResponse:
    """Return the page that says why there is no other one."""
    response = draw(request, "refused.html", title=text, status=status)
    # Django would log a line for each.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def refuse_error(request: ConsoleRequest, error: DomainError) -> HttpResponse:
    """Return the page with the sentence of a service's error."""
    response = refuse(request, message_for_operator(error), status=status_of(error))
    for name, value in headers_for(error).items():
        response.headers[name] = value
    return response


def _may(visitor: SignedIn | None, who: Who) -> bool:
    return _RANKS.index(who) <= _RANKS.index(_rank_of(visitor))


def _rank_of(visitor: SignedIn | None) -> Who:
    if visitor is None:
        return "anyone"
    # Another person may have registered with the address that was made staff.
    if not visitor.is_staff or not visitor.has_confirmed:
        return "user"
    return "owner" if visitor.is_owner else "staff"


def _turn_away(request: ConsoleRequest) -> HttpResponse:
    if request.visitor is not None:
        return refuse(request, "You may not open this page", status=403)
    then = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return go(f"{SIGN_IN}?{urlencode({'next': then})}" if then else SIGN_IN)


def _act(
    page: Page,
    request: ConsoleRequest,
    arguments: dict[str, Any],  # Any: as in `serve`
) -> HttpResponseBase:
    action = page.actions.get(request.POST.get("action", ""))
    if action is None:
        return refuse(request, "This page has no such action", status=400)
    if not _may(request.visitor, action.who):
        return refuse(request, "You may not do this", status=403)
    outcome = action.act(request, **arguments)
    if not isinstance(outcome, str):
        return outcome
    messages.success(request, outcome)
    return go(request.get_full_path())
