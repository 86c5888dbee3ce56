"""`manage.py domain`: the host names of tenants."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.management.base import OperatorCommand, Report, add_verb, table
from tenants.models import Domain
from tenants.provisioning import domains


class Command(OperatorCommand):
    help = "Add, remove and list host names of tenants; choose the primary one."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        add = add_verb(verbs, "add", self.add, help="give a tenant another host name")
        add.add_argument("host", help="a host name without port, like jobs.example.com")
        add.add_argument("--tenant", required=True, metavar="SLUG")
        add.add_argument("--primary", action="store_true", help="make it the primary one")
        for name, perform, what in (
            ("remove", self.remove, "take a host name from its tenant; not the primary one"),
            ("primary", self.primary, "make a host name the primary one of its tenant"),
        ):
            verb = add_verb(verbs, name, perform, help=f"{what}; effective everywhere within 5 s")
            verb.add_argument("host")
            verb.add_argument("--tenant", metavar="SLUG", help="refuse a host of another tenant")
        listing = add_verb(verbs, "list", self.list, help="list host names")
        listing.add_argument("--tenant", metavar="SLUG", help="only those of this tenant")

    def add(self, given: Namespace) -> Report:
        added = domains.add_domain(given.tenant, given.host)
        if given.primary:
            added = domains.make_primary(added.domain)
        return _describe(added, "is a host of")

    def remove(self, given: Namespace) -> Report:
        removed = domains.remove_domain(given.host, slug=given.tenant)
        return _describe(removed, "is no longer a host of")

    def primary(self, given: Namespace) -> Report:
        primary = domains.make_primary(given.host, slug=given.tenant)
        return _describe(primary, "is the primary host of")

    def list(self, given: Namespace) -> Report:
        found = Domain.objects.select_related("tenant").order_by("tenant__slug", "domain")
        if given.tenant:
            found = found.filter(tenant__slug=given.tenant)
        facts = [
            {"host": one.domain, "tenant": one.tenant.slug, "primary": one.is_primary}
            for one in found
        ]
        rows = [(one.tenant.slug, one.domain, "yes" if one.is_primary else "") for one in found]
        return Report(
            {"domains": facts},
            table(("tenant", "host", "primary"), rows) if rows else "There are no host names yet.",
        )


def _describe(domain: Domain, relation: str) -> Report:
    facts = {"host": domain.domain, "tenant": domain.tenant.slug, "primary": domain.is_primary}
    return Report(facts, f"{domain.domain} {relation} {domain.tenant.slug}; everywhere within 5 s.")
