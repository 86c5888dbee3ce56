"""Retention: whole days of entries go once they are older than AUDIT_RETENTION_DAYS, behind a signed checkpoint."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from core.jobs import every, task
from core.sql import fetch_row
from tenants.audit.chain import sign
from tenants.audit.logs import Log, logs
from tenants.context import public_scope

# A transaction removes the entries of so many seals at most.
_SEALS_AT_ONCE: Final = 100
# The chain is removed from its beginning: an entry that was written late waits for the day of the seal before it.
_OLDEST: Final = """
    SELECT number, hash FROM happo_audit.seal AS seal
     WHERE log = %(log)s AND number < (
           SELECT min(number) + %(most)s FROM happo_audit.seal WHERE log = %(log)s)
       AND NOT EXISTS (
           SELECT FROM happo_audit.seal AS young
            WHERE young.log = seal.log AND young.number <= seal.number
              AND young.day >= (now() AT TIME ZONE 'UTC')::date - %(kept)s::integer)
     ORDER BY number DESC LIMIT 1
"""
_REMOVE: Final = (
    "SELECT happo_audit.remove_sealed(%(log)s, %(number)s, %(kept)s, %(signature)s::bytea)"
)


@every(timedelta(days=1), place="installation")
@task("audit.remove_old_entries", in_transaction=False)
def remove_old_entries() -> str:
    """Remove what is older than the setting says; return the number of entries for the job's record."""
    removed = sum(remove_old_entries_of(log, days=settings.AUDIT_RETENTION_DAYS) for log in logs())
    return f"{removed} entries"


def remove_old_entries_of(log: Log, *, days: int) -> int:
    """Remove the sealed entries of days that ended more than `days` days ago; return how many.

    PostgreSQL refuses fewer days than `schema.KEPT_AT_LEAST`.
    """
    removed = 0
    while (number := _remove_some(log, days=days)) is not None:
        removed += number
    return removed


def _remove_some(log: Log, *, days: int) -> int | None:
    with public_scope(), transaction.atomic():
        last = fetch_row(_OLDEST, {"log": log.schema, "most": _SEALS_AT_ONCE, "kept": days})
        if last is None:
            return None
        number, hash = last
        signature = sign("checkpoint", log=log.schema, number=number, hash=bytes(hash))
        row = fetch_row(
            _REMOVE,
            {"log": log.schema, "number": number, "kept": days, "signature": signature},
        )
        return int(row[0]) if row is not None else None
