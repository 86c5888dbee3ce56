"""Stored mail of users: it can be displayed, and parsed again when a plugin has improved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class StoredMessage(models.Model):
    """One message of a user's mailbox: the fields of `providers.messages.Message`.

    `plugin` is the mail source that matched it, "" where none did; `error` is the error that this plugin raised.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # The name of the mailbox (`gmail`, `imap`, `file`) and the id of the message there, which JobHax shows as `msgId`.
    mailbox = models.CharField(max_length=50)
    mailbox_key = models.CharField(max_length=255)
    # `Message-ID` with its angle brackets (RFC 5322, 3.6.4), "" where the message has none; a line has at most 998.
    message_id = models.CharField(max_length=998, default="")
    thread_id = models.CharField(max_length=255, default="")
    received_at = models.DateTimeField()
    sender_name = models.CharField(max_length=998, default="")
    sender_address = models.CharField(max_length=320, default="")
    subject = models.TextField(default="")
    # A list of [name, decoded value] in the order of the message.
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
