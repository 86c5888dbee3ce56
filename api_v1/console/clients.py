"""OAuth clients, through which applications log users in, and the web origins that their pages come from."""

from typing import Final

from django import forms
from django.db import transaction
from django.http import HttpResponse

from api_v1.console.keys import version_choices
from api_v1.console.page import Action, ConsoleRequest, Page, draw
from core.accounts.oauth.clients import (
    find_client,
    issue_client,
    list_clients,
    pin_version,
    remove_client,
)
from core.errors import NotFound
from tenants.console.forms import ConsoleForm
from tenants.credentials import client_prefix
from tenants.origins import add_origin, list_origins, remove_origin, remove_origins
from tenants.revocations import note_revocation
from tenants.web_origin import MAX_ORIGIN_CHARACTERS

_MAX_NAME: Final = 255


class ClientForm(ConsoleForm):
    """A new client."""

    name = forms.CharField(label="Name", max_length=_MAX_NAME)
    version = forms.ChoiceField(label="API version", choices=version_choices, required=False)


class OriginForm(ConsoleForm):
    """A web origin of one client."""

    client = forms.CharField(widget=forms.HiddenInput)
    origin = forms.CharField(
        label="Web origin",
        max_length=MAX_ORIGIN_CHARACTERS,
        help_text="Such as https://jobs.example.com: pages from there may call the APIs.",
    )


class VersionForm(ConsoleForm):
    """The API version that a client is pinned to."""

    version = forms.ChoiceField(label="API version", choices=version_choices, required=False)


def show_clients(request: ConsoleRequest) -> HttpResponse:
    """List the clients with their origins."""
    return _draw(request, ClientForm())


def create(request: ConsoleRequest) -> HttpResponse:
    """Issue a client, and show its secret: this page alone does."""
    form = ClientForm(request.POST)
    if not form.is_valid():
        return _draw(request, form, status=400)
    issued = issue_client(
        form.cleaned_data["name"],
        prefix=client_prefix(request.tenant),
        pinned_version=form.cleaned_data["version"] or None,
    )
    return _draw(request, ClientForm(), issued=issued)


def pin(request: ConsoleRequest) -> HttpResponse | str:
    """Pin a client to an API version."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _draw(request, ClientForm(), status=400)
    pin_version(_read_client(request), form.cleaned_data["version"] or None)
    note_revocation(request.tenant)
    return "The client's requests without a version header get that version."


def add(request: ConsoleRequest) -> HttpResponse | str:
    """Let pages of a web origin call the APIs through a client."""
    form = OriginForm(request.POST)
    if form.is_valid():
        with form.showing_refusals():
            origin = add_origin(request.tenant, _read_client(request), form.cleaned_data["origin"])
            return f"Pages of {origin} may call the APIs within 5 s."
    return _draw(request, ClientForm(), origin=form, status=400)


def take(request: ConsoleRequest) -> str:
    """Take a web origin from a client."""
    _require_client(request)
    origin = remove_origin(request.tenant, _read_client(request), request.POST.get("origin", ""))
    return f"Pages of {origin} may no longer call the APIs."


def remove(request: ConsoleRequest) -> str:
    """Delete a client, its tokens and its origins."""
    client_id = _require_client(request)
    with transaction.atomic():
        remove_client(client_id)
        remove_origins(request.tenant, client_id=client_id)
    note_revocation(request.tenant)
    return "The client is removed, and all who logged in through it are logged out."


def _read_client(request: ConsoleRequest) -> str:
    return request.POST.get("client", "")


def _require_client(request: ConsoleRequest) -> str:
    client = find_client(_read_client(request))
    if client is None:
        raise NotFound("oauth client", _read_client(request))
    return str(client.client_id)


def _draw(
    request: ConsoleRequest,
    form: ClientForm,
    *,
    issued: object = None,
    origin: OriginForm | None = None,
    status: int = 200,
) -> HttpResponse:
    origins = list_origins(request.tenant)
    rows = [
        (
            client,
            origins.get(client.client_id, []),
            origin
            if origin is not None and origin.data.get("client") == client.client_id
            else OriginForm(initial={"client": client.client_id}, auto_id=f"id_{client.id}_%s"),
            VersionForm(
                initial={"version": client.pinned_version or ""}, auto_id=f"id_{client.id}_%s"
            ),
        )
        for client in list_clients()
    ]
    return draw(
        request,
        "clients.html",
        title="OAuth clients",
        status=status,
        form=form,
        rows=rows,
        issued=issued,
    )


PAGES: Final = (
    Page(
        "clients",
        "admin/clients/",
        "staff",
        show_clients,
        {
            "create": Action(create),
            "pin": Action(pin),
            "add-origin": Action(add),
            "remove-origin": Action(take),
            "remove": Action(remove, "owner"),
        },
    ),
)
