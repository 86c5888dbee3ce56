"""Stores what was read of mail, each mail once per user."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from core.errors import Conflict, NotFound
from core.jobsearch.matching import template_of
from core.mail.models import EVENT_COLUMNS, WAITING, StoredEvent, StoredMessage
from core.mail.reading import Reading
from providers.event_facts import event_facts
from providers.messages import MailEvent
from providers.text import make_storable

# Of one user: each further mail is matched with all of them. The bytes are compressed.
MAX_STORED_MAILS, MAX_STORED_BYTES = 20_000, 2 * 1024**3
_MAX_KEY_CHARACTERS: Final = 255
# The schema is the tenant's: users of two tenants with one number don't wait for each other.
_LOCK: Final = """
    SELECT pg_advisory_xact_lock(
        hashtextextended('mail of ' || %(user)s || ' in ' || current_schema(), 0))
"""
# A removal waits for this transaction, or it was first, and the emptied row that it may leave is not active.
_KEEP_ACCOUNT: Final = """
    SELECT id FROM accounts_user WHERE id = %(user)s AND is_active FOR KEY SHARE
"""

# The length of what is stored beside the row is read without it.
_MEASURE: Final = """
    SELECT count(*), coalesce(sum(octet_length(raw)), 0)::bigint
      FROM mail_storedmessage WHERE user_id = %s
"""
_NOTE_MAILBOX: Final = """
    UPDATE mail_storedmessage SET brought_by = array_append(brought_by, %(mailbox)s::bigint)
     WHERE id = ANY (%(mails)s::bigint[])
"""


class MailFull(Conflict):
    """A user has as much mail as is kept of one: nothing of a batch was stored."""

    def __init__(self) -> None:
        gigabytes = MAX_STORED_BYTES // 1024**3
        limits = f"a user may have at most {MAX_STORED_MAILS:,}, with {gigabytes} GiB"
        super().__init__(kind="mail", reason=f"can't be stored: {limits}")


def lock_mail(user_id: int) -> None:
    """Wait for all who change this user's mail, or what follows from it, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"user": str(user_id)})


def require_account(user_id: int) -> None:
    """Keep the account from being removed until the end of the transaction; raise `NotFound` where it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_ACCOUNT, {"user": user_id})
        if cursor.fetchone() is None:
            raise NotFound("user", user_id)


def store_readings(
    user_id: int, readings: Sequence[Reading], *, are_waiting: bool = False
) -> list[StoredMessage]:
    """Store the mails that the user doesn't have yet, with their events; return them. The caller holds the lock.

    `are_waiting`: they are stored without events, to be read later. A mail that waits is new where it comes to be read.
    Runs four statements, or one where all are known; one more for each mailbox that brings known mail for the first
    time, and for mail that waits no longer. Raises `MailFull`.
    """
    unknown = {reading.digest: reading for reading in readings}
    waited = _settle_known(user_id, unknown, are_waiting=are_waiting)
    if not unknown:
        return []
    messages = [_message_of(user_id, reading) for reading in unknown.values()]
    for message in messages:
        message.brought_by = [*waited.get(bytes(message.digest), ()), *message.brought_by]
    _require_room(user_id, messages)
    if are_waiting:
        for message in messages:
            message.state = WAITING
        return StoredMessage.objects.bulk_create(messages)
    stored = StoredMessage.objects.bulk_create(messages)
    StoredEvent.objects.bulk_create(
        event
        for message, reading in zip(stored, unknown.values(), strict=True)
        for event in events_of(message.id, reading.answer.events)
    )
    return stored


def _settle_known(
    user_id: int, unknown: dict[bytes, Reading], *, are_waiting: bool
) -> dict[bytes, list[int]]:
    """Take the mails that the user has out of `unknown`, and note what brings them too.

    Those that have waited until now are removed, to be stored anew: returns what brought them, by their digests.
    """
    known = StoredMessage.objects.filter(user_id=user_id, digest__in=list(unknown))
    columns = ("id", "digest", "brought_by", "state")
    brought, waited = dict[int, list[int]](), dict[bytes, list[int]]()
    for message_id, digest, brought_by, state in known.values_list(*columns):
        if state == WAITING and not are_waiting:
            waited[bytes(digest)] = brought_by
            continue
        mailbox_id = unknown.pop(bytes(digest)).mailbox_id
        if mailbox_id not in brought_by:
            brought.setdefault(mailbox_id, []).append(message_id)
    for mailbox_id, message_ids in brought.items():
        _note_mailbox(message_ids, mailbox_id)
    if waited:
        # Without `only`, Django loads their bytes and texts.
        known.filter(state=WAITING).only("id").delete()
    return waited


def _require_room(user_id: int, messages: Sequence[StoredMessage]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, [user_id])
        mails, size = cursor.fetchone()
    size += sum(len(message.raw or b"") for message in messages)
    if mails + len(messages) > MAX_STORED_MAILS or size > MAX_STORED_BYTES:
        raise MailFull


def _note_mailbox(message_ids: Sequence[int], mailbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_MAILBOX, {"mails": list(message_ids), "mailbox": mailbox_id})


def _message_of(user_id: int, reading: Reading) -> StoredMessage:
    message, head = reading.message, reading.head
    known = message or head
    key = message.id if message else make_storable(reading.message_id)
    return StoredMessage(
        user_id=user_id,
        digest=reading.digest,
        mailbox=reading.mailbox,
        brought_by=[reading.mailbox_id],
        mailbox_key=_shorten_key(key, reading.digest),
        message_id=make_storable(reading.message_id),
        received_at=known.received_at,
        sender_name=known.sender.name,
        sender_address=known.sender.address,
        raw=zlib.compress(reading.raw, 1),
        folder=known.folder,
        trust=known.trust,
        signed_by=list(message.signed_by if message else head.proof.signed_by),
        **said_by(reading),
    )


def said_by(reading: Reading) -> dict[str, object]:
    """Return the columns that reading a mail again may change."""
    message, head, answer = reading.message, reading.head, reading.answer
    return {
        "subject": message.subject if message else make_storable(head.header("subject") or ""),
        "body": (message.html or message.text) if message else "",
        "forwarded": message.forwarded if message else False,
        "plugin": reading.plugin.name,
        "plugin_version": reading.plugin.version,
        "claimed_by": answer.claimed_by or "",
        "source": answer.source,
        "system_domains": list(reading.system_domains),
        "template": template_of(message, answer.events) if message else "",
        "state": _state_of(reading),
        "error": answer.error,
        "reason": reading.reason,
    }


def _state_of(reading: Reading) -> str:
    if reading.message is None or reading.answer.error:
        return "failed"
    return "read" if reading.answer.events else "empty"


def _shorten_key(key: str, digest: bytes) -> str:
    return key if 0 < len(key) <= _MAX_KEY_CHARACTERS else f"sha256:{digest.hex()}"


def events_of(message_id: int, events: Iterable[MailEvent]) -> list[StoredEvent]:
    """Return the rows of a mail's events, which aren't stored yet."""
    return [
        StoredEvent(
            message_id=message_id,
            position=position,
            **{name: getattr(event, name) for name in EVENT_COLUMNS},
            evidence=event_facts(event)["evidence"],
        )
        for position, event in enumerate(events)
    ]


def list_events(message: StoredMessage) -> list[StoredEvent]:
    """Return a mail's events in their order, also those no longer found; no statement where they are prefetched."""
    return sorted(message.events.all(), key=lambda event: event.position)


def replace_events(stored: Sequence[StoredEvent], wanted: Sequence[StoredEvent]) -> None:
    """Store the events of a mail in place of those that it had.

    By its place in the mail, an event keeps its application, and stays dismissed. Where the user dismissed all that the
    mail said, what it says more is dismissed too. An event that is no longer found remembers what the user did.
    """
    dismissed = [event.dismissed_at for event in stored]
    for old, new in zip(stored, wanted, strict=False):
        new.id = old.id
        new.dismissed_at = old.dismissed_at
    new_ones = list(wanted[len(stored) :])
    for event in new_ones:
        event.dismissed_at = max(dismissed) if dismissed and all(dismissed) else None  # type: ignore[type-var]
    StoredEvent.objects.bulk_update(wanted[: len(stored)], [*EVENT_COLUMNS, "evidence", "found"])
    StoredEvent.objects.bulk_create(new_ones)
    lost = [event.id for event in stored[len(wanted) :]]
    StoredEvent.objects.filter(id__in=lost).update(found=False)
