"""Reads mail again whose source was stopped, or was not asked because of that."""

from datetime import timedelta
from typing import Final

from core.jobs import every, task
from core.mail.rereading import Rereading, list_users_with_mail, reread_mail

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
