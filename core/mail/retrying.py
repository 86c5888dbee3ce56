"""Reads mail again: whose source was stopped, or was not asked because of that; and what an operator asks for."""

from datetime import timedelta
from typing import Final

from core.jobs import every, task
from core.mail.rereading import RereadCount, Rereading, list_users_with_mail, reread_mail

_STOPPED: Final = Rereading(stopped=True)
# In one run: the rest is left to the next one.
_MAX_USERS: Final = 50


@every(timedelta(minutes=15))
@task("mail.retry_stopped", in_transaction=False)
def retry_stopped_mail() -> str:
    """Read the active tenant's mail again that was kept unread; return the number of mails for the job's record.

    A mail that stops its source a second time is left to `manage.py mail reparse --failed`.
    """
    users = list_users_with_mail(_STOPPED)[:_MAX_USERS]
    return f"{sum(reread_mail(user, _STOPPED).messages for user in users)} mails"


@task("mail.reread", in_transaction=False)
def reread_stored_mail(*, plugin: str | None = None, failed: bool = False) -> str:
    """Read the active tenant's stored mail again, one transaction for each user; return what changed, for the record.

    `plugin`: only what it read; `failed`: only what could not be read. As `manage.py mail reparse` does.
    """
    which, total = Rereading(plugin=plugin, failed=failed), RereadCount()
    for user_id in list_users_with_mail(which):
        total.add(reread_mail(user_id, which))
    return f"{total.messages} mails, {len(total.changes)} changed, {total.failed} failed"
