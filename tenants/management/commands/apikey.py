"""`manage.py apikey`: the API keys of a tenant's users."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from datetime import datetime
from typing import get_args
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from core.accounts.models import ApiKey
from core.accounts.queries import list_api_keys
from core.accounts.values import BOTH_SCOPES, Scope, scopes_of
from tenants.context import tenant_scope
from tenants.management.base import Json, OperatorCommand, Report, add_verb, positive, table
from tenants.operators import credentials
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Create, list, limit and revoke API keys."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        create = add_verb(
            verbs, "create", self.create, help="create a key for a user; it is shown once"
        )
        create.add_argument("--tenant", required=True, metavar="SLUG")
        create.add_argument("--email", required=True, help="the user that the key authenticates")
        create.add_argument(
            "--scopes",
            type=_parse_scopes,
            default=BOTH_SCOPES,
            help="read, write or read,write (default)",
        )
        create.add_argument(
            "--expires",
            type=positive,
            metavar="DAYS",
            help="days until the key expires; without this it never expires",
        )
        create.add_argument(
            "--pin",
            choices=_versions(),
            metavar="VERSION",
            help="the version of requests that name none",
        )
        _add_limits(create)
        add_verb(verbs, "list", self.list, help="list all keys of a tenant").add_argument(
            "--tenant", required=True, metavar="SLUG"
        )
        limit = add_verb(
            verbs,
            "limit",
            self.limit,
            help="change the limits of a key; effective everywhere within 5 s",
        )
        _add_limits(limit)
        revoke = add_verb(
            verbs, "revoke", self.revoke, help="revoke a key; effective everywhere within 5 s"
        )
        for verb in (limit, revoke):
            verb.add_argument("id", type=UUID)
            verb.add_argument("--tenant", required=True, metavar="SLUG")

    def create(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        issued = credentials.create_key(
            tenant,
            given.email,
            scopes=given.scopes,
            expires_in_days=given.expires,
            pinned_version=given.pin,
            rate=given.rate,
            burst=given.burst,
        )
        text = (
            f"API key {issued.id}:\n\n  {issued.key}\n\nHappo does not store the key: keep it now."
        )
        return Report({"id": str(issued.id), "apiKey": issued.key}, text)

    def list(self, given: Namespace) -> Report:
        with tenant_scope(require_tenant(given.tenant)):
            keys = [_describe(key) for key in list_api_keys()]
        columns = ("id", "email", "hint", "scopes", "pin", "expiresAt", "revokedAt", "lastUsedAt")
        rows = [["-" if key[column] is None else key[column] for column in columns] for key in keys]
        return Report(
            {"apiKeys": keys}, table(columns, rows) if rows else "This tenant has no API keys."
        )

    def limit(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        credentials.limit_key(tenant, given.id, rate=given.rate, burst=given.burst)
        limits = {"rate": given.rate, "burst": given.burst}
        text = f"API key {given.id} gets these limits within 5 s: {_format_limits(limits)}."
        return Report({"id": str(given.id), **limits}, text)

    def revoke(self, given: Namespace) -> Report:
        credentials.revoke_key(require_tenant(given.tenant), given.id)
        return Report(
            {"id": str(given.id), "revoked": True}, f"API key {given.id} is refused within 5 s."
        )


def _add_limits(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--rate", type=positive, metavar="N", help="requests per second; the default if left out"
    )
    verb.add_argument(
        "--burst", type=positive, metavar="N", help="requests at once; the default if left out"
    )


def _format_limits(limits: dict[str, int | None]) -> str:
    return ", ".join(
        f"{name} {'default' if number is None else number}" for name, number in limits.items()
    )


def _describe(key: ApiKey) -> dict[str, Json]:
    return {
        "id": str(key.id),
        "email": key.user.email,
        "hint": f"...{key.hint}",
        "scopes": ",".join(scopes_of(key)),
        "pin": key.pinned_version,
        "rate": key.rate_per_second,
        "burst": key.burst,
        "createdAt": _format_time(key.created_at),
        "expiresAt": _format_time(key.expires_at),
        "revokedAt": _format_time(key.revoked_at),
        "lastUsedAt": _format_time(key.last_used_at),
    }


def _format_time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _parse_scopes(text: str) -> tuple[Scope, ...]:
    wanted = {part.strip() for part in text.split(",")}
    unknown = wanted.difference(get_args(Scope))
    if unknown:
        raise ArgumentTypeError(
            f"{text!r}: scopes are {', '.join(BOTH_SCOPES)}, with a comma between them"
        )
    return tuple(scope for scope in BOTH_SCOPES if scope in wanted)


def _versions() -> list[str]:
    # The versions belong to `api_v1`, which tenants may not import: the settings name them.
    return list(import_string(settings.API_TIMELINE).names)
