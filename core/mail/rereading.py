"""Reads stored mail again: when a plugin or the reader has improved, or was mended."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from core.accounts.addresses import list_written_forms
from core.accounts.models import User
from core.mail.applications import match_mail
from core.mail.models import EVENT_COLUMNS, WAITING, StoredEvent, StoredMessage
from core.mail.origins import FILE, FORWARD, IncomingMail, MailOrigin
from core.mail.reading import Reading, Unread, read_incoming
from core.mail.storing import events_of, list_events, lock_mail, replace_events, said_by
from core.plugins import plugins
from providers.isolation.processes import NOT_ASKED, STOPPED
from providers.mime.origin import Origin
from providers.mime.trust import Proof
from providers.registry import Registry

_BATCH: Final = 50
Said = dict[str, Any]  # Any: the fields of one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """Which stored mail is read again. `plugin`: only that plugin's. `failed`: only what couldn't be read.

    `stopped`: only mail whose source was not asked, or was stopped when it read the mail for the first time, and is on
    now. `waiting`: the ids of mail that waits, which is not read otherwise, and nothing else.
    """

    plugin: str | None = None
    failed: bool = False
    stopped: bool = False
    waiting: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChange:
    """What reading one mail again changed: its events (the fields that are set). `failure`: the one that is left."""

    user: str
    mail_id: int
    plugin: str
    before: list[Said]
    after: list[Said]
    failure: str


@dataclass(slots=True)
class RereadCount:
    """What came of mails that were read again. `skipped`: their plugin is off, or their bytes aren't stored."""

    messages: int = 0
    failed: int = 0
    skipped: int = 0
    created: int = 0
    updated: int = 0
    removed: int = 0
    changes: list[MailChange] = field(default_factory=list)

    def add(self, other: "RereadCount") -> None:
        """Add what came of other mails."""
        self.messages += other.messages
        self.failed += other.failed
        self.skipped += other.skipped
        self.created += other.created
        self.updated += other.updated
        self.removed += other.removed
        self.changes += other.changes


def list_users_with_mail(which: Rereading = Rereading()) -> list[int]:
    """Return the ids of the active tenant's users who have such stored mail.

    `stopped`: first the users whose mail was not read for the longest time, so that every user has a turn.
    """
    users = _find_wanted(which).values("user_id").annotate(last_read=Min("read_at"))
    order = ["last_read", "user_id"] if which.stopped else ["user_id"]
    return list(users.order_by(*order).values_list("user_id", flat=True))


def _find_wanted(which: Rereading) -> QuerySet[StoredMessage]:
    if which.waiting:
        return StoredMessage.objects.filter(id__in=which.waiting, state=WAITING, erased_at=None)
    wanted = StoredMessage.objects.exclude(state=WAITING)
    if which.plugin:
        wanted = wanted.filter(plugin=which.plugin)
    if which.failed or which.stopped:
        wanted = wanted.filter(state="failed")
    if which.stopped:
        # Both moments of a mail are taken when it is stored, one after the other.
        is_first = Q(read_at__lt=F("stored_at") + timedelta(seconds=1))
        wanted = wanted.filter(
            Q(error__startswith=NOT_ASKED) | (is_first & Q(error__startswith=STOPPED)),
            # Other mail would stay as it is, and be found again each time.
            plugin__in=[plugin.name for plugin in plugins().registry().plugins],
            raw__isnull=False,
        )
    return wanted


@transaction.atomic
def reread_mail(user_id: int, which: Rereading, *, dry_run: bool = False) -> RereadCount:
    """Read a user's stored mail again, store what changes, and match it; return what changed.

    What the user dismissed stays dismissed. `dry_run`: nothing is stored. Memory holds some mails at a time.
    """
    lock_mail(user_id)
    count, registry = RereadCount(), plugins().registry()
    user = User.objects.get(id=user_id)
    for batch in _list_batches(user_id, which):
        for message in batch:
            _reread(message, user, registry, count)
    _, changes = match_mail(user_id)
    count.created, count.removed = len(changes.create), len(changes.remove)
    count.updated = sum(bool(update.values) for update in changes.update)
    if dry_run:
        transaction.set_rollback(True)
    return count


def _list_batches(user_id: int, which: Rereading) -> Iterator[Sequence[StoredMessage]]:
    wanted = _find_wanted(which).filter(user_id=user_id).order_by("id")
    last = 0
    while batch := list(wanted.filter(id__gt=last).prefetch_related("events")[:_BATCH]):
        yield batch
        last = batch[-1].id


def _reread(message: StoredMessage, user: User, registry: Registry, count: RereadCount) -> None:
    count.messages += 1
    if message.raw is None or message.plugin not in {plugin.name for plugin in registry.plugins}:
        count.skipped += 1
        return
    read = read_incoming(
        _incoming(message, user, zlib.decompress(message.raw)), registry, owner=str(user.id)
    )
    before, failure = list_events(message), _failure_of(message)
    after = events_of(message.id, read.answer.events if isinstance(read, Reading) else ())
    columns = said_by(read) if isinstance(read, Reading) else _nothing_said(read)
    # The text may have been erased since the mail was loaded, and must not come back.
    kept = StoredMessage.objects.filter(id=message.id, erased_at=None)
    if not kept.update(**columns, read_at=timezone.now()):
        count.skipped += 1
        return
    for name, value in columns.items():
        setattr(message, name, value)
    replace_events(before, after)
    count.failed += message.state == "failed"
    said = [_said(event) for event in before if event.found], [_said(event) for event in after]
    if said[0] != said[1] or failure != _failure_of(message):
        count.changes.append(
            MailChange(
                user=user.email,
                mail_id=message.id,
                plugin=message.plugin,
                before=said[0],
                after=said[1],
                failure=_failure_of(message),
            )
        )


def _nothing_said(read: Unread) -> dict[str, object]:
    """Return the columns of a mail that its source doesn't accept any more."""
    state = "failed" if read.failed else "empty"
    return {"state": state, "error": "", "reason": read.reason}


def _incoming(message: StoredMessage, user: User, raw: bytes) -> IncomingMail:
    """Return the mail as it came: what was known of its sender then is kept."""
    own = (
        None
        if message.forwarded or message.mailbox in (FILE, FORWARD)
        else list_written_forms(user.email)
    )
    reading = Origin(
        key=message.mailbox_key,
        received_at=message.received_at,
        folder=message.folder,  # type: ignore[arg-type]  # one of `MailFolder`
        own_addresses=own,
        proof=Proof(message.trust, tuple(message.signed_by)),  # type: ignore[arg-type]  # a `Trust`
    )
    origin = MailOrigin(mailbox=message.mailbox, reading=reading, proof_needed=False)
    return IncomingMail(raw, origin)


def _failure_of(message: StoredMessage) -> str:
    return message.error or (message.reason if message.state == "failed" else "")


def _said(event: StoredEvent) -> Said:
    values = {name: getattr(event, name) for name in EVENT_COLUMNS}
    return {name: value for name, value in values.items() if value is not None}
