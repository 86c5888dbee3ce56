"""The page of one of a tenant's OAuth clients: its version and its origins."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.accounts.oauth.clients import find_client
from core.errors import DomainError, NotFound
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.context import tenant_scope
from tenants.models import Tenant
from tenants.operators import credentials
from tenants.operators.console.keys import KEYS, list_versions
from tenants.operators.console.page import TENANT, Page, address_of, draw_tenant
from tenants.origins import add_origin, list_origins, remove_origin


class PinForm(ConsoleForm):
    """The version of requests that name none."""

    version = forms.ChoiceField(required=False, choices=list_versions)


class OriginForm(ConsoleForm):
    """A web origin."""

    origin = forms.CharField(
        max_length=300, help_text="Such as <code>https://app.example.com</code>."
    )


def show_client(
    request: HttpRequest,
    tenant: Tenant,
    *,
    client: str,
    form: OriginForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show one client."""
    with tenant_scope(tenant.ref()):
        found = find_client(client)
    if found is None:
        raise NotFound("oauth client", client)
    return draw_tenant(
        request,
        tenant,
        "client.html",
        title=found.name,
        status=status,
        crumb=Link("Keys and clients", address_of(KEYS, tenant)),
        client=found,
        origins=list_origins(tenant.ref()).get(client, []),
        pin_form=PinForm(initial={"version": found.pinned_version or ""}),
        form=form or OriginForm(),
    )


def pin_client(request: HttpRequest, tenant: Tenant, *, client: str) -> str:
    """Pin a client to a version, or to none."""
    form = PinForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    if version is None:
        raise NotFound("version")
    credentials.pin_client(tenant.ref(), client, version or None)
    return f"The client is pinned to {version}." if version else "The client has no pinned version."


def allow_origin(request: HttpRequest, tenant: Tenant, *, client: str) -> HttpResponse | str:
    """Let pages of an origin use the client."""
    form = OriginForm(request.POST)
    if form.is_valid():
        try:
            origin = add_origin(tenant.ref(), client, form.cleaned_data["origin"])
        except DomainError as error:
            form.add_refusal_to("origin", error)
        else:
            return f"Pages of {origin} can use this client, everywhere within 5 s."
    return show_client(request, tenant, client=client, form=form, status=400)


def forbid_origin(request: HttpRequest, tenant: Tenant, *, client: str) -> str:
    """Take an origin from the client."""
    origin = remove_origin(tenant.ref(), client, request.POST.get("origin", ""))
    return f"Pages of {origin} can no longer use this client; everywhere within 5 s."


def remove_client(request: HttpRequest, tenant: Tenant, *, client: str) -> HttpResponse:
    """Remove a client."""
    credentials.remove_client(tenant.ref(), client)
    messages.success(request, "The client and its tokens are revoked.")
    return redirect(address_of(KEYS, tenant))


PAGE = Page(
    "tenant-client",
    f"{TENANT}clients/<str:client>/",
    show_client,
    {
        "pin": pin_client,
        "add_origin": allow_origin,
        "remove_origin": forbid_origin,
        "remove": remove_client,
    },
)
