"""`manage.py tenant`: the life of a tenant."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.context import TenantRef
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant


class Command(OperatorCommand):
    help = "Take tenants in, suspend, resume, empty and delete them."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        create = add_verb(
            verbs,
            "create",
            self.create,
            help="a new tenant with its first user, API key and OAuth client",
        )
        create.add_argument("slug", help="lower-case letters, digits, hyphens; part of its keys")
        create.add_argument("--name", required=True)
        create.add_argument("--owner-email", required=True, help="its first user")
        create.add_argument("--domain", help="its host name; SLUG.localhost if left out")
        create.add_argument("--sandbox", action="store_true", help="a tenant to try things in")
        add_verb(verbs, "list", self.list, help="all tenants")
        for name, perform, what in (
            ("suspend", self.suspend, "refuse its requests, everywhere within 5 s"),
            ("resume", self.resume, "let a suspended tenant in again"),
        ):
            add_verb(verbs, name, perform, help=what).add_argument("slug")
        for name, perform, what in (
            ("reset", self.reset, "empty a sandbox; its owner gets a new key"),
            ("delete", self.delete, "remove a tenant for good: schema, role and files"),
        ):
            verb = add_verb(verbs, name, perform, help=what)
            verb.add_argument("slug")
            verb.add_argument("--yes", action="store_true", help="don't ask for the slug again")

    def create(self, given: Namespace) -> Report:
        created = lifecycle.create_tenant(
            given.slug,
            name=given.name,
            owner_email=given.owner_email,
            domain=given.domain,
            sandbox=given.sandbox,
        )
        return _introduce(created, f"Tenant {created.ref.slug} is ready.")

    def list(self, given: Namespace) -> Report:
        tenants = [
            _describe(tenant)
            for tenant in Tenant.objects.order_by("slug").prefetch_related("domains")
        ]
        columns = ("slug", "name", "host", "status", "sandbox", "schema")
        rows = [[_in_words(tenant[column]) for column in columns] for tenant in tenants]
        return Report(
            {"tenants": tenants}, table(columns, rows) if rows else "There are no tenants yet."
        )

    def suspend(self, given: Namespace) -> Report:
        return _status_of(lifecycle.suspend_tenant(given.slug))

    def resume(self, given: Namespace) -> Report:
        return _status_of(lifecycle.resume_tenant(given.slug))

    def reset(self, given: Namespace) -> Report:
        self._ask(given, "This removes everything in the sandbox {slug}.")
        created = lifecycle.reset_tenant(given.slug)
        return _introduce(created, f"Sandbox {created.ref.slug} is empty.")

    def delete(self, given: Namespace) -> Report:
        self._ask(given, "This removes {slug} with all its data, for good.")
        lifecycle.delete_tenant(given.slug)
        return Report({"slug": given.slug, "deleted": True}, f"Tenant {given.slug} is gone.")

    def _ask(self, given: Namespace, consequence: str) -> None:
        if not given.yes:
            self.confirm(
                f"{consequence.format(slug=given.slug)} Type the slug to go on:", answer=given.slug
            )


def _introduce(created: CreatedTenant, headline: str) -> Report:
    facts: dict[str, Json] = {
        "slug": created.ref.slug,
        "name": created.ref.name,
        "schema": created.ref.schema_name,
        "host": created.host,
        "sandbox": created.ref.is_sandbox,
        "apiKey": created.api_key,
        "oauth": {"clientId": created.client_id, "clientSecret": created.client_secret},
        "owner": {"email": created.owner_email, "userId": str(created.owner_uuid)},
    }
    lines = (
        headline,
        "",
        f"  host           {created.host}",
        f"  owner          {created.owner_email}",
        f"  API key        {created.api_key}",
        f"  client id      {created.client_id}",
        f"  client secret  {created.client_secret}",
        "",
        "Key and secret are stored nowhere: keep them now.",
    )
    return Report(facts, "\n".join(lines))


def _describe(tenant: Tenant) -> dict[str, Json]:
    hosts = sorted(tenant.domains.all(), key=lambda domain: not domain.is_primary)
    return {
        "slug": tenant.slug,
        "name": tenant.name,
        "schema": tenant.schema_name,
        "host": hosts[0].domain if hosts else None,
        "status": tenant.status,
        "sandbox": tenant.is_sandbox,
        "createdAt": tenant.created_at.isoformat().replace("+00:00", "Z"),
    }


def _status_of(tenant: TenantRef) -> Report:
    facts = {"slug": tenant.slug, "status": tenant.status}
    return Report(facts, f"Tenant {tenant.slug} is {tenant.status}.")


def _in_words(value: Json) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "-"
    return str(value)
