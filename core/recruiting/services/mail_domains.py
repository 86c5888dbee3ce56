"""What a tenant says of a mail domain, a public provider's or a company's, counts more than the maintained lists."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from core.accounts.addresses import clean_email
from core.accounts.roles import require_owner
from core.accounts.values import Caller
from core.audit import record
from core.domain_names import clean_domain, to_ascii
from core.errors import Conflict, Invalid, NotFound
from core.recruiting.mail_providers import is_public_provider
from core.recruiting.models import MailDomain

MAX_MAIL_DOMAINS: Final = 1_000


@transaction.atomic
def replace_mail_domains(
    caller: Caller, *, public: Sequence[str], company: Sequence[str]
) -> Sequence[MailDomain]:
    """Take these mail domains for public providers' and for companies', and let the lists decide about all others.

    Return them in alphabetical order. Only the tenant's owner may: raises `Forbidden` for others, `Invalid` for what is
    no domain and for one that is in both lists.
    """
    require_owner(caller, "update", kind="mail domain list", lock=True)
    stated = {clean_mail_domain(domain): True for domain in public}
    for at, domain in enumerate(company):
        name = clean_mail_domain(domain)
        if stated.setdefault(name, False):
            raise Invalid.one(f"company_domains[{at}]", "duplicate_domain", domain=name)
    _record_replacement(dict(MailDomain.objects.values_list("domain", "is_public")), stated)
    MailDomain.objects.exclude(domain__in=list(stated)).delete()
    rows = [MailDomain(domain=name, is_public=stated[name]) for name in sorted(stated)]
    return MailDomain.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["domain"], update_fields=["is_public"]
    )


@transaction.atomic
def state_mail_domain(domain: str, *, is_public: bool) -> MailDomain:
    """Take a mail domain for a public provider's, or for a company's, from now on.

    Raises `Invalid` for no domain, `Conflict` beyond `MAX_MAIL_DOMAINS`.
    """
    stated = MailDomain(domain=clean_mail_domain(domain), is_public=is_public)
    if MailDomain.objects.exclude(domain=stated.domain).count() >= MAX_MAIL_DOMAINS:
        raise Conflict(
            kind="mail domain",
            reason=f"can't be added: a tenant may have at most {MAX_MAIL_DOMAINS}",
        )
    MailDomain.objects.bulk_create(
        [stated], update_conflicts=True, unique_fields=["domain"], update_fields=["is_public"]
    )
    record("mail_domain.set", stated.domain, state=_name_state(is_public))
    return stated


@transaction.atomic
def withdraw_mail_domain(domain: str) -> MailDomain:
    """Let the maintained lists decide again; return what they say of the domain.

    Raises `Invalid` for what is no domain, `NotFound` for one of which the tenant has said nothing.
    """
    name = to_ascii(_strip(domain))
    deleted, _ = MailDomain.objects.filter(domain=name).delete()
    if not deleted:
        raise NotFound("mail domain", clean_mail_domain(domain))
    record("mail_domain.set", name, state="default")
    return MailDomain(domain=name, is_public=is_public_provider(name))


def _record_replacement(before: Mapping[str, bool], after: Mapping[str, bool]) -> None:
    """Record what becomes of each domain that is said anew, said otherwise or said no more."""
    changed: dict[str, list[str]] = {}
    for domain in sorted({*before, *after}):
        if before.get(domain) != after.get(domain):
            changed.setdefault(_name_state(after.get(domain)), []).append(domain)
    for state, domains in changed.items():
        record("mail_domain.replace", *domains, state=state)


def _name_state(is_public: bool | None) -> str:
    """Return the word of the audit log; `None`: the maintained lists decide."""
    if is_public is None:
        return "default"
    return "public" if is_public else "company"


def clean_mail_domain(domain: str) -> str:
    """Return the domain, which may be written in Unicode, as users' addresses have it; raise `Invalid`.

    A leading @ is taken off.
    """
    written = clean_domain(_strip(domain), field="domain")
    try:
        name = clean_email(f"x@{written}").rpartition("@")[2]
    except Invalid:
        name = ""
    if "." not in name:
        raise Invalid.one("domain", "not_mail_domain")
    return name


def _strip(domain: str) -> str:
    return domain.strip().removeprefix("@")
