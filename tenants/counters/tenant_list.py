"""The list of tenants, as operators see it: a page at a time, whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from core.domain_names import to_ascii
from core.quotas.values import QUOTAS
from tenants.context import TenantStatus, public_scope
from tenants.schema_states import is_outdated

PAGE_SIZE: Final = 50
_ROWS: Final = """
    SELECT t.slug, t.name, t.status, t.is_sandbox, t.schema_digest, t.created_at, t.purge_at,
           (SELECT d.domain FROM tenants_domain d WHERE d.tenant_id = t.id
             ORDER BY d.is_primary DESC, d.id LIMIT 1),
           coalesce(s.users, 0), coalesce(s.positions, 0), coalesce(s.applications, 0),
           coalesce(s.storage, 0), coalesce(s.failed_mails, 0), s.last_active_at,
           coalesce(q.maximum, %(storage_limit)s)
      FROM tenants_tenant t
      LEFT JOIN tenants_tenantsize s ON s.tenant_id = t.id
      LEFT JOIN tenants_quota q ON q.tenant_id = t.id AND q.name = 'storage'
     WHERE t.slug > %(after)s
       AND (%(status)s::text IS NULL OR t.status = %(status)s)
       AND (%(sandbox)s::boolean IS NULL OR t.is_sandbox = %(sandbox)s)
       AND (NOT %(failed)s OR s.failed_mails > 0)
       AND (%(digests)s::text[] IS NULL OR t.schema_digest = ANY (%(digests)s))
       AND (%(like)s::text IS NULL OR t.slug LIKE %(like)s OR t.name ILIKE %(like)s
            OR EXISTS (SELECT FROM tenants_domain d
                        WHERE d.tenant_id = t.id AND d.domain LIKE %(like_host)s))
     ORDER BY t.slug LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which tenants to list. `search`: a part of slug, name or a host name; None and "" filter nothing.

    `has_failed_mail`: only those with stored mail that could not be read.
    """

    search: str = ""
    status: TenantStatus | None = None
    is_sandbox: bool | None = None
    is_outdated: bool | None = None
    has_failed_mail: bool = False


@dataclass(frozen=True, slots=True)
class ListedTenant:
    """A row of the list. Sizes are at most an hour old; `storage` and `storage_limit` are bytes."""

    slug: str
    name: str
    status: TenantStatus
    is_sandbox: bool
    is_outdated: bool
    created_at: datetime
    purge_at: datetime | None
    host: str | None
    users: int
    positions: int
    applications: int
    storage: int
    failed_mails: int
    last_active_at: datetime | None
    storage_limit: int


@dataclass(frozen=True, slots=True)
class TenantPage:
    """Tenants by slug; `next_after`: what to list after this page, None at the end."""

    tenants: Sequence[ListedTenant]
    next_after: str | None


def list_tenants(
    filters: Filters = Filters(), *, after: str = "", limit: int = PAGE_SIZE
) -> TenantPage:
    """Return the tenants whose slug is greater than `after`, in one statement (two with `is_outdated`)."""
    with public_scope(), connection.cursor() as cursor:
        digests = _digests_of(is_outdated_wanted=filters.is_outdated)
        cursor.execute(
            _ROWS,
            {
                "storage_limit": QUOTAS["storage"].default,
                "after": after,
                "status": filters.status,
                "sandbox": filters.is_sandbox,
                "failed": filters.has_failed_mail,
                "digests": digests,
                "like": _pattern_of(filters.search),
                "like_host": _pattern_of(to_ascii(filters.search.strip())),
                "limit": limit + 1,
            },
        )
        rows = cursor.fetchall()
        found = [ListedTenant(*(*row[:4], is_outdated(row[4]), *row[5:])) for row in rows[:limit]]
    more = len(rows) > limit
    return TenantPage(found, found[-1].slug if more else None)


def _digests_of(*, is_outdated_wanted: bool | None) -> list[str] | None:
    """Return the states of schemas that the filter wants; None for all. There are only a few."""
    if is_outdated_wanted is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT schema_digest FROM tenants_tenant")
        found = [digest for (digest,) in cursor.fetchall()]
    return [digest for digest in found if is_outdated(digest) is is_outdated_wanted]


def _pattern_of(search: str) -> str | None:
    words = search.strip().lower()
    if not words:
        return None
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
