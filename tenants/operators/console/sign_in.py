"""The pages on which operators sign in, with a password and then a code, and the end of a session."""

import time
from typing import Final

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.models import User
from core.audit import ANONYMOUS, acting_as
from providers.limits import MAX_EMAIL_CHARACTERS, MAX_PASSWORD_CHARACTERS
from tenants.client_ip import client_ip
from tenants.console.forms import CodeForm, ConsoleForm
from tenants.console.frame import Frame
from tenants.operators import second_factor
from tenants.operators.console.signed_in import is_operator
from tenants.operators.session_store import ADDRESS, AGENT, SECOND_FACTOR

# In the session between the two steps: the operator, when its password was right, and a hash of that password.
_PENDING: Final = "pending_operator"
_SECONDS_FOR_THE_CODE: Final = 300


class SignInForm(ConsoleForm):
    """E-mail address and password."""

    username = forms.CharField(
        label="E-mail address",
        max_length=MAX_EMAIL_CHARACTERS,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "inputmode": "email"}
        ),
    )
    password = forms.CharField(
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; on POST start a session, or ask for a code. Raises as `OperatorBackend.authenticate` does."""
    wanted = _safe_next(request)
    if request.method != "POST":
        return redirect(wanted) if is_operator(request) else _show(request, SignInForm(), wanted)
    form = SignInForm(request.POST)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User) and user.is_staff:
            return _begin(request, user, wanted)
        form.add_error(None, "Please enter the correct email and password of an operator.")
    return _show(request, form, wanted)


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Show the form for the code; start the session on POST. Raises `RateLimited` as for passwords."""
    wanted, operator = _safe_next(request), _pending_operator(request)
    if operator is None:
        return redirect(_with_next("admin:login", wanted))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ip = client_ip(request)
        with acting_as(ANONYMOUS, address=ip):
            is_right = second_factor.check_code(operator, form.cleaned_data["code"], ip=ip)
        if is_right:
            _start(request, operator, has_second_factor=True)
            return redirect(wanted)
        form.add_error("code", "This code is wrong, or was used already.")
    return draw_narrow(
        request,
        "code.html",
        title="Enter a code",
        form=form,
        next=wanted,
        status=400 if form.is_bound else 200,
    )


@never_cache
@csrf_protect
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return draw_narrow(request, "signed_out.html", title="You are signed out")


def draw_narrow(
    request: HttpRequest, template: str, *, title: str, status: int = 200, **context: object
) -> HttpResponse:
    """Return a page with one task, without the bar, from `console/operators/<template>`."""
    shown = {"title": title, "frame": Frame("Installation", reverse("admin:index"))}
    return render(request, f"console/operators/{template}", shown | context, status=status)


def _begin(request: HttpRequest, operator: User, wanted: str) -> HttpResponse:
    if not second_factor.is_enrolled(operator):
        # Where a second factor is required, this session leads to its enrolment and nowhere else.
        _start(request, operator, has_second_factor=False)
        return redirect(wanted)
    request.session.flush()
    password = operator.get_session_auth_hash()
    request.session[_PENDING] = [operator.pk, int(time.time()), password]
    return redirect(_with_next("admin:code", wanted))


def _start(request: HttpRequest, operator: User, *, has_second_factor: bool) -> None:
    # With a new key: one that was known before the sign-in is worth nothing.
    request.session.flush()
    # Before the log-in, whose entry in the audit log says it.
    request.session[SECOND_FACTOR] = has_second_factor
    login(request, operator, backend="tenants.operators.logins.OperatorBackend")
    request.session[ADDRESS] = client_ip(request)
    request.session[AGENT] = request.headers.get("user-agent", "")


def _pending_operator(request: HttpRequest) -> User | None:
    """Return the operator whose password was right a short while ago and hasn't changed since."""
    pk, since, password = request.session.get(_PENDING) or (None, 0, "")
    if pk is None or time.time() - since > _SECONDS_FOR_THE_CODE:
        return None
    operator = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    if operator is None or not constant_time_compare(operator.get_session_auth_hash(), password):
        return None
    return operator


def _show(request: HttpRequest, form: SignInForm, wanted: str) -> HttpResponse:
    return draw_narrow(request, "sign_in.html", title="Sign in", form=form, next=wanted)


def _with_next(name: str, wanted: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': wanted})}"


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else reverse("admin:index")
