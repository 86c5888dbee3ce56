"""The mailboxes of an account that another person may have used go with that person's access."""

from core.accounts.events import access_ended
from core.mail.models import UserMailbox
from core.mail.waiting import remove_waiting


def on_access_ended(*, user_id: int, **signal: object) -> None:
    """Receive `access_ended`. Mail that a mailbox has brought stays, but for mail that was never shown."""
    UserMailbox.objects.filter(user_id=user_id).delete()
    remove_waiting(user_id)


def connect_mailboxes() -> None:
    """Connect `on_access_ended` to its signal."""
    access_ended.connect(on_access_ended, dispatch_uid="core.mail.mailboxes")
