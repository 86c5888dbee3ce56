"""The figures of the operators' home page, and those of one tenant by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from tenants.context import TenantRef, public_scope

DAYS: Final = 30
MOST_SHOWN: Final = 10
_STATES: Final = """
    SELECT t.status, t.is_sandbox, count(*), coalesce(sum(s.storage), 0)::bigint,
           coalesce(sum(s.users), 0)::bigint, coalesce(sum(s.failed_mails), 0)::bigint
      FROM tenants_tenant t LEFT JOIN tenants_tenantsize s ON s.tenant_id = t.id
     GROUP BY t.status, t.is_sandbox
"""
_DAYS: Final = """
    SELECT d.day::date, coalesce(sum(c.requests), 0)::bigint, coalesce(sum(c.refused), 0)::bigint,
           coalesce(sum(c.errors), 0)::bigint
      FROM generate_series((now() AT TIME ZONE 'UTC')::date - %(days)s + 1,
                           (now() AT TIME ZONE 'UTC')::date, '1 day') AS d (day)
      LEFT JOIN tenants_tenantday c
        ON c.day = d.day::date AND (%(tenant)s::uuid IS NULL OR c.tenant_id = %(tenant)s)
     GROUP BY d.day ORDER BY d.day
"""
_BUSIEST: Final = """
    SELECT t.slug, t.name, sum(c.requests)::bigint, sum(c.refused)::bigint, sum(c.errors)::bigint
      FROM tenants_tenantday c JOIN tenants_tenant t ON t.id = c.tenant_id
     WHERE c.day > (now() AT TIME ZONE 'UTC')::date - 7
     GROUP BY t.id HAVING sum({measure}) > 0
     ORDER BY sum({measure}) DESC, t.slug LIMIT %s
"""
_QUEUE: Final = """
    SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),
           count(*) FILTER (WHERE status = 'failed')
      FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
"""
_SIZES: Final = """
    SELECT day, storage, users, positions, applications FROM tenants_tenantday
     WHERE tenant_id = %s AND storage IS NOT NULL
       AND day > (now() AT TIME ZONE 'UTC')::date - %s
     ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class DayCount:
    """The requests of one day. `refused`: answered with 400 to 499; `errors`: with 500 and more."""

    day: date
    requests: int
    refused: int
    errors: int


@dataclass(frozen=True, slots=True)
class BusyTenant:
    """A tenant with its requests of the last seven days."""

    slug: str
    name: str
    requests: int
    refused: int
    errors: int


@dataclass(frozen=True, slots=True)
class DaySize:
    """What a tenant had on a day; `storage`: bytes."""

    day: date
    storage: int
    users: int
    positions: int
    applications: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The installation at a glance. `by_status`: numbers of live tenants, sandboxes not among them; `storage`: bytes.

    `waiting`, `running` and `failed` are jobs; failed ones are kept for 14 days.
    """

    by_status: Mapping[str, int]
    sandboxes: int
    storage: int
    users: int
    failed_mails: int
    days: Sequence[DayCount]
    busiest: Sequence[BusyTenant]
    failing: Sequence[BusyTenant]
    waiting: int
    running: int
    failed: int


def summarize(*, days: int = DAYS) -> Summary:
    """Return the figures of all tenants, in five statements whatever their number."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_STATES)
        states = cursor.fetchall()
        by_status: dict[str, int] = {"active": 0, "suspended": 0, "deleting": 0}
        for status, is_sandbox, number, *_ in states:
            by_status[status] += 0 if is_sandbox else number
        cursor.execute(_QUEUE)
        waiting, running, failed = cursor.fetchone()
        return Summary(
            by_status=by_status,
            sandboxes=sum(row[2] for row in states if row[1]),
            storage=sum(row[3] for row in states),
            users=sum(row[4] for row in states),
            failed_mails=sum(row[5] for row in states),
            days=_read_days(None, days),
            busiest=_rank("c.requests"),
            failing=_rank("c.errors"),
            waiting=waiting,
            running=running,
            failed=failed,
        )


def count_days(tenant: TenantRef, *, days: int = DAYS) -> Sequence[DayCount]:
    """Return the requests of one tenant, for each of the last days, today last."""
    with public_scope():
        return _read_days(tenant, days)


def size_by_day(tenant: TenantRef, *, days: int = DAYS) -> Sequence[DaySize]:
    """Return what the tenant had on those of the last days on which that was measured."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_SIZES, [tenant.id, days])
        return [DaySize(*row) for row in cursor.fetchall()]


def _read_days(tenant: TenantRef | None, days: int) -> list[DayCount]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"days": days, "tenant": tenant.id if tenant is not None else None})
        return [DayCount(*row) for row in cursor.fetchall()]


def _rank(measure: str) -> list[BusyTenant]:
    with connection.cursor() as cursor:
        cursor.execute(_BUSIEST.format(measure=measure), [MOST_SHOWN])
        return [BusyTenant(*row) for row in cursor.fetchall()]
