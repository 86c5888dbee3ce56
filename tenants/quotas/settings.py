"""The quotas of a tenant as operators see and set them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from core.errors import Invalid
from core.quotas.counting import recount
from core.quotas.values import MOST, QUOTAS, QuotaName
from tenants.audit import installation as audit
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import Quota

_USED: Final = """
    SELECT quota, CASE WHEN quota = 'candidates' THEN max(used) ELSE sum(used) END
      FROM quotas_quotausage
     WHERE quota <> 'invitations'
        OR subject >= happo_quotas.minute_of(clock_timestamp() - interval '1 hour')
     GROUP BY quota
"""
_WAITING: Final = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args->>'tenant' = %s"
)


@dataclass(frozen=True, slots=True)
class QuotaState:
    """A quota of one tenant. `used`: for `candidates`, those of the position that has most."""

    limit: int
    used: int
    is_default: bool


def read_quotas(tenant: TenantRef) -> Mapping[QuotaName, QuotaState]:
    """Return the limit and the use of every quota."""
    with public_scope(), connection.cursor() as cursor:
        chosen = dict(Quota.objects.filter(tenant=tenant.id).values_list("name", "maximum"))
        cursor.execute(_WAITING, [tenant.schema_name])
        waiting: int = cursor.fetchone()[0]
    with tenant_scope(tenant), connection.cursor() as cursor:
        cursor.execute(_USED)
        used = {name: int(count) for name, count in cursor.fetchall()} | {"jobs": waiting}
    return {
        name: QuotaState(
            limit=chosen.get(name, quota.default),
            used=used.get(name, 0),
            is_default=name not in chosen,
        )
        for name, quota in QUOTAS.items()
    }


def recount_of(tenant: TenantRef) -> None:
    """Count anew what the tenant has; its writers wait meanwhile."""
    with transaction.atomic():
        with tenant_scope(tenant):
            recount()
        audit.record("tenant.recount", tenant=tenant.slug)


def set_quotas(tenant: TenantRef, limits: Mapping[QuotaName, int | None]) -> None:
    """Set limits of the tenant, which hold from the next statement on; None is the default.

    What the tenant has beyond a new limit stays. Raises `Invalid` for a limit below 0 or above 2**63 - 1.
    """
    for name, limit in limits.items():
        if limit is not None and limit < 0:
            raise Invalid.one(name, "too_small", limit=0)
        if limit is not None and limit > MOST:
            raise Invalid.one(name, "too_big", limit=MOST)
    with public_scope(), transaction.atomic():
        for name, limit in limits.items():
            if limit is None:
                Quota.objects.filter(tenant=tenant.id, name=name).delete()
            else:
                Quota.objects.update_or_create(
                    tenant_id=tenant.id, name=name, defaults={"maximum": limit}
                )
        numbers = {str(name): limit for name, limit in limits.items()}
        audit.record("tenant.quota", tenant=tenant.slug, values=numbers)
