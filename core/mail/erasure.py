"""Erases a user's mail."""

from core.mail.models import StoredEvent, StoredMessage
from core.mail.storing import lock_mail


def delete_mail(user_id: int) -> None:
    """Delete all stored mail of a user, with what it says; applications stay. Call it in a transaction."""
    lock_mail(user_id)
    StoredEvent.objects.filter(message__user_id=user_id).delete()
    StoredMessage.objects.filter(user_id=user_id).delete()
