"""Connect, pause, sync and remove mailboxes."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import connection, transaction

from core.accounts.attempt_limits import COUNTERS
from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict, MailboxRefused, NotFound
from core.mail.applications import match_mail
from core.mail.mailboxes.connecting import connect_mailbox
from core.mail.mailboxes.credentials import write_secrets
from core.mail.mailboxes.kinds import OWN_KINDS, MailboxRequest, NewMailbox
from core.mail.mailboxes.pauses import as_soon_as_allowed
from core.mail.models import WITHOUT_MAILBOX, UserMailbox
from core.mail.storing import lock_mail, require_account
from core.mail.sync import start_sync, start_sync_if_room
from core.mail.waiting import remove_waiting, start_reading_waiting

MAX_MAILBOXES: Final = 10
# Of one user: each tries a password, at a server of the user's choice.
ATTEMPTS_WINDOW: Final = timedelta(hours=1)
MAX_ATTEMPTS: Final = 20
# Mail that another mailbox or a file brought too stays. A mailbox that was removed before, which may be this one, keeps
# nothing. The row of the mailbox itself is deleted already.
_DELETE_MAIL: Final = """
    WITH others AS (
        SELECT id FROM mail_mailbox WHERE user_id = %(user)s
         UNION ALL SELECT %(file)s::bigint),
    gone AS (
        SELECT id FROM mail_storedmessage
         WHERE user_id = %(user)s AND brought_by @> ARRAY[%(mailbox)s]::bigint[]
           AND NOT brought_by && ARRAY(SELECT id FROM others)),
    events AS (DELETE FROM mail_storedevent WHERE message_id IN (SELECT id FROM gone)),
    kept AS (
        UPDATE mail_storedmessage SET brought_by = array_remove(brought_by, %(mailbox)s::bigint)
         WHERE user_id = %(user)s AND brought_by @> ARRAY[%(mailbox)s]::bigint[]
           AND brought_by && ARRAY(SELECT id FROM others))
    DELETE FROM mail_storedmessage WHERE id IN (SELECT id FROM gone)
"""


def add_mailbox(caller: Caller, request: MailboxRequest) -> UserMailbox:
    """Connect a mailbox after its log-in was tried; one that is connected already gets the new log-in.

    Raises what `connect_mailbox` raises, `RateLimited`, and `Conflict` beyond `MAX_MAILBOXES`. Call it outside of a
    transaction.
    """
    subject = sha256(f"mailboxes of:{caller.user_id}".encode()).digest()
    COUNTERS.count(subject, limit=MAX_ATTEMPTS, window=ATTEMPTS_WINDOW)
    return store_mailbox(caller.user_id, request.plugin, connect_mailbox(caller, request))


@transaction.atomic
def store_mailbox(user_id: int, plugin: str, new: NewMailbox) -> UserMailbox:
    """Store a new mailbox, or the new log-in of one that the user has.

    Of a kind that takes mail in by itself a user has one mailbox: where there is one already, it stays as it is.
    """
    lock_mail(user_id)
    require_account(user_id)
    known = _lock_known(user_id, plugin, new)
    if known is None and UserMailbox.objects.filter(user_id=user_id).count() >= MAX_MAILBOXES:
        raise Conflict("mailbox", f"can't be added: a user may have at most {MAX_MAILBOXES}")
    mailbox = known or UserMailbox(user_id=user_id, plugin=plugin, account=new.account)
    if known is None or new.is_fetched:
        mailbox.address, mailbox.settings = new.address, mailbox.settings | dict(new.settings)
        mailbox.credentials = write_secrets(new.secrets)
    mailbox.paused, mailbox.refused_at, mailbox.notified_at = False, None, None
    mailbox.attempts, mailbox.failure, mailbox.failed_at = 0, "", None
    mailbox.save()
    record("mailbox.add", mailbox.id, plugin=plugin)
    if new.is_fetched:
        _make_due(mailbox)
        start_sync_if_room(user_id)
    else:
        start_reading_waiting(user_id)
    return mailbox


@transaction.atomic
def pause_mailbox(user_id: int, mailbox_id: int, *, paused: bool) -> UserMailbox:
    """Stop fetching a mailbox, or go on with it; one that is refused stays so. Mail that came meanwhile is read then.

    Raises `NotFound`, `QuotaUsedUpForNow` where there is mail to read.
    """
    mailbox = _lock_mailbox(user_id, mailbox_id)
    if mailbox.paused != paused:
        mailbox.paused = paused
        mailbox.next_sync_at = None
        mailbox.save(update_fields=["paused", "next_sync_at"])
        record("mailbox.update", mailbox.id, paused=paused)
        if not paused and not is_fetched(mailbox):
            start_reading_waiting(user_id)
        elif not paused and mailbox.refused_at is None:
            _make_due(mailbox)
            start_sync_if_room(user_id)
    return mailbox


@transaction.atomic
def request_mailbox_sync(user_id: int, mailbox_id: int) -> UserMailbox:
    """Have a mailbox fetched now, or once the pause is over that its server asked for; return it with that moment.

    Raises `NotFound`, `MailboxRefused`, `QuotaUsedUpForNow`; `Conflict` where there is nothing to fetch.
    """
    mailbox = _lock_mailbox(user_id, mailbox_id)
    if not is_fetched(mailbox):
        raise Conflict("mailbox", "takes mail in as it comes: there is nothing to fetch")
    if mailbox.refused_at is not None:
        raise MailboxRefused
    if mailbox.paused:
        raise Conflict("mailbox", "is paused")
    _make_due(mailbox)
    start_sync(user_id)
    record("mailbox.sync", mailbox.id)
    return mailbox


@transaction.atomic
def remove_mailbox(user_id: int, mailbox_id: int, *, delete_mail: bool) -> None:
    """Remove a mailbox for good, with mail that waits until it is no longer paused; raise `NotFound`.

    `delete_mail`: the mail that it alone brought goes too, and so do applications that nothing but that mail made.
    """
    lock_mail(user_id)
    mailbox = _lock_mailbox(user_id, mailbox_id)
    mailbox.delete()
    record("mailbox.remove", mailbox_id, delete_mail=delete_mail)
    if not is_fetched(mailbox):
        remove_waiting(user_id)
    if not delete_mail:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _DELETE_MAIL, {"user": user_id, "mailbox": mailbox_id, "file": WITHOUT_MAILBOX}
        )
    match_mail(user_id)


def list_mailboxes(user_id: int) -> list[UserMailbox]:
    """Return the user's mailboxes, the oldest first."""
    return list(UserMailbox.objects.filter(user_id=user_id).order_by("id"))


def is_fetched(mailbox: UserMailbox) -> bool:
    """Tell whether a plugin fetches it: mail of the other kinds comes in by itself."""
    return mailbox.plugin not in OWN_KINDS


def _lock_known(user_id: int, plugin: str, new: NewMailbox) -> UserMailbox | None:
    """Return the mailbox that the user has instead of this new one."""
    of_kind = UserMailbox.objects.select_for_update().filter(user_id=user_id, plugin=plugin)
    if new.is_fetched:
        return of_kind.filter(account=new.account).first()
    return of_kind.order_by("id").first()


def _lock_mailbox(user_id: int, mailbox_id: int) -> UserMailbox:
    found = UserMailbox.objects.select_for_update().filter(id=mailbox_id, user_id=user_id).first()
    if found is None:
        raise NotFound("mailbox", mailbox_id)
    return found


def _make_due(mailbox: UserMailbox) -> None:
    """Have the next job of the user fetch it, which its server may have put off."""
    UserMailbox.objects.filter(id=mailbox.id).update(next_sync_at=as_soon_as_allowed())
    mailbox.refresh_from_db(fields=["next_sync_at"])
