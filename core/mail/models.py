"""The mail that was read for a user, kept so that it can be shown, and read again when a plugin has learned more."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class StoredMessage(models.Model):
    """One mail of one user's mailbox, as `providers.values.Message` has it.

    `plugin` is the mail source that spoke for it, "" where none did; `error` is what that plugin raised.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # The name of the mailbox (`gmail`, `imap`, `file`), and its own id of the mail, which JobHax shows as `msgId`.
    mailbox = models.CharField(max_length=50)
    mailbox_key = models.CharField(max_length=255)
    # RFC 5322: between angle brackets, "" where the mail has none.
    message_id = models.CharField(max_length=998, default="")
    thread_id = models.CharField(max_length=255, default="")
    received_at = models.DateTimeField()
    sender_name = models.CharField(max_length=998, default="")
    sender_address = models.CharField(max_length=320, default="")
    subject = models.TextField(default="")
    # Pairs of name and decoded value, in their order.
    headers = models.JSONField(default=list)
    text = models.TextField(default="")
    html = models.TextField(default="")
    plugin = models.CharField(max_length=100, default="")
    error = models.TextField(default="")
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "mailbox", "mailbox_key"], name="message_once_per_mailbox"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-received_at", "-id"],
                condition=~Q(plugin=""),
                name="message_of_jobs_newest",
            ),
        ]
