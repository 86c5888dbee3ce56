"""The tab of a tenant's users, and the page of one of them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.accounts.models import User
from core.accounts.roles import Role, role_of
from core.accounts.sessions.second_factors import has_second_factor
from core.errors import Conflict, DomainError, NotFound
from core.people import select_people
from core.user_removal import is_removed
from providers.limits import MAX_EMAIL_CHARACTERS, MAX_NAME_CHARACTERS, MAX_PASSWORD_CHARACTERS
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.console.key_pages import read_key_page
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.operators import users
from tenants.operators.console.owner import send_owner_link
from tenants.operators.console.page import TENANT, Page, address_of, draw_tenant
from tenants.provisioning.lifecycle import change_owner

_PEOPLE = "tenant-people"


class PeopleFilters(ConsoleForm):
    """What the list is narrowed to."""

    q = forms.CharField(
        label="Search", required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )


class NewUserForm(ConsoleForm):
    """A user that an operator registers."""

    email = forms.CharField(
        label="E-mail address",
        max_length=MAX_EMAIL_CHARACTERS,
        widget=forms.TextInput({"type": "email", "autocomplete": "off"}),
    )
    username = forms.CharField(
        label="User name", required=False, max_length=MAX_NAME_CHARACTERS, strip=True
    )


class PasswordForm(ConsoleForm):
    """A password that an operator sets."""

    password = forms.CharField(
        label="New password",
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


def status_of(user: User) -> str:
    """Return whether the user may log in, in one word."""
    if not user.is_active:
        return "deactivated"
    if not user.is_registered:
        return "invited"
    return "confirmed" if user.email_confirmed_at else "unconfirmed"


def show_people(
    request: HttpRequest, tenant: Tenant, *, form: NewUserForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the tenant's users, the newest first."""
    filters = PeopleFilters(request.GET)
    text = filters.cleaned_data["q"].strip() if filters.is_valid() else ""
    with tenant_scope(tenant.ref()):
        page = read_key_page(select_people(text), ["-id"], request.GET)
    rows = [(user, role_of(user).value, status_of(user)) for user in page.rows]
    return draw_tenant(
        request,
        tenant,
        "people.html",
        status=status,
        filters=filters,
        page=page,
        people=rows,
        form=form or NewUserForm(),
    )


def create(request: HttpRequest, tenant: Tenant) -> HttpResponse | str:
    """Register a user, who has no password yet."""
    form = NewUserForm(request.POST)
    if form.is_valid():
        try:
            given = form.cleaned_data
            user = users.create_user(tenant.ref(), given["email"], username=given["username"])
        except DomainError as error:
            form.add_refusal(error)
        else:
            return f"{user.email} may log in once it has a password."
    return show_people(request, tenant, form=form, status=400)


def show_person(
    request: HttpRequest,
    tenant: Tenant,
    *,
    user: UUID,
    form: PasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show one user and what can be done with it."""
    with tenant_scope(tenant.ref()):
        person = User.objects.filter(uuid=user).first()
        has_factor = person is not None and has_second_factor(person.id)
    if person is None or is_removed(person):
        raise NotFound("user", user)
    return draw_tenant(
        request,
        tenant,
        "person.html",
        title=person.email,
        status=status,
        crumb=Link("People", address_of(_PEOPLE, tenant)),
        person=person,
        role=role_of(person).value,
        state=status_of(person),
        has_factor=has_factor,
        form=form or PasswordForm(),
    )


def set_password(request: HttpRequest, tenant: Tenant, *, user: UUID) -> HttpResponse | str:
    """Set the password of a user, which ends its sessions."""
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            password = form.cleaned_data["password"]
            changed = users.set_user_password(tenant.ref(), user, password=password)
        except NotFound:
            raise
        except DomainError as error:
            form.add_refusal_to("password", error)
        else:
            return f"{changed.email} has a new password; all sessions have ended."
    return show_person(request, tenant, user=user, form=form, status=400)


def confirm(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Confirm the e-mail address."""
    return f"{users.confirm_user(tenant.ref(), user).email} has a confirmed address."


def deactivate(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """End sessions, refuse log-ins and API keys."""
    return f"{users.deactivate(tenant.ref(), user).email} may not log in any more."


def activate(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Accept the user again."""
    return f"{users.activate(tenant.ref(), user).email} may log in again."


def end_sessions(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Revoke all tokens."""
    return f"{users.end_user_sessions(tenant.ref(), user).email} has no session any more."


def reset_second_factor(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Take the second factor of a user who has lost it."""
    email = users.reset_second_factor(tenant.ref(), user).email
    return f"{email} signs in without a second factor; all sessions have ended."


def make_staff(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Let the user see the tenant's console."""
    return f"{users.set_user_role(tenant.ref(), user, role=Role.STAFF).email} is staff."


def make_user(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Take the tenant's console from the user."""
    return f"{users.set_user_role(tenant.ref(), user, role=Role.USER).email} is a plain user."


def make_owner(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Make the user the tenant's owner; the former one becomes staff."""
    with tenant_scope(tenant.ref()):
        email = User.objects.filter(uuid=user).values_list("email", flat=True).first()
    if email is None:
        raise NotFound("user", user)
    return f"{change_owner(tenant.slug, email=email).email} is the owner of {tenant.slug}."


def invite(request: HttpRequest, tenant: Tenant, *, user: UUID) -> str:
    """Send the owner, and no other user, a link to choose a password."""
    with tenant_scope(tenant.ref()):
        is_owner = User.objects.filter(uuid=user, is_superuser=True).exists()
    if not is_owner:
        raise Conflict(kind="user", reason="is not the owner")
    return send_owner_link(tenant.slug)


def remove(request: HttpRequest, tenant: Tenant, *, user: UUID) -> HttpResponse:
    """Delete the user with all personal data."""
    users.remove(tenant.ref(), user)
    messages.success(request, "The user is removed.")
    return redirect(address_of(_PEOPLE, tenant))


PAGE = Page(_PEOPLE, f"{TENANT}people/", show_people, {"create": create})
PERSON = Page(
    "tenant-person",
    f"{TENANT}people/<uuid:user>/",
    show_person,
    {
        "invite": invite,
        "set_password": set_password,
        "confirm": confirm,
        "deactivate": deactivate,
        "activate": activate,
        "end_sessions": end_sessions,
        "reset_second_factor": reset_second_factor,
        "make_staff": make_staff,
        "make_user": make_user,
        "make_owner": make_owner,
        "remove": remove,
    },
)
