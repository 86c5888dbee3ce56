"""`manage.py oauthclient`: the applications through which a tenant's users log in to the JobHax API."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.conf import settings
from django.utils.module_loading import import_string

from core.accounts.oauth.clients import list_clients
from tenants.context import tenant_scope
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table
from tenants.operators import credentials
from tenants.origins import add_origin, list_origins, remove_origin
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Create, list, pin and remove OAuth clients, and set the web origins that use them."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        create = add_verb(
            verbs, "create", self.create, help="create a client; its secret is shown once"
        )
        create.add_argument("name", help="the name that operators recognise it by")
        pin = add_verb(
            verbs,
            "pin",
            self.pin,
            help="set the API version of this client's requests that name none",
        )
        remove = add_verb(
            verbs, "remove", self.remove, help="remove a client and revoke all its tokens"
        )
        add = add_verb(
            verbs, "add-origin", self.add_origin, help="let pages of a web origin use this client"
        )
        drop = add_verb(
            verbs, "remove-origin", self.remove_origin, help="take a web origin from this client"
        )
        for verb in (pin, remove, add, drop):
            verb.add_argument("client_id", metavar="CLIENT_ID")
        for verb in (add, drop):
            verb.add_argument("origin", metavar="ORIGIN", help="such as https://app.example.com")
        create.add_argument(
            "--origin",
            action="append",
            default=[],
            metavar="ORIGIN",
            help="a web origin whose pages use it: https://app.example.com; can be repeated",
        )
        versions = list(import_string(settings.API_TIMELINE).names)
        create.add_argument("--pin", choices=versions, metavar="VERSION")
        pin.add_argument("version", choices=[*versions, "none"], metavar="VERSION")
        listing = add_verb(verbs, "list", self.list, help="list all clients of a tenant")
        for verb in (create, pin, remove, add, drop, listing):
            verb.add_argument("--tenant", required=True, metavar="SLUG")

    def create(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        issued = credentials.create_client(
            tenant, given.name, pinned_version=given.pin, origins=given.origin
        )
        text = (
            f"  client id      {issued.client_id}\n  client secret  {issued.client_secret}\n\n"
            "Happo does not store the secret: keep it now."
        )
        return Report({"clientId": issued.client_id, "clientSecret": issued.client_secret}, text)

    def pin(self, given: Namespace) -> Report:
        version = None if given.version == "none" else given.version
        credentials.pin_client(require_tenant(given.tenant), given.client_id, version)
        return Report(
            {"clientId": given.client_id, "pin": version},
            _describe_pin(given.client_id, version),
        )

    def remove(self, given: Namespace) -> Report:
        credentials.remove_client(require_tenant(given.tenant), given.client_id)
        return Report(
            {"clientId": given.client_id, "removed": True},
            f"OAuth client {given.client_id} and its tokens are revoked.",
        )

    def add_origin(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        return _describe_origin(given.client_id, add_origin(tenant, given.client_id, given.origin))

    def remove_origin(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        removed = remove_origin(tenant, given.client_id, given.origin)
        return _describe_origin(given.client_id, removed, is_removed=True)

    def list(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        origins = list_origins(tenant)
        with tenant_scope(tenant):
            found = list_clients()
        clients: list[Json] = [
            {
                "clientId": client.client_id,
                "name": client.name,
                "pin": client.pinned_version,
                "origins": origins.get(client.client_id, []),
            }
            for client in found
        ]
        rows = [
            (
                client.client_id,
                client.name,
                client.pinned_version or "-",
                " ".join(origins.get(client.client_id, ["-"])),
            )
            for client in found
        ]
        return Report(
            {"clients": clients},
            table(("client id", "name", "pin", "origins"), rows)
            if rows
            else "This tenant has no OAuth clients.",
        )


def _describe_origin(client_id: str, origin: str, *, is_removed: bool = False) -> Report:
    what = "no longer use" if is_removed else "can use"
    return Report(
        {"clientId": client_id, "origin": origin, "removed": is_removed},
        f"Pages of {origin} {what} OAuth client {client_id}; everywhere within 5 s.",
    )


def _describe_pin(client_id: str, version: str | None) -> str:
    if version is None:
        return f"OAuth client {client_id} has no pinned version."
    return f"OAuth client {client_id} is pinned to {version}."
