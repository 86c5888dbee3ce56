"""The page on which operators sign in, and the end of a session."""

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.models import User
from providers.limits import MAX_EMAIL_CHARACTERS, MAX_PASSWORD_CHARACTERS
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Frame
from tenants.operators.console.serving import is_operator


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
    """Show the form; start a session on POST. Raises `RateLimited` and `Overloaded` as `OperatorBackend` does."""
    wanted = _safe_next(request)
    if request.method != "POST":
        return redirect(wanted) if is_operator(request) else _show(request, SignInForm(), wanted)
    form = SignInForm(request.POST)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User) and user.is_staff:
            # Django gives the session a new key here.
            login(request, user)
            return redirect(wanted)
        form.add_error(None, "Please enter the correct email and password of an operator.")
    return _show(request, form, wanted)


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


def _show(request: HttpRequest, form: SignInForm, wanted: str) -> HttpResponse:
    return draw_narrow(request, "sign_in.html", title="Sign in", form=form, next=wanted)


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_safe else reverse("admin:index")
