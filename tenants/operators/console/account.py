"""An operator's own account: its password."""

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.accounts.models import User
from core.accounts.services import check_password_rules
from core.errors import WeakPassword
from core.messages import message_for_operator
from providers.limits import MAX_PASSWORD_CHARACTERS
from tenants.client_ip import client_ip
from tenants.console.forms import ConsoleForm
from tenants.operators import audit
from tenants.operators.console.page import Page, draw
from tenants.operators.logins import is_own_password


def _password(label: str, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class PasswordForm(ConsoleForm):
    """The old password, and a new one twice."""

    old_password = _password("Old password", "current-password")
    new_password1 = _password("New password", "new-password")
    new_password2 = _password("The same again", "new-password")

    def clean(self) -> None:
        """Compare the two new passwords."""
        given = self.cleaned_data
        if given.get("new_password1") != given.get("new_password2"):
            self.add_error("new_password2", "The two passwords differ.")


def show_account(
    request: HttpRequest, *, form: PasswordForm | None = None, status: int = 200
) -> HttpResponse:
    """Show what the operator can do with its own account."""
    return draw(
        request, "account.html", title="Your account", form=form or PasswordForm(), status=status
    )


def change_password(request: HttpRequest) -> HttpResponse | str:
    """Change the password, which ends the operator's other sessions. Raises `RateLimited` as for a log-in."""
    form, operator = PasswordForm(request.POST), _operator(request)
    if form.is_valid():
        given = form.cleaned_data
        if not is_own_password(operator, given["old_password"], ip=client_ip(request)):
            form.add_error("old_password", "This is not your password.")
        else:
            _try_password(form, operator)
    if not form.is_valid():
        return show_account(request, form=form, status=400)
    with transaction.atomic():
        operator.set_password(form.cleaned_data["new_password1"])
        # The application's role may change no other column of an operator.
        operator.save(update_fields=["password"])
        audit.record("operator.set_password", email=operator.email)
    update_session_auth_hash(request, operator)
    return "Your password is changed."


def _try_password(form: PasswordForm, operator: User) -> None:
    try:
        check_password_rules(form.cleaned_data["new_password1"], user=operator)
    except WeakPassword as error:
        form.add_error("new_password1", f"{message_for_operator(error).rstrip('.')}.")


def _operator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


PAGE = Page("account", "account/", show_account, {"change_password": change_password}, is_own=True)
