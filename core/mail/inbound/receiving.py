"""Takes one mail in that came to a forwarding address; when it returns, what is kept of the mail is committed."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import DataError, transaction

from core.errors import NotFound
from core.limits.rate_limits import RateLimiter
from core.mail.applications import match_mail
from core.mail.counting import IntakeCount, count_batch, count_stored
from core.mail.inbound.addresses import hash_secret
from core.mail.inbound.confirmations import find_confirmation, may_ask
from core.mail.inbound.forwarding import show_address
from core.mail.inbound.incoming import InboundMail
from core.mail.mailboxes.failed_mails import add_failed, find_fault
from core.mail.mailboxes.failures import FULL
from core.mail.mailboxes.found import read_found, write_found
from core.mail.models import UserMailbox
from core.mail.origins import FORWARD
from core.mail.reading import Reading, Unread
from core.mail.storing import MailFull, lock_mail, require_account, store_readings
from core.plugins import plugins

logger = logging.getLogger("happo.inbound")
# Of one address: a token for each mail and for each further 256 KiB of it.
RATE_PER_SECOND, BURST = 1, 2000
BYTES_PER_TOKEN: Final = 256 * 1024
_limiter: Final = RateLimiter()


class TooMuchMail(Exception):
    """An address got more mail than it may within so short a time; later there is room again."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The mailbox that an address leads to, in the active tenant. `account`: the hash of the address."""

    mailbox_id: int
    user_id: int
    account: str


def find_recipient(secret: str) -> Recipient | None:
    """Return the mailbox of the active tenant whose address has this secret, in one statement."""
    found = UserMailbox.objects.filter(
        plugin=FORWARD, account=hash_secret(secret), user__is_active=True
    ).values_list("id", "user_id", "account")
    return next((Recipient(*row) for row in found), None)


def receive_mail(recipient: Recipient, mail: InboundMail) -> None:
    """Keep of a mail what a source claims of it, and drop the rest; mail of a paused address waits until it goes on.

    A mail that the user has already changes nothing. A mail that its source can't read is kept; one that the database
    doesn't take is counted as failed, since it never will.

    Raises `TooMuchMail`, `MailFull`, `NotFound` where the mailbox or its user is gone. Call it outside of a
    transaction.
    """
    _spend(recipient, len(mail.raw))
    _note_confirmation(recipient, mail)
    read = mail.read_for(recipient.mailbox_id, plugins().registry(), owner=str(recipient.user_id))
    if isinstance(read, Unread):
        _note_unread(recipient, read, mail)
        return
    try:
        _store(recipient, read, mail)
    except MailFull:
        _note_full(recipient)
        raise
    except DataError:
        logger.exception("A mail of %s can't be stored", read.plugin.name)
        _note_unread(recipient, Unread(failed=True, reason="this mail can't be stored"), mail)


def _spend(recipient: Recipient, size: int) -> None:
    # By the hash: two tenants may have mailboxes with one id.
    allowance = _limiter.spend(
        recipient.account,
        rate=RATE_PER_SECOND,
        burst=BURST,
        cost=1 + size // BYTES_PER_TOKEN,
    )
    if allowance.retry_after_seconds:
        raise TooMuchMail


def _note_confirmation(recipient: Recipient, mail: InboundMail) -> None:
    if not may_ask(mail.raw):
        return
    message = mail.parse().message
    if message is None or (mail.has_receiver and message.trust != "passed"):
        return
    with transaction.atomic():
        mailbox = _lock_mailbox(recipient)
        found = find_confirmation(message, address=show_address(mailbox))
        if found is None:
            return
        mailbox.settings = mailbox.settings | {
            "confirmation": {
                "provider": found.provider,
                "account": found.account,
                "code": found.code,
                "link": found.link,
                "at": datetime.now(UTC).isoformat(),
            }
        }
        mailbox.save(update_fields=["settings"])


def _lock_mailbox(recipient: Recipient) -> UserMailbox:
    mailbox = UserMailbox.objects.select_for_update().filter(id=recipient.mailbox_id).first()
    if mailbox is None:
        raise NotFound("mailbox", recipient.mailbox_id)
    return mailbox


@transaction.atomic
def _store(recipient: Recipient, read: Reading, mail: InboundMail) -> None:
    lock_mail(recipient.user_id)
    require_account(recipient.user_id)
    mailbox = _lock_mailbox(recipient)
    stored = store_readings(recipient.user_id, [read], are_waiting=mailbox.paused)
    if stored and not mailbox.paused:
        known, changes = match_mail(recipient.user_id)
        count = count_batch(stored, changes, known=known)
        _note_fault(mailbox, read, mail)
    else:
        # Nothing follows from mail that waits, nor is anything of it shown, until it is read.
        count = count_stored(stored)
    count.messages = 1
    mailbox.failure, mailbox.failed_at = "", None
    _save_count(mailbox, count)


def _note_full(recipient: Recipient) -> None:
    """Show the user why mail no longer comes in."""
    mailbox = UserMailbox.objects.filter(id=recipient.mailbox_id)
    mailbox.update(failure=FULL, failed_at=datetime.now(UTC))


@transaction.atomic
def _note_unread(recipient: Recipient, read: Unread, mail: InboundMail) -> None:
    """Show the user that mail comes in, although nothing is kept of this one, and why it can't be read."""
    mailbox = _lock_mailbox(recipient)
    _note_fault(mailbox, read, mail)
    _save_count(mailbox, IntakeCount(messages=1, failed=read.failed))


def _note_fault(mailbox: UserMailbox, read: Reading | Unread, mail: InboundMail) -> None:
    if fault := find_fault(read):
        mailbox.failed_mails = add_failed(mailbox.failed_mails, [(mail.message_id, fault)])


def _save_count(mailbox: UserMailbox, count: IntakeCount) -> None:
    mailbox.found = write_found(read_found(mailbox.found).add(count))
    mailbox.synced_at = datetime.now(UTC)
    mailbox.save(update_fields=["found", "failed_mails", "synced_at", "failure", "failed_at"])
