"""An installation of 1,000 tenants for the consoles' pages, made in seconds: only one of them has a schema.

The operators' pages read the counters in `public`, never the other schemas.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, get_args

import psycopg
from django.conf import settings
from psycopg import sql

from benchmarks.stage import owner_in
from core.audit import record
from core.recruiting.models import Position
from core.recruiting.vocabulary import Stack
from tenants.audit import installation as audit
from tenants.audit.columns import WRITTEN
from tenants.audit.models import Entry
from tenants.context import public_scope, tenant_scope
from tenants.database.owner import owner_connection
from tenants.models import AuditEntry, Domain, Tenant, TenantDay, TenantSize
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import login_of

TENANTS, DAYS, CANDIDATES, ENTRIES = 1_000, 90, 2_000, 50_000
PREFIX: Final = "page-"
_ROWS: Final = (
    """
    INSERT INTO tenants_tenant (id, slug, name, schema_name, status, is_sandbox, schema_digest,
                                created_at)
    SELECT gen_random_uuid(), 'page-' || n, 'Tenant ' || n || ' of many', 't_page' || n,
           CASE WHEN n % 20 = 0 THEN 'suspended' ELSE 'active' END, n % 10 = 0,
           (SELECT max(schema_digest) FROM tenants_tenant), now()
      FROM generate_series(1, {tenants}) AS n
    """,
    """
    INSERT INTO tenants_domain (tenant_id, domain, is_primary)
    SELECT id, slug || '.bench.test', true FROM tenants_tenant WHERE slug LIKE 'page-%'
    """,
    """
    INSERT INTO tenants_tenantsize (tenant_id, storage, users, positions, applications,
                                    measured_at, last_active_at)
    SELECT id, 10000000, 40, 20, 300, now(), now() FROM tenants_tenant WHERE slug LIKE 'page-%'
    """,
    """
    INSERT INTO tenants_tenantday (tenant_id, day, requests, refused, errors)
    SELECT t.id, d::date, 5000, 50, 5
      FROM tenants_tenant t,
           generate_series(now() - {days} * interval '1 day', now(), '1 day') AS d
     WHERE t.slug LIKE 'page-%'
    """,
    "ANALYZE",
)
_CANDIDATES: Final = """
    INSERT INTO recruiting_candidate (id, position_id, name, stack, created_by_id, created_at,
                                      updated_at)
    SELECT gen_random_uuid(), %s, 'Candidate ' || n, (%s::text[])[1 + n %% %s], %s,
           now() - n * interval '1 minute', now() - n * interval '1 minute'
      FROM generate_series(1, %s) AS n
"""


@contextmanager
def many_tenants() -> Iterator[None]:
    """Make up tenants with counters of 90 days, and a long audit log of operators; remove the tenants at the end."""
    with _owner() as connection:
        for statement in _ROWS:
            connection.execute(sql.SQL(statement).format(tenants=TENANTS - 1, days=DAYS))
    with public_scope():
        audit.record("tenant.rename", tenant=f"{PREFIX}1")
    columns = [one.column for one in AuditEntry._meta.concrete_fields if not one.primary_key]
    with _owner() as connection:
        _repeat_newest(connection, AuditEntry._meta.db_table, columns)
    try:
        yield
    finally:
        with owner_connection():
            for model in (TenantDay, TenantSize, Domain):
                model.objects.filter(tenant__slug__startswith=PREFIX).delete()
            Tenant.objects.filter(slug__startswith=PREFIX)._raw_delete("default")


def fill_tenant(tenant: CreatedTenant) -> Position:
    """Give the tenant's newest position many candidates, and the tenant a long audit log; return the position."""
    with tenant_scope(tenant.ref):
        position = Position.objects.order_by("-created_at")[0]
        record("position.update", position.id, fields=["title"])
    with owner_in(tenant) as connection:
        stacks = list(get_args(Stack))
        connection.execute(
            _CANDIDATES,
            [position.id, stacks, len(stacks), position.created_by_id, CANDIDATES],
        )
        _repeat_newest(connection, Entry._meta.db_table, WRITTEN)
    return position


def _repeat_newest(connection: psycopg.Connection, table: str, columns: Sequence[str]) -> None:
    connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {columns}"
            " FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT 1) AS newest,"
            " generate_series(1, {entries}) AS n"
        ).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            entries=ENTRIES,
        )
    )


@contextmanager
def _owner() -> Iterator[psycopg.Connection]:
    with psycopg.connect(login_of(settings.OWNER_DATABASE), autocommit=True) as connection:
        connection.execute("SET search_path TO public")
        yield connection
