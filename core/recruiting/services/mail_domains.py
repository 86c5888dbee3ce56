"""What a tenant says of a mail domain, a public provider's or a company's, counts more than the maintained lists."""

from core.accounts.addresses import clean_email
from core.errors import Invalid, NotFound
from core.recruiting.mail_providers import is_public_provider
from core.recruiting.models import MailDomain


def state_mail_domain(domain: str, *, is_public: bool) -> MailDomain:
    """Take a mail domain for a public provider's, or for a company's, from now on; raise `Invalid` for no domain."""
    stated = MailDomain(domain=clean_mail_domain(domain), is_public=is_public)
    MailDomain.objects.bulk_create(
        [stated], update_conflicts=True, unique_fields=["domain"], update_fields=["is_public"]
    )
    return stated


def withdraw_mail_domain(domain: str) -> MailDomain:
    """Let the maintained lists decide again; return what they say of the domain.

    Raises `Invalid` for what is no domain, `NotFound` for one of which the tenant has said nothing.
    """
    name = clean_mail_domain(domain)
    deleted, _ = MailDomain.objects.filter(domain=name).delete()
    if not deleted:
        raise NotFound("mail domain", name)
    return MailDomain(domain=name, is_public=is_public_provider(name))


def clean_mail_domain(domain: str) -> str:
    """Return the domain as users' addresses have it; raise `Invalid`. A leading @ is taken off."""
    try:
        name = clean_email(f"x@{domain.strip().removeprefix('@')}").rpartition("@")[2]
    except Invalid:
        name = ""
    if "." not in name:
        raise Invalid.one("domain", "host_name")
    return name
