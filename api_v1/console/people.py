"""The people of the tenant: roles, invitations to have an account, deactivation, removal, a new owner."""

from typing import Final

from django import forms
from django.db import transaction
from django.http import HttpResponse

from api_v1.client_ip import client_ip
from api_v1.console.page import Action, ConsoleRequest, Page, draw, go, person_of
from core.accounts.account_invitations import invite_person
from core.accounts.models import User
from core.accounts.roles import Role, role_of
from core.accounts.sessions.second_factors import has_second_factor
from core.people import (
    activate_person,
    change_role,
    deactivate_person,
    end_sessions_of,
    get_person,
    get_removable,
    hand_over,
    reset_factor_of,
    select_people,
)
from core.user_removal import remove_user
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.console.key_pages import read_key_page
from tenants.files.tenant_files import TenantFiles
from tenants.revocations import note_revocation

PEOPLE: Final = "/admin/people/"
_ROLES: Final = ((Role.USER.value, "User"), (Role.STAFF.value, "Staff"))


class InviteForm(ConsoleForm):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label="E-mail address", max_length=MAX_EMAIL_CHARACTERS, widget=forms.EmailInput
    )
    role = forms.ChoiceField(label="Role", choices=_ROLES)


class RoleForm(ConsoleForm):
    """A role that is given; the owner's isn't among them."""

    role = forms.ChoiceField(label="Role", choices=_ROLES)


class RemovalForm(ConsoleForm):
    """The address, typed again."""

    email = forms.CharField(label="Type the e-mail address", max_length=MAX_EMAIL_CHARACTERS)


def show_people(request: ConsoleRequest) -> HttpResponse:
    """List the users, newest first."""
    return _draw_list(request, InviteForm())


def invite(request: ConsoleRequest) -> HttpResponse | str:
    """Send a mail with which a person makes an account here."""
    form = InviteForm(request.POST)
    if form.is_valid():
        with form.showing_refusals():
            invite_person(
                form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                invited_by=person_of(request).user_uuid,
                client_ip=client_ip(request),
            )
            return f"An invitation is on its way to {form.cleaned_data['email']}."
    return _draw_list(request, form, status=400)


def show_person(request: ConsoleRequest, number: int) -> HttpResponse:
    """Show one user, and what can be done with the account."""
    return _draw_person(request, number)


def set_person_role(request: ConsoleRequest, number: int) -> HttpResponse | str:
    """Make the user staff, or a user."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _draw_person(request, number, form=form, status=400)
    user = change_role(person_of(request), number, Role(form.cleaned_data["role"]))
    return f"{user.email} is {form.cleaned_data['role']} now."


def make_owner(request: ConsoleRequest, number: int) -> str:
    """Hand the tenant over to another user."""
    user = hand_over(person_of(request), number)
    return f"{user.email} is the owner now."


def deactivate(request: ConsoleRequest, number: int) -> str:
    """Refuse the user's log-ins and keys."""
    user = deactivate_person(person_of(request), number)
    note_revocation(request.tenant)
    return f"{user.email} may not sign in any more; all sessions have ended."


def activate(request: ConsoleRequest, number: int) -> str:
    """Accept the user again."""
    user = activate_person(person_of(request), number)
    note_revocation(request.tenant)
    return f"{user.email} may sign in again."


def end_sessions(request: ConsoleRequest, number: int) -> str:
    """End the user's sessions."""
    user = end_sessions_of(person_of(request), number)
    note_revocation(request.tenant)
    return f"All sessions of {user.email} have ended."


def reset_factor(request: ConsoleRequest, number: int) -> str:
    """Take the second factor of a user who has lost it."""
    user = reset_factor_of(person_of(request), number)
    note_revocation(request.tenant)
    return f"{user.email} signs in without a second factor; all sessions have ended."


def remove(request: ConsoleRequest, number: int) -> HttpResponse:
    """Delete the user with all personal data, once the address was typed again."""
    user = get_removable(person_of(request), number)
    form = RemovalForm(request.POST)
    if form.is_valid() and form.cleaned_data["email"] != user.email:
        form.add_error("email", f"Type {user.email} to remove this user.")
    if not form.is_valid():
        return _draw_person(request, number, removal=form, status=400)
    with transaction.atomic():
        remove_user(user.id, files=TenantFiles(request.tenant))
    note_revocation(request.tenant)
    return go(PEOPLE)


def _draw_list(request: ConsoleRequest, form: InviteForm, *, status: int = 200) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    page = read_key_page(select_people(search), ("-id",), request.GET)
    rows = [(user, role_of(user).value, _status_of(user)) for user in page.rows]
    return draw(
        request,
        "people.html",
        title="People",
        status=status,
        form=form,
        page=page,
        rows=rows,
        search=search,
    )


def _draw_person(
    request: ConsoleRequest,
    number: int,
    *,
    form: RoleForm | None = None,
    removal: RemovalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = get_person(number)
    role = role_of(user)
    return draw(
        request,
        "person.html",
        title=user.email,
        status=status,
        crumbs=[Link("People", PEOPLE)],
        user=user,
        role=role.value,
        state=_status_of(user),
        is_owner=role is Role.OWNER,
        has_factor=has_second_factor(user.id),
        is_self=user.id == person_of(request).user_id,
        form=form or RoleForm(initial={"role": role.value}),
        removal=removal or RemovalForm(),
    )


def _status_of(user: User) -> str:
    if not user.is_active:
        return "deactivated"
    if not user.is_registered:
        return "invited"
    return "confirmed" if user.email_confirmed_at else "unconfirmed"


PAGES: Final = (
    Page("people", "admin/people/", "staff", show_people, {"invite": Action(invite)}),
    Page(
        "person",
        "admin/people/<int:number>/",
        "staff",
        show_person,
        {
            "set-role": Action(set_person_role),
            "deactivate": Action(deactivate),
            "activate": Action(activate),
            "end-sessions": Action(end_sessions),
            "reset-second-factor": Action(reset_factor),
            "remove": Action(remove, "owner"),
            "make-owner": Action(make_owner, "owner"),
        },
    ),
)
