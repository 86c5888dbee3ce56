"""Sign in with a password, the second factor, sign out, and a forgotten password."""

from typing import Final
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.middleware.csrf import rotate_token

from api_v1.account_pages.reset import make_reset_url
from api_v1.client_ip import client_ip
from api_v1.console.cookies import forget_session, read_session, set_session
from api_v1.console.page import (
    HOME,
    SIGN_IN,
    Action,
    ConsoleRequest,
    Page,
    draw,
    go,
    home_of,
    safe_path,
)
from api_v1.failures import headers_for
from api_v1.throttling import throttle_client
from core.accounts.logins.code_logins import list_code_logins
from core.accounts.logins.password_changes import request_password_reset
from core.accounts.logins.passwords import log_in_with_password
from core.accounts.models import User
from core.accounts.sessions.queries import find_session
from core.accounts.sessions.services import pass_second_factor, start_session
from core.accounts.sessions.services import sign_out as end_own_session
from core.accounts.sessions.values import SignedIn
from core.errors import DomainError, Invalid, NotFound
from core.messages import message_for_operator
from providers.limits import MAX_EMAIL_CHARACTERS, MAX_PASSWORD_CHARACTERS
from tenants.console.failures import status_of
from tenants.console.forms import CodeForm, ConsoleForm

# In place of the OAuth client that the APIs log users in with, for the limits of log-ins.
CLIENT: Final = "console"
CODE_PATH: Final = "/sign-in/code"


class SignInForm(ConsoleForm):
    """User name or e-mail address, and password."""

    username = forms.CharField(
        label="E-mail address or user name",
        max_length=MAX_EMAIL_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ForgottenForm(ConsoleForm):
    """The address of the account."""

    email = forms.CharField(
        label="E-mail address",
        max_length=MAX_EMAIL_CHARACTERS,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )


def show_sign_in(request: ConsoleRequest) -> HttpResponse:
    """Show the form, and a button for each provider that is on; who is signed in already goes on."""
    wanted = read_wanted(request)
    if request.visitor is not None:
        return go(safe_path(wanted, otherwise=home_of(request.visitor)))
    return draw_sign_in(request, SignInForm())


def sign_in(request: ConsoleRequest) -> HttpResponse:
    """Start a session with a password."""
    form = SignInForm(request.POST)
    if not form.is_valid():
        return draw_sign_in(request, form, status=400)
    throttle_client(request, CLIENT)
    try:
        user = log_in_with_password(
            form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            client_ip=client_ip(request),
            client=CLIENT,
        )
    except DomainError as error:
        return refuse_sign_in(request, form, error, status=403)
    return begin_session(request, user, then=read_wanted(request))


def refuse_sign_in(
    request: ConsoleRequest, form: SignInForm, error: DomainError, *, status: int
) -> HttpResponse:
    """Return the form with the sentence of what refused the log-in."""
    known = status_of(error)
    said = f"{message_for_operator(error)}."
    response = draw_sign_in(request, form, status=status if known == 400 else known, problem=said)
    for name, value in headers_for(error).items():
        response.headers[name] = value
    return response


def begin_session(request: ConsoleRequest, user: User, *, then: str) -> HttpResponse:
    """Sign the user in and go on; to the second factor first, where the user has one."""
    _end_present(request)
    started = start_session(
        user,
        client_ip=client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
    # A token of a form from before the log-in is worth nothing after it.
    rotate_token(request)
    if not started.is_complete:
        response = go(_with_next(CODE_PATH, then))
    else:
        person = find_session(started.token)
        response = go(safe_path(then, otherwise=home_of(person) if person else HOME))
    set_session(response, started.token)
    return response


def show_code(request: ConsoleRequest) -> HttpResponse:
    """Show the form of the second factor to a visitor who has typed the right password."""
    if _find_waiting(request) is None:
        return go(SIGN_IN)
    return _draw_code(request, CodeForm())


def pass_code(request: ConsoleRequest) -> HttpResponse:
    """Complete the session, which gets a new cookie."""
    waiting = _find_waiting(request)
    if waiting is None:
        return go(SIGN_IN)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _draw_code(request, form, status=400)
    code = form.cleaned_data["code"]
    try:
        started = pass_second_factor(waiting, code=code, client_ip=client_ip(request))
    except NotFound:
        return go(SIGN_IN)
    except DomainError as error:
        form.add_error(None, "This code is wrong, or was used before.")
        known = status_of(error)
        if known != 400:
            raise
        return _draw_code(request, form, status=403)
    rotate_token(request)
    response = go(safe_path(read_wanted(request), otherwise=home_of(waiting)))
    set_session(response, started.token)
    return response


def show_sign_out(request: ConsoleRequest) -> HttpResponse:
    """Send a browser that opens the address of the form to the sign-in page; that ends no session."""
    return go(SIGN_IN)


def sign_out(request: ConsoleRequest) -> HttpResponse:
    """End the session of this browser."""
    _end_present(request)
    request.visitor = None
    response = draw(request, "signed_out.html", title="You are signed out")
    forget_session(response)
    rotate_token(request)
    return response


def show_forgotten(request: ConsoleRequest) -> HttpResponse:
    """Ask for the address that a link is sent to."""
    return _draw_forgotten(request, ForgottenForm())


def request_new_password(request: ConsoleRequest) -> HttpResponse:
    """Send a link with which the user chooses a new password; the page is the same for an unknown address."""
    form = ForgottenForm(request.POST)
    if not form.is_valid():
        return _draw_forgotten(request, form, status=400)
    throttle_client(request, CLIENT)
    email = form.cleaned_data["email"]
    try:
        request_password_reset(
            email,
            client_ip=client_ip(request),
            reset_at=make_reset_url(request.tenant),
            token_prefix=f"{request.tenant.slug}.",
        )
    except Invalid as error:
        form.add_refusal(error)
        return _draw_forgotten(request, form, status=400)
    return draw(request, "mail_sent.html", title="Look into your mailbox", email=email)


def read_wanted(request: ConsoleRequest) -> str:
    """Return the path that the visitor came for, as it was sent."""
    return request.POST.get("next") or request.GET.get("next") or ""


def draw_sign_in(
    request: ConsoleRequest, form: SignInForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    """Return the page with the form, and a sentence above it."""
    return draw(
        request,
        "sign_in.html",
        title="Sign in",
        status=status,
        form=form,
        problem=problem,
        next=safe_path(read_wanted(request), otherwise=""),
        providers=list_code_logins(),
    )


def _draw_code(request: ConsoleRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    wanted = safe_path(read_wanted(request), otherwise="")
    title = "Your second factor"
    return draw(request, "code.html", title=title, status=status, form=form, next=wanted)


def _draw_forgotten(
    request: ConsoleRequest, form: ForgottenForm, *, status: int = 200
) -> HttpResponse:
    return draw(request, "forgotten.html", title="A new password", status=status, form=form)


def _find_waiting(request: ConsoleRequest) -> SignedIn | None:
    token = read_session(request)
    found = find_session(token) if token else None
    return found if found is not None and not found.is_complete else None


def _end_present(request: ConsoleRequest) -> None:
    token = read_session(request)
    present = find_session(token) if token else None
    if present is not None:
        end_own_session(present)


def _with_next(path: str, then: str) -> str:
    wanted = safe_path(then, otherwise="")
    return f"{path}?next={quote(wanted)}" if wanted else path


PAGES: Final = (
    Page("sign-in", "sign-in", "anyone", show_sign_in, {"sign-in": Action(sign_in)}),
    Page("code", "sign-in/code", "anyone", show_code, {"pass": Action(pass_code)}),
    Page("sign-out", "sign-out", "anyone", show_sign_out, {"": Action(sign_out)}),
    Page(
        "forgotten",
        "forgot-password",
        "anyone",
        show_forgotten,
        {"send": Action(request_new_password)},
    ),
)
