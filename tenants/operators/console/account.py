"""An operator's own account: its password, its second factor, its sessions."""

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.accounts.models import User
from core.accounts.services import check_password_rules
from core.errors import WeakPassword
from tenants.audit import installation as audit
from tenants.client_ip import client_ip
from tenants.console.forms import ConsoleForm, password_field
from tenants.operators.console.page import Page, draw
from tenants.operators.console.signed_in import key_hash_of, operator_of
from tenants.operators.logins import is_own_password
from tenants.operators.second_factor import is_enrolled
from tenants.operators.sessions import (
    end_session,
    end_sessions,
    list_sessions,
    read_key_hash,
)


class PasswordForm(ConsoleForm):
    """The old password, and a new one twice."""

    old_password = password_field("Old password", "current-password")
    new_password1 = password_field("New password", "new-password")
    new_password2 = password_field("The same again", "new-password")

    def clean(self) -> None:
        """Compare the two new passwords."""
        check_repeated(self)


def check_repeated(form: forms.Form) -> None:
    """Have a form refuse two new passwords that differ."""
    if form.cleaned_data.get("new_password1") != form.cleaned_data.get("new_password2"):
        form.add_error("new_password2", "The two passwords differ.")


def show_account(
    request: HttpRequest, *, form: PasswordForm | None = None, status: int = 200
) -> HttpResponse:
    """Show what the operator can do with its own account."""
    operator = operator_of(request)
    return draw(
        request,
        "account.html",
        title="Your account",
        form=form or PasswordForm(),
        status=status,
        is_enrolled=is_enrolled(operator),
        sessions=list_sessions(operator),
        own_session=key_hash_of(request).hex(),
    )


def change_password(request: HttpRequest) -> HttpResponse | str:
    """Change the password, which ends the operator's other sessions. Raises `RateLimited` as for a log-in."""
    form, operator = PasswordForm(request.POST), operator_of(request)
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
        audit.record("operator.set_password", operator.uuid)
        update_session_auth_hash(request, operator)
        end_sessions(operator, except_for=key_hash_of(request))
    return "Your password is changed."


def _try_password(form: PasswordForm, operator: User) -> None:
    try:
        check_password_rules(form.cleaned_data["new_password1"], user=operator)
    except WeakPassword as error:
        form.add_refusal_to("new_password1", error)


def end_one(request: HttpRequest) -> str:
    """End the session with the hash that the form has."""
    end_session(operator_of(request), read_key_hash(request.POST.get("session", "")))
    return "The session has ended."


def end_others(request: HttpRequest) -> str:
    """End all of the operator's sessions but this one."""
    ended = end_sessions(operator_of(request), except_for=key_hash_of(request))
    return f"{ended} other sessions have ended."


PAGE = Page(
    "account",
    "account/",
    show_account,
    {"change_password": change_password, "end_session": end_one, "end_others": end_others},
    is_own=True,
)
