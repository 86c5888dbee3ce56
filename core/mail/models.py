"""Stored mail of users, and what it says: only mail that a mail source accepted."""

from typing import Final, get_args

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.line_field import LineField
from providers.links import MAX_LINK_CHARACTERS
from providers.messages import EventField
from providers.text import MAX_NAME_CHARACTERS, MAX_REQUISITION_CHARACTERS, MAX_TITLE_CHARACTERS

# Stands for a file among the mailboxes that brought a mail: no row has this id.
WITHOUT_MAILBOX: Final = 0
# The state of a mail that came to a paused forwarding address.
WAITING: Final = "waiting"
# The columns of an event that are named as the fields of `providers.messages.MailEvent`.
EVENT_COLUMNS: Final[tuple[EventField, ...]] = get_args(EventField)


def _without_mailbox() -> list[int]:
    return [WITHOUT_MAILBOX]


class UserMailbox(models.Model):
    """A mailbox that a user connected: one that a plugin fetches, or a forwarding address (`forward`)."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # What brings its mail: the name of a plugin's mailbox, or `forward`.
    plugin = models.CharField(max_length=100)
    # Its key at that place, by which it is known again: an account's subject, a server with a user name.
    account = models.CharField(max_length=700)
    # What its user knows it by.
    address = LineField(max_length=400)
    # Encrypted (`core.encryption`); null where it needs none, or where the grant of the linked account opens it.
    credentials = models.BinaryField(null=True)
    # What is no secret and differs between kinds: host, port, user name, folders; what the last fetch looked for.
    settings = models.JSONField(default=dict)
    # Where the next fetch resumes, in the plugin's own format; null before the first.
    cursor = models.TextField(null=True)
    paused = models.BooleanField(default=False)
    # Since when its credentials are refused: it is not fetched until it is connected again.
    refused_at = models.DateTimeField(null=True)
    # When its user was told so.
    notified_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(default=timezone.now)
    # The end of the last fetch that came to the mailbox's end.
    synced_at = models.DateTimeField(null=True)
    # When it is due; null where nothing is to be fetched.
    next_sync_at = models.DateTimeField(null=True)
    # Until when its server asked to be left alone, which its user can't shorten; null where it didn't ask.
    not_before = models.DateTimeField(null=True)
    # The number of fetches that failed since the last one that didn't, and why the last one did (`FAILURES`).
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=50, default="")
    failed_at = models.DateTimeField(null=True)
    # What came of its mail since it was connected: numbers by the names of `core.mail.mailboxes.found`.
    found = models.JSONField(default=dict)
    # The newest mails that could not be fetched or read: {"id", "reason", "at"} each.
    failed_mails = models.JSONField(default=list)

    class Meta:
        db_table = "mail_mailbox"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "plugin", "account"], name="mailbox_once_per_user"
            ),
            # A forwarding address leads to one user; mail that comes in is looked up by it.
            models.UniqueConstraint(
                fields=["account"], condition=Q(plugin="forward"), name="forward_address_once"
            ),
            models.CheckConstraint(
                condition=Q(next_sync_at__isnull=True) | Q(paused=False, refused_at__isnull=True),
                name="mailbox_due_only_if_active",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_sync_at"],
                condition=Q(next_sync_at__isnull=False),
                name="mailbox_due",
            ),
        ]


class StoredMessage(models.Model):
    """One mail of a user, stored once, whatever brought it, and what is needed to read it again."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # Tells one mail from another, as `core.mail.digests` makes it (SHA-256).
    digest = models.BinaryField(max_length=32)
    # What brought it first (`gmail`, `imap`, `forward`, `file`), and its id there, which JobHax shows as `msgId`.
    mailbox = models.CharField(max_length=50)
    mailbox_key = models.CharField(max_length=255)
    # The ids of the mailboxes that brought it; `WITHOUT_MAILBOX` where a file brought it too, or an earlier release.
    brought_by = ArrayField(
        models.BigIntegerField(), default=_without_mailbox, db_default=[WITHOUT_MAILBOX]
    )
    # `Message-ID` with its angle brackets (RFC 5322, 3.6.4), "" where the message has none; a line has at most 998.
    message_id = models.CharField(max_length=998, default="")
    received_at = models.DateTimeField()
    sender_name = models.TextField(default="")
    sender_address = models.TextField(default="")
    subject = models.TextField(default="")
    # What is displayed: the HTML, or the text where there is no HTML.
    body = models.TextField(default="")
    # The bytes as they came, compressed (zlib); null for mail that an earlier release stored.
    raw = models.BinaryField(null=True)
    folder = models.CharField(max_length=10, default="inbox")
    forwarded = models.BooleanField(default=False)
    # What was found out about the sender when the mail came: `Proof` of the reader.
    trust = models.CharField(max_length=10, default="unknown")
    signed_by = models.JSONField(default=list)
    # The plugin that accepted it, its version then, and what made Happo ask it: `sender` or `header`.
    plugin = models.CharField(max_length=100, default="")
    plugin_version = models.CharField(max_length=100, default="")
    claimed_by = models.CharField(max_length=10, default="")
    # The mail source, those of `signed_by` that its senders cover, and the mail's template (`matching.Fact`).
    source = models.CharField(max_length=100, default="")
    system_domains = models.JSONField(default=list)
    template = models.TextField(default="")
    # `read`: it has events. `empty`: it has none. `failed`: the plugin raised `error`, or the reader gave up: `reason`.
    # `waiting`: it came to a paused forwarding address, and its events are read once the user goes on.
    state = models.CharField(max_length=10, default="read")
    error = models.TextField(default="")
    reason = models.TextField(default="")
    stored_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(default=timezone.now)
    # When its text was erased (`core.mail.retention`): bytes, body, subject, the sender's name, evidence of its events.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="message_once_per_user"),
        ]
        indexes = [
            models.Index(
                fields=["user", "-received_at", "-id"],
                condition=Q(state="read"),
                name="message_of_jobs_newest",
            ),
            # A job of each tenant looks for it every quarter of an hour; there is little of it.
            models.Index(fields=["user", "id"], condition=Q(state="failed"), name="message_failed"),
            # The same job looks for mail that waits although its user has gone on.
            models.Index(fields=["user"], condition=Q(state=WAITING), name="message_waiting"),
            models.Index(
                fields=["stored_at"],
                condition=Q(erased_at__isnull=True),
                name="message_with_text_oldest",
            ),
        ]


class StoredEvent(models.Model):
    """One thing that a mail says happened to an application: the fields of `providers.messages.MailEvent`."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(
        StoredMessage, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    # Its place among the events of the mail, from 0.
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=MAX_TITLE_CHARACTERS, null=True)
    company = models.CharField(max_length=MAX_NAME_CHARACTERS, null=True)
    location = models.CharField(max_length=MAX_NAME_CHARACTERS, null=True)
    requisition = models.CharField(max_length=MAX_REQUISITION_CHARACTERS, null=True)
    logo = models.CharField(max_length=MAX_LINK_CHARACTERS, null=True)
    link = models.CharField(max_length=MAX_LINK_CHARACTERS, null=True)
    occurred_at = models.DateTimeField()
    occurred_on = models.DateField(null=True)
    scheduled_at = models.DateTimeField(null=True)
    # A list of {"field", "place", "quote"}, with the names of `providers.event_facts`.
    evidence = models.JSONField(default=list)
    # The application that it belongs to, what became of it through this event (`matching.Effect`), and its status and
    # rejection afterwards; null where it belongs to none.
    application = models.ForeignKey(
        "jobsearch.Application",
        null=True,
        on_delete=models.SET_NULL,
        related_name="events",
        db_index=False,
    )
    effect = models.CharField(max_length=10, null=True)
    status = models.BigIntegerField(null=True)
    rejected = models.BooleanField(null=True)
    # Where it isn't certain which application it means: the ids of those that it may mean. The user is shown them.
    candidates = models.JSONField(null=True)
    # Why it is not certain (`matching.QuestionReason`); null where there are no candidates.
    question = models.CharField(max_length=10, null=True)
    # The user took back what it did.
    dismissed_at = models.DateTimeField(null=True)
    # False: the mail was read again, and this is no longer found in it. It is shown nowhere and has no effect, but it
    # remembers what the user deleted or dismissed, until the mail is read better.
    found = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "position"], name="event_once_per_message"),
        ]
        indexes = [
            models.Index(
                fields=["application"],
                condition=Q(application__isnull=False),
                name="event_of_application",
            ),
        ]
