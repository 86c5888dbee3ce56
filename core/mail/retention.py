"""Erases the text of stored mail after as many days as the tenant keeps it.

Applications are folded from events, so events stay with all that matching reads, and the mail's row with its digest and
sender: nothing changes in any application, and a mail that comes again is known. Erased are the mail itself, what is
displayed of it, and the words that each field was read from.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Final, Protocol

from django.db import connection, transaction

from core.errors import QuotaUsedUpForNow
from core.jobs import enqueue, every, task

DEFAULT_DAYS: Final = 400
# Mails of one transaction, and transactions of one run; another job at once erases the rest.
_BATCH: Final = 500
_BATCHES: Final = 40
# One statement, so that a mail and its events lose their text together. Locked rows are being read again: they are left
# to the next run.
_ERASE: Final = """
    WITH old AS (
        SELECT id FROM mail_storedmessage
         WHERE erased_at IS NULL
           AND stored_at < clock_timestamp() - make_interval(days => %(days)s::int)
         ORDER BY stored_at LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
    ), erased AS (
        UPDATE mail_storedmessage m
           SET raw = NULL, body = '', subject = '', sender_name = '', error = '',
               erased_at = clock_timestamp()
          FROM old WHERE m.id = old.id
        RETURNING m.id
    ), quotes AS (
        UPDATE mail_storedevent e SET evidence = '[]'
          FROM erased WHERE e.message_id = erased.id
    )
    SELECT count(*) FROM erased
"""


class Retention(Protocol):
    """Knows how long tenants keep mail."""

    def mail_days(self) -> int:
        """Return for how many days the active tenant keeps the text of a mail that it stored."""


_retention: Retention | None = None


def use_retention(retention: Retention) -> None:
    """Set what knows the days; call it once, at start-up."""
    global _retention
    _retention = retention


@every(timedelta(days=1))
@task("mail.erase_old", in_transaction=False)
def erase_old_mail() -> str:
    """Erase the text of the active tenant's old mail; return the number of mails for the job's record."""
    if _retention is None:
        raise RuntimeError("No retention is configured: call use_retention at start-up.")
    days, erased = _retention.mail_days(), 0
    with connection.cursor() as cursor:
        for _ in range(_BATCHES):
            cursor.execute(_ERASE, {"days": days, "batch": _BATCH})
            batch = cursor.fetchone()[0]
            erased += batch
            if batch < _BATCH:
                break
        else:
            _enqueue_rest()
    return f"{erased} mails"


def _enqueue_rest() -> None:
    """Enqueue another run; where the tenant has too many waiting jobs, the run of the next day goes on."""
    with suppress(QuotaUsedUpForNow), transaction.atomic():
        enqueue(erase_old_mail, key="rest")
