"""`manage.py domain`: the host names of tenants."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from core.domain_names import show_domain
from tenants.management.base import Json, OperatorCommand, Report, add_verb, table
from tenants.models import Domain
from tenants.provisioning import domains


class Command(OperatorCommand):
    help = "Add, remove and list host names of tenants; choose the primary one."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        add = add_verb(verbs, "add", self.add, help="give a tenant another host name")
        add.add_argument(
            "host", help="a host name without port, like jobs.example.com; it may be in Unicode"
        )
        add.add_argument("--tenant", required=True, metavar="SLUG")
        add.add_argument("--primary", action="store_true", help="make it the primary one")
        add.add_argument(
            "--unverified",
            action="store_true",
            help="answer there only after verify has found the proof in DNS",
        )
        for name, perform, what in (
            (
                "verify",
                self.verify,
                "look into DNS whether an unverified host name is its tenant's",
            ),
            ("remove", self.remove, "take a host name from its tenant; not the primary one"),
            ("primary", self.primary, "make a host name the primary one of its tenant"),
        ):
            verb = add_verb(verbs, name, perform, help=f"{what}; effective everywhere within 5 s")
            verb.add_argument("host")
            verb.add_argument("--tenant", metavar="SLUG", help="refuse a host of another tenant")
        listing = add_verb(verbs, "list", self.list, help="list host names")
        listing.add_argument("--tenant", metavar="SLUG", help="only those of this tenant")

    def add(self, given: Namespace) -> Report:
        added = domains.add_domain(given.tenant, given.host, is_verified=not given.unverified)
        if given.unverified:
            return _describe_proof(added)
        if given.primary:
            added = domains.make_primary(added.domain)
        return _describe(added, "is a host of")

    def verify(self, given: Namespace) -> Report:
        verified = domains.verify_domain(given.host, slug=given.tenant)
        return _describe(verified, "is verified as a host of")

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
        facts = [_facts(one) for one in found]
        rows = [
            (
                one.tenant.slug,
                show_domain(one.domain),
                "yes" if one.is_primary else "",
                "" if one.verified_at else "not verified",
            )
            for one in found
        ]
        return Report(
            {"domains": facts},
            table(("tenant", "host", "primary", ""), rows)
            if rows
            else "There are no host names yet.",
        )


def _describe_proof(domain: Domain) -> Report:
    proof = domains.proof_of(domain)
    record = {"textName": proof.text_name, "text": proof.text, "alias": proof.alias}
    facts = {**_facts(domain), "proof": record}
    return Report(
        facts,
        f"{show_domain(domain.domain)} waits for one of these records in DNS:\n\n"
        f"  {proof.text_name}.  TXT    {proof.text}\n"
        f"  {domain.domain}.  CNAME  {proof.alias}.\n\n"
        f"Then: manage.py domain verify {domain.domain}",
    )


def _describe(domain: Domain, relation: str) -> Report:
    return Report(
        _facts(domain),
        f"{show_domain(domain.domain)} {relation} {domain.tenant.slug}; everywhere within 5 s.",
    )


def _facts(domain: Domain) -> dict[str, Json]:
    facts: dict[str, Json] = {
        "host": domain.domain,
        "tenant": domain.tenant.slug,
        "primary": domain.is_primary,
    }
    # Said where it is so, since programs have always been told of verified ones alone.
    return facts if domain.verified_at else {**facts, "verified": False}
