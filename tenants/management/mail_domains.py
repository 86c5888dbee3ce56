"""The verbs of `manage.py tenant mail-domains`."""

from argparse import ArgumentParser, Namespace

from core.domain_names import show_domain
from core.recruiting.models import MailDomain
from tenants.context import TenantRef
from tenants.management.base import Json, Report, add_verb, table
from tenants.operators import mail_domains
from tenants.registry import require_tenant


def add_verbs(parser: ArgumentParser) -> None:
    """Declare the verbs."""
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for name, perform, what in (
        ("add", _add, "take a domain for a public provider's: its suppliers aren't colleagues"),
        ("remove", _remove, "take a domain for a company's: its suppliers are colleagues"),
        ("reset", _reset, "let Happo's own lists decide about a domain again"),
    ):
        verb = add_verb(verbs, name, perform, help=what)
        verb.add_argument("slug")
        verb.add_argument("domain", help="the part of an e-mail address after the @")
    add_verb(verbs, "list", _list, help="list the domains that were added or removed").add_argument(
        "slug"
    )


def _add(given: Namespace) -> Report:
    return _state(given, is_public=True)


def _remove(given: Namespace) -> Report:
    return _state(given, is_public=False)


def _state(given: Namespace, *, is_public: bool) -> Report:
    tenant = require_tenant(given.slug)
    return _report(
        tenant, mail_domains.state_mail_domain(tenant, given.domain, is_public=is_public)
    )


def _reset(given: Namespace) -> Report:
    tenant = require_tenant(given.slug)
    return _report(tenant, mail_domains.withdraw_mail_domain(tenant, given.domain))


def _report(tenant: TenantRef, changed: MailDomain) -> Report:
    what = "a public provider's" if changed.is_public else "a company's"
    return Report(
        {"slug": tenant.slug, **_describe(changed)},
        f"{show_domain(changed.domain)} is {what} domain for {tenant.slug}.",
    )


def _list(given: Namespace) -> Report:
    tenant = require_tenant(given.slug)
    stated = mail_domains.list_mail_domains_of(tenant)
    rows = [(show_domain(one.domain), "yes" if one.is_public else "no") for one in stated]
    return Report(
        {"slug": tenant.slug, "mailDomains": [_describe(one) for one in stated]},
        table(("domain", "public"), rows)
        if rows
        else f"{tenant.slug} leaves all mail domains to Happo's lists.",
    )


def _describe(stated: MailDomain) -> dict[str, Json]:
    return {"domain": stated.domain, "public": stated.is_public}
