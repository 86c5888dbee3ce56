"""Sign in at the page of Google, LinkedIn or another provider (RFC 6749, section 4.1)."""

import hmac
import logging
from typing import Final

from django.http import HttpResponse

from api_v1.account_pages.confirm import make_confirm_url
from api_v1.client_ip import client_ip
from api_v1.console.cookies import LoginInBrowser, forget_login, read_login, set_login
from api_v1.console.page import SIGN_IN, Action, ConsoleRequest, Page, draw, go, safe_path
from api_v1.console.sign_in import (
    CLIENT,
    SignInForm,
    begin_session,
    read_wanted,
    refuse_sign_in,
)
from api_v1.throttling import throttle_client
from core.accounts.logins.code_logins import begin_code_login, finish_code_login
from core.errors import DomainError, TokenRefused
from tenants.revocations import note_revocation

log = logging.getLogger("happo.logins")


def show_begin(request: ConsoleRequest, name: str) -> HttpResponse:
    """Send a browser that opens the address of the form to the sign-in page; that begins no log-in."""
    return go(SIGN_IN)


def begin(request: ConsoleRequest, name: str) -> HttpResponse:
    """Bind a log-in to this browser, and send it to the provider's page.

    By a page, not by a redirect: the Content-Security-Policy lets forms lead to this host alone, and browsers hold
    redirects after a form against that too.
    """
    throttle_client(request, CLIENT)
    try:
        begun = begin_code_login(
            name, redirect_uri=request.build_absolute_uri(f"/sign-in/with/{name}/callback")
        )
    except DomainError as error:
        return refuse_sign_in(request, SignInForm(), error, status=400)
    response = draw(request, "leaving.html", title="One moment", url=begun.url)
    login = LoginInBrowser(
        tenant=request.tenant.id,
        provider=name,
        request=begun.request,
        then=safe_path(read_wanted(request), otherwise=""),
    )
    set_login(response, login)
    return response


def come_back(request: ConsoleRequest, name: str) -> HttpResponse:
    """Sign in the user whom the provider's page has sent back.

    GET, as the standard has it. It starts a session only with the state that this browser left with, once.
    """
    throttle_client(request, CLIENT)
    login = read_login(request)
    try:
        response = _finish(request, name, login)
    except DomainError as error:
        log.info("A log-in with %s from %s was refused: %r", name, client_ip(request), error)
        response = refuse_sign_in(request, SignInForm(), error, status=403)
    forget_login(response)
    return response


def _finish(request: ConsoleRequest, name: str, login: LoginInBrowser | None) -> HttpResponse:
    state = request.GET.get("state", "")
    if (
        login is None
        or login.user is not None
        or login.tenant != request.tenant.id
        or login.provider != name
        or not hmac.compare_digest(login.request.state.encode(), state.encode())
    ):
        raise TokenRefused("social")
    code = request.GET.get("code", "")
    if not code:
        # The user did not consent (`error=access_denied`), or the provider failed.
        raise TokenRefused("social")
    try:
        user = finish_code_login(
            name, code=code, request=login.request, confirm_at=make_confirm_url(request.tenant)
        )
    finally:
        # The tokens of an account that another person had made with the user's address were revoked.
        note_revocation(request.tenant)
    return begin_session(request, user, then=login.then)


PAGES: Final = (
    Page("with", "sign-in/with/<name>", "anyone", show_begin, {"": Action(begin)}),
    Page("callback", "sign-in/with/<name>/callback", "anyone", come_back),
)
