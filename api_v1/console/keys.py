"""API keys: the owner sees those of all users, staff their own."""

from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string

from api_v1.console.page import Action, ConsoleRequest, Page, draw, person_of
from core.accounts.models import ApiKey
from core.accounts.services import issue_api_key, limit_api_key, revoke_api_key
from core.accounts.values import BOTH_SCOPES, Scope, scopes_of
from core.people import choose_key_holder, require_key, select_keys
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.forms import ConsoleForm
from tenants.console.key_pages import read_key_page
from tenants.credentials import key_prefix
from tenants.revocations import note_revocation

_MOST: Final = 10**9
_MAX_DAYS: Final = 3650


def version_choices() -> list[tuple[str, str]]:
    """Return the API versions that a credential may be pinned to."""
    names: list[str] = list(import_string(settings.API_TIMELINE).names)
    return [("", "The one that each request names"), *((name, name) for name in names)]


class LimitsForm(ConsoleForm):
    """Requests per second and at once; empty for the installation's."""

    rate_per_second = forms.IntegerField(
        label="Requests per second", min_value=1, max_value=_MOST, required=False
    )
    burst = forms.IntegerField(
        label="Requests at once", min_value=1, max_value=_MOST, required=False
    )


class KeyForm(LimitsForm):
    """A new key."""

    email = forms.CharField(
        label="For the user with the e-mail address",
        max_length=MAX_EMAIL_CHARACTERS,
        required=False,
        help_text="Yourself, if you leave this empty.",
        widget=forms.EmailInput,
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope, scope) for scope in BOTH_SCOPES],
        initial=list(BOTH_SCOPES),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(
        label="Expires after days", min_value=1, max_value=_MAX_DAYS, required=False
    )
    version = forms.ChoiceField(label="API version", choices=version_choices, required=False)


def show_keys(request: ConsoleRequest) -> HttpResponse:
    """List the keys, newest first."""
    return _draw(request, KeyForm())


def create(request: ConsoleRequest) -> HttpResponse:
    """Issue a key, and show it: this page alone does."""
    form = KeyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        with form.showing_refusals():
            holder = choose_key_holder(person_of(request), given["email"].strip())
            with transaction.atomic():
                issued = issue_api_key(
                    holder,
                    prefix=key_prefix(request.tenant),
                    scopes=cast(list[Scope], given["scopes"]),
                    expires_in=timedelta(days=given["days"]) if given["days"] else None,
                    pinned_version=given["version"] or None,
                    rate_per_second=given["rate_per_second"],
                    burst=given["burst"],
                )
            return _draw(request, KeyForm(), key=issued.key)
    return _draw(request, form, status=400)


def revoke(request: ConsoleRequest) -> str:
    """Revoke a key, everywhere within 5 s."""
    key = _require(request)
    revoke_api_key(key.id)
    note_revocation(request.tenant)
    return f"The key ...{key.hint} is revoked."


def limit(request: ConsoleRequest) -> HttpResponse | str:
    """Set the limits of a key."""
    key, form = _require(request), LimitsForm(request.POST)
    if not form.is_valid():
        return _draw(request, KeyForm(), limits=form, status=400)
    limit_api_key(
        key.id,
        rate_per_second=form.cleaned_data["rate_per_second"],
        burst=form.cleaned_data["burst"],
    )
    note_revocation(request.tenant)
    return f"The limits of the key ...{key.hint} hold within 5 s."


def _require(request: ConsoleRequest) -> ApiKey:
    try:
        key_id = UUID(request.POST.get("key", ""))
    except ValueError:
        key_id = UUID(int=0)
    return require_key(person_of(request), key_id)


def _draw(
    request: ConsoleRequest,
    form: KeyForm,
    *,
    key: str = "",
    limits: LimitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = read_key_page(select_keys(person_of(request)), ("-created_at", "-id"), request.GET)
    rows = [(row, ", ".join(scopes_of(row)), _state_of(row)) for row in page.rows]
    return draw(
        request,
        "keys.html",
        title="API keys",
        status=status,
        form=form,
        limits=limits or LimitsForm(auto_id=False),
        key=key,
        page=page,
        rows=rows,
    )


def _state_of(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    is_over = key.expires_at is not None and key.expires_at <= timezone.now()
    return "expired" if is_over else "active"


PAGES: Final = (
    Page(
        "keys",
        "admin/keys/",
        "staff",
        show_keys,
        {"create": Action(create), "revoke": Action(revoke), "limit": Action(limit)},
    ),
)
