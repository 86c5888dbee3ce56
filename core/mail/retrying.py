"""Reads mail again: whose source was stopped, or was not asked because of that; and what an operator asks for."""

import logging
from datetime import timedelta
from typing import Final

from django.db import DataError

from core.jobs import every, task
from core.mail.rereading import RereadCount, Rereading, list_users_with_mail, reread_mail
from core.mail.waiting import start_reading_left_over

logger = logging.getLogger(__name__)
_STOPPED: Final = Rereading(stopped=True)
# In one run: the rest is left to the next one.
_MAX_USERS: Final = 50


@every(timedelta(minutes=15))
@task("mail.retry_stopped", in_transaction=False)
def retry_stopped_mail() -> str:
    """Read the active tenant's mail again that was kept unread; return the number of mails for the job's record.

    A mail that stops its source a second time is left to `manage.py mail reparse --failed`. Mail that still waits
    although its user has gone on gets a job of its own.
    """
    start_reading_left_over()
    users = list_users_with_mail(_STOPPED)[:_MAX_USERS]
    return f"{sum(map(_retry, users))} mails"


def _retry(user_id: int) -> int:
    try:
        return reread_mail(user_id, _STOPPED).messages
    except DataError:
        # The users after this one have their turn.
        logger.exception("Stored mail of a user can't be read again")
        return 0


@task("mail.reread", in_transaction=False)
def reread_stored_mail(*, plugin: str | None = None, failed: bool = False) -> str:
    """Read the active tenant's stored mail again, one transaction for each user; return what changed, for the record.

    `plugin`: only what it read; `failed`: only what could not be read. As `manage.py mail reparse` does.
    """
    which, total = Rereading(plugin=plugin, failed=failed), RereadCount()
    for user_id in list_users_with_mail(which):
        total.add(reread_mail(user_id, which))
    return f"{total.messages} mails, {len(total.changes)} changed, {total.failed} failed"
