"""How long each tenant keeps the text of stored mail, as operators set it."""

from typing import Final

from django.db import transaction

from core.errors import Invalid
from core.mail.retention import DEFAULT_DAYS
from tenants.audit import installation as audit
from tenants.context import TenantRef, current_tenant, public_scope
from tenants.models import Tenant

MOST_DAYS: Final = 36_500


class TenantRetention:
    """Implements `core.mail.retention.Retention`."""

    def mail_days(self) -> int:
        return read_mail_days(current_tenant()) or DEFAULT_DAYS


def read_mail_days(tenant: TenantRef) -> int | None:
    """Return the days that operators have set for a tenant, None where the default holds."""
    with public_scope():
        days = Tenant.objects.filter(id=tenant.id).values_list("mail_days", flat=True)
        found: int | None = days[0]
    return found


def set_mail_days(tenant: TenantRef, days: int | None) -> None:
    """Keep the text of the tenant's mail for so many days, which holds from the next daily run on; None: the default.

    What was erased before stays so. Raises `Invalid` for less than 1 or more than 36,500 days.
    """
    if days is not None and days < 1:
        raise Invalid.one("mail-days", "too_small", limit=1)
    if days is not None and days > MOST_DAYS:
        raise Invalid.one("mail-days", "too_big", limit=MOST_DAYS)
    with public_scope(), transaction.atomic():
        Tenant.objects.filter(id=tenant.id).update(mail_days=days)
        audit.record("tenant.retention", tenant=tenant.slug, mail_days=days)
