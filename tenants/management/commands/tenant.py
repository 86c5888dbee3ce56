"""`manage.py tenant`: the life cycle of a tenant."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.conf import settings

from core.domain_names import show_domain
from tenants.context import TenantRef
from tenants.management import mail_domains, quotas, retention
from tenants.management.base import Json, OperatorCommand, Report, add_verb, positive, table
from tenants.models import Tenant
from tenants.provisioning import deletion, lifecycle
from tenants.provisioning.deletion import MOST_DAYS
from tenants.provisioning.lifecycle import CreatedTenant

_ONLY_LOCAL = (
    "Without --domain or BASE_DOMAIN the tenant's host is below localhost, "
    "which other machines can't reach: manage.py domain add gives it another one."
)


class Command(OperatorCommand):
    help = "Create, list, suspend, reset and delete tenants; set their quotas and mail domains."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        create = add_verb(
            verbs,
            "create",
            self.create,
            help="create a tenant with its first user, API key and OAuth client",
        )
        create.add_argument("slug", help="lower-case letters, digits, hyphens; part of its keys")
        create.add_argument("--name", required=True)
        create.add_argument("--owner-email", required=True, help="e-mail address of its first user")
        create.add_argument(
            "--domain", help="its host name, which may be in Unicode; SLUG.BASE_DOMAIN if left out"
        )
        create.add_argument(
            "--sandbox", action="store_true", help="a tenant for experiments, which can be reset"
        )
        add_verb(verbs, "list", self.list, help="list all tenants")
        for name, perform, what in (
            (
                "suspend",
                self.suspend,
                "reject the requests of a tenant; effective everywhere within 5 s",
            ),
            ("resume", self.resume, "accept the requests of a suspended tenant again"),
        ):
            add_verb(verbs, name, perform, help=what).add_argument("slug")
        owner = add_verb(
            verbs, "owner", self.change_owner, help="make a user the owner; the former one is staff"
        )
        owner.add_argument("slug")
        owner.add_argument("--email", required=True, help="of a registered user of the tenant")
        quota = add_verb(verbs, "quota", quotas.perform, help="show a tenant's quotas; set limits")
        quota.add_argument("slug")
        quotas.add_limits(quota)
        retention.add_to(verbs)
        mail_domains.add_verbs(
            verbs.add_parser(
                "mail-domains",
                help="say which mail domains are public providers' for a tenant",
            )
        )
        for name, perform, what in (
            ("reset", self.reset, "delete everything in a sandbox; its owner gets a new key"),
            ("delete", self.delete, "delete a tenant permanently: schema, role and files"),
        ):
            verb = add_verb(verbs, name, perform, help=what)
            verb.add_argument("slug")
            verb.add_argument("--yes", action="store_true", help="do not ask for a confirmation")
            if name == "delete":
                verb.add_argument(
                    "--grace",
                    type=positive,
                    metavar="DAYS",
                    help=f"reject its requests, and delete it after so many days (1 to {MOST_DAYS})"
                    ": until then restore undoes it",
                )
        restore = add_verb(
            verbs, "restore", self.restore, help="undo a deletion whose days are not over"
        )
        restore.add_argument("slug")

    def create(self, given: Namespace) -> Report:
        created = lifecycle.create_tenant(
            given.slug,
            name=given.name,
            owner_email=given.owner_email,
            domain=given.domain,
            sandbox=given.sandbox,
        )
        if given.domain is None and settings.PRODUCTION and settings.BASE_DOMAIN == "localhost":
            self.stderr.write(_ONLY_LOCAL)
        return _report_credentials(created, f"Tenant {created.ref.slug} is ready.")

    def list(self, given: Namespace) -> Report:
        tenants = [
            _describe(tenant)
            for tenant in Tenant.objects.order_by("slug").prefetch_related("domains")
        ]
        columns = ("slug", "name", "host", "status", "sandbox", "schema")
        rows = [[_format_cell(column, tenant[column]) for column in columns] for tenant in tenants]
        return Report(
            {"tenants": tenants}, table(columns, rows) if rows else "There are no tenants yet."
        )

    def suspend(self, given: Namespace) -> Report:
        return _status_of(lifecycle.suspend_tenant(given.slug))

    def resume(self, given: Namespace) -> Report:
        return _status_of(lifecycle.resume_tenant(given.slug))

    def change_owner(self, given: Namespace) -> Report:
        owner = lifecycle.change_owner(given.slug, email=given.email)
        facts = {"slug": given.slug, "owner": {"email": owner.email, "userId": str(owner.uuid)}}
        return Report(facts, f"{owner.email} is the owner of {given.slug}.")

    def reset(self, given: Namespace) -> Report:
        self._confirm(given, "This deletes everything in the sandbox {slug}.")
        created = lifecycle.reset_tenant(given.slug)
        return _report_credentials(created, f"Sandbox {created.ref.slug} is empty.")

    def delete(self, given: Namespace) -> Report:
        if given.grace is not None:
            return self._schedule_deletion(given)
        self._confirm(given, "This permanently deletes {slug} with all its data.")
        lifecycle.delete_tenant(given.slug)
        return Report({"slug": given.slug, "deleted": True}, f"Tenant {given.slug} is deleted.")

    def _schedule_deletion(self, given: Namespace) -> Report:
        self._confirm(given, f"In {given.grace} days this deletes {{slug}} with all its data.")
        tenant = deletion.schedule_deletion(given.slug, days=given.grace)
        facts: dict[str, Json] = {
            "slug": tenant.slug,
            "status": tenant.status,
            "graceDays": given.grace,
        }
        return Report(
            facts,
            f"The requests of {tenant.slug} are rejected within 5 s, and it is deleted in "
            f"{given.grace} days. Until then: manage.py tenant restore {tenant.slug}",
        )

    def restore(self, given: Namespace) -> Report:
        return _status_of(deletion.restore_tenant(given.slug))

    def _confirm(self, given: Namespace, consequence: str) -> None:
        if not given.yes:
            self.confirm(
                f"{consequence.format(slug=given.slug)} Type the slug to confirm:",
                answer=given.slug,
            )


def _report_credentials(created: CreatedTenant, headline: str) -> Report:
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
        f"  host           {show_domain(created.host)}",
        f"  owner          {created.owner_email}",
        f"  API key        {created.api_key}",
        f"  client id      {created.client_id}",
        f"  client secret  {created.client_secret}",
        "",
        "Happo does not store the key and the secret: keep them now.",
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


def _format_cell(column: str, value: Json) -> str:
    match value:
        case str() if column == "host":
            return show_domain(value)
        case bool():
            return "yes" if value else "no"
        case None:
            return "-"
    return str(value)
