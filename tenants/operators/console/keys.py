"""The tab of a tenant's API keys and OAuth clients, and the page of one key."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from core.accounts.models import ApiKey
from core.accounts.oauth.clients import list_clients
from core.accounts.values import BOTH_SCOPES, scopes_of
from core.errors import DomainError, NotFound
from providers.limits import MAX_EMAIL_CHARACTERS
from tenants.console.answers import show_once
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.console.key_pages import read_key_page
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.operators import credentials
from tenants.operators.console.page import TENANT, Page, address_of, draw_tenant
from tenants.origins import list_origins

KEYS = "tenant-keys"
_MOST = 10**9 - 1


def list_versions() -> list[tuple[str, str]]:
    """Return the versions that a form offers, and none."""
    # The versions belong to `api_v1`, which tenants may not import: the settings name them.
    return [("", "none"), *((name, name) for name in import_string(settings.API_TIMELINE).names)]


def _limit(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=_MOST)


class LimitsForm(ConsoleForm):
    """How many requests a key may send."""

    rate = _limit("Requests per second")
    burst = _limit("Requests at once")


class NewKeyForm(LimitsForm):
    """A key for one of the tenant's users."""

    email = forms.CharField(
        label="User",
        max_length=MAX_EMAIL_CHARACTERS,
        help_text="The e-mail address of the user that the key acts for.",
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope.capitalize()) for scope in BOTH_SCOPES],
        widget=forms.CheckboxSelectMultiple,
        initial=BOTH_SCOPES,
    )
    expires_in_days = _limit("Expires after days")
    pinned_version = forms.ChoiceField(label="Version", required=False, choices=list_versions)
    field_order = ("email", "scopes", "expires_in_days", "pinned_version", "rate", "burst")


class NewClientForm(ConsoleForm):
    """An OAuth client, through which users log in to the JobHax API."""

    name = forms.CharField(max_length=200, label="Name of the client")
    origins = forms.CharField(
        label="Web origins",
        required=False,
        max_length=4000,
        help_text="Such as <code>https://app.example.com</code>, with a blank between them.",
    )
    pinned_version = forms.ChoiceField(label="Version", required=False, choices=list_versions)


def show_keys(
    request: HttpRequest,
    tenant: Tenant,
    *,
    key_form: NewKeyForm | None = None,
    client_form: NewClientForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the keys, the newest first, and the clients."""
    ref = tenant.ref()
    origins = list_origins(ref)
    with tenant_scope(ref):
        page = read_key_page(
            ApiKey.objects.select_related("user"), ["-created_at", "-id"], request.GET
        )
        clients = [(one, origins.get(one.client_id, [])) for one in list_clients()]
    return draw_tenant(
        request,
        tenant,
        "keys.html",
        status=status,
        page=page,
        keys=[(key, ", ".join(scopes_of(key))) for key in page.rows],
        clients=clients,
        key_form=key_form or NewKeyForm(auto_id="key_%s"),
        client_form=client_form or NewClientForm(auto_id="client_%s"),
    )


def create_key(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Create a key and show it, once."""
    form = NewKeyForm(request.POST, auto_id="key_%s")
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data  # Any: as the fields say
        given["pinned_version"] = given["pinned_version"] or None
        try:
            issued = credentials.create_key(tenant.ref(), given.pop("email"), **given)
        except DomainError as error:
            form.add_refusal(error)
        else:
            facts = [("api-key", "API key", issued.key, True)]
            return _show_secrets(request, tenant, "A new API key", facts)
    return show_keys(request, tenant, key_form=form, status=400)


def create_client(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Create a client and show its secret, once."""
    form = NewClientForm(request.POST, auto_id="client_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            issued = credentials.create_client(
                tenant.ref(),
                given["name"],
                pinned_version=given["pinned_version"] or None,
                origins=given["origins"].split(),
            )
        except DomainError as error:
            form.add_refusal_to("origins", error)
        else:
            facts = [
                ("client-id", "Client id", issued.client_id, False),
                ("client-secret", "Client secret", issued.client_secret, True),
            ]
            return _show_secrets(request, tenant, "A new OAuth client", facts)
    return show_keys(request, tenant, client_form=form, status=400)


def _show_secrets(
    request: HttpRequest, tenant: Tenant, title: str, facts: list[tuple[str, str, str, bool]]
) -> HttpResponse:
    page = draw_tenant(
        request,
        tenant,
        "new_secret.html",
        title=title,
        facts=facts,
        back=address_of(KEYS, tenant),
    )
    return show_once(request, page)


def show_key(
    request: HttpRequest,
    tenant: Tenant,
    *,
    key: UUID,
    form: LimitsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show one key."""
    with tenant_scope(tenant.ref()):
        found = ApiKey.objects.select_related("user").filter(id=key).first()
    if found is None:
        raise NotFound("api key", key)
    limits = {"rate": found.rate_per_second, "burst": found.burst}
    return draw_tenant(
        request,
        tenant,
        "key.html",
        title=f"API key ...{found.hint}",
        status=status,
        crumb=Link("Keys and clients", address_of(KEYS, tenant)),
        key=found,
        scopes=", ".join(scopes_of(found)),
        form=form or LimitsForm(initial=limits),
    )


def limit_key(request: HttpRequest, tenant: Tenant, *, key: UUID) -> HttpResponse | str:
    """Change the limits of a key."""
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return show_key(request, tenant, key=key, form=form, status=400)
    credentials.limit_key(tenant.ref(), key, **form.cleaned_data)
    return "The key gets these limits within 5 s."


def revoke_key(request: HttpRequest, tenant: Tenant, *, key: UUID) -> str:
    """Revoke a key."""
    credentials.revoke_key(tenant.ref(), key)
    return "The key is refused within 5 s."


PAGE = Page(
    KEYS,
    f"{TENANT}keys/",
    show_keys,
    {"create_key": create_key, "create_client": create_client},
)
KEY = Page(
    "tenant-key",
    f"{TENANT}keys/<uuid:key>/",
    show_key,
    {"limit": limit_key, "revoke": revoke_key},
)
