"""Measures what each tenant has, every hour, and forgets old days."""

from datetime import timedelta
from typing import Final

from django.db import connection

from core.jobs import every, task
from core.sweeping import delete_rows
from tenants.context import current_tenant, public_scope

KEPT_DAYS: Final = 400
# Storage and positions are what triggers have counted.
_MEASURE: Final = """
    SELECT coalesce((SELECT sum(used) FROM quotas_quotausage WHERE quota = 'storage'), 0)::bigint,
           (SELECT count(*) FROM accounts_user WHERE is_registered),
           coalesce((SELECT sum(used) FROM quotas_quotausage WHERE quota = 'positions'), 0)::bigint,
           (SELECT count(*) FROM jobsearch_application WHERE deleted_at IS NULL),
           (SELECT count(*) FROM mail_storedmessage WHERE state = 'failed')
"""
_KEEP: Final = """
    INSERT INTO tenants_tenantsize
           (tenant_id, storage, users, positions, applications, failed_mails, measured_at)
    VALUES (%s, %s, %s, %s, %s, %s, now())
    ON CONFLICT (tenant_id) DO UPDATE
       SET storage = excluded.storage, users = excluded.users, positions = excluded.positions,
           applications = excluded.applications, failed_mails = excluded.failed_mails,
           measured_at = excluded.measured_at
"""
_KEEP_DAY: Final = """
    INSERT INTO tenants_tenantday (tenant_id, day, storage, users, positions, applications)
    VALUES (%s, (now() AT TIME ZONE 'UTC')::date, %s, %s, %s, %s)
    ON CONFLICT (tenant_id, day) DO UPDATE
       SET storage = excluded.storage, users = excluded.users, positions = excluded.positions,
           applications = excluded.applications
"""


@every(timedelta(hours=1))
@task("counters.measure", in_transaction=False)
def measure() -> str:
    """Measure the active tenant; return what it has for the job's record."""
    tenant = current_tenant()
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE)
        storage, users, positions, applications, failed = cursor.fetchone()
    has = [storage, users, positions, applications]
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_KEEP, [tenant.id, *has, failed])
        cursor.execute(_KEEP_DAY, [tenant.id, *has])
    return f"{users} users, {positions} positions, {applications} applications, {storage} bytes"


@every(timedelta(hours=24), place="installation")
@task("counters.sweep", in_transaction=False)
def sweep_days() -> str:
    """Delete days that are too old; return their number for the job's record."""
    old = f"day < (now() AT TIME ZONE 'UTC')::date - {KEPT_DAYS}"
    return f"{delete_rows('public.tenants_tenantday', where=old)} days of tenants"
