"""The mail domains of which a tenant says whether they are public providers', set by operators."""

from collections.abc import Sequence

from django.db import transaction

from core.recruiting.models import MailDomain
from core.recruiting.queries.mail_domains import list_mail_domains
from core.recruiting.services import mail_domains
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope


def state_mail_domain(tenant: TenantRef, domain: str, *, is_public: bool) -> MailDomain:
    """Let suppliers with that mail domain be no colleagues (`is_public`), or colleagues; raise as the service does."""
    with transaction.atomic():
        with tenant_scope(tenant):
            stated = mail_domains.state_mail_domain(domain, is_public=is_public)
        _record(tenant, stated, state="public" if is_public else "company")
    return stated


def withdraw_mail_domain(tenant: TenantRef, domain: str) -> MailDomain:
    """Let Happo's lists decide again; return what they say of the domain; raise as the service does."""
    with transaction.atomic():
        with tenant_scope(tenant):
            listed = mail_domains.withdraw_mail_domain(domain)
        _record(tenant, listed, state="default")
    return listed


def list_mail_domains_of(tenant: TenantRef) -> Sequence[MailDomain]:
    """Return the mail domains of which the tenant has said what they are."""
    with tenant_scope(tenant):
        return list_mail_domains()


def _record(tenant: TenantRef, changed: MailDomain, *, state: str) -> None:
    audit.record("tenant.mail_domain", tenant=tenant.slug, domain=changed.domain, state=state)
