"""`manage.py oauthclient`: the applications through which a tenant's users log in to the JobHax API."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from core.accounts.oauth.clients import issue_client, list_clients, pin_version, remove_client
from tenants.context import tenant_scope
from tenants.credentials import client_prefix
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table
from tenants.operators import audit
from tenants.origins import add_origin, list_origins, remove_origin, remove_origins
from tenants.registry import require_tenant
from tenants.revocations import note_revocation


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
        with transaction.atomic(), tenant_scope(tenant):
            issued = issue_client(
                given.name, prefix=client_prefix(tenant), pinned_version=given.pin
            )
            audit.record("oauthclient.create", tenant=tenant.slug, client=issued.client_id)
            for origin in given.origin:
                add_origin(tenant, issued.client_id, origin)
        text = (
            f"  client id      {issued.client_id}\n  client secret  {issued.client_secret}\n\n"
            "Happo does not store the secret: keep it now."
        )
        return Report({"clientId": issued.client_id, "clientSecret": issued.client_secret}, text)

    def pin(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        version = None if given.version == "none" else given.version
        with transaction.atomic(), tenant_scope(tenant):
            pin_version(given.client_id, version)
            audit.record(
                "oauthclient.pin", tenant=tenant.slug, client=given.client_id, version=given.version
            )
        note_revocation(tenant)
        return Report(
            {"clientId": given.client_id, "pin": version},
            _describe_pin(given.client_id, version),
        )

    def remove(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        with transaction.atomic(), tenant_scope(tenant):
            remove_client(given.client_id)
            remove_origins(tenant, client_id=given.client_id)
            audit.record("oauthclient.remove", tenant=tenant.slug, client=given.client_id)
        note_revocation(tenant)
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
