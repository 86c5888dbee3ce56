"""Mail that came to a paused forwarding address: it is stored, shown nowhere, and read once its user goes on."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from django.db import DataError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from core.errors import QuotaUsedUpForNow
from core.jobs import enqueue, enqueue_all, task
from core.mail.mailboxes.failed_mails import add_failed, name_fault
from core.mail.mailboxes.found import read_found, write_found
from core.mail.models import WAITING, StoredMessage, UserMailbox
from core.mail.origins import FORWARD
from core.mail.rereading import RereadCount, Rereading, reread_mail
from core.mail.storing import lock_mail
from providers.isolation.processes import NOT_ASKED

logger = logging.getLogger(__name__)
# Mails of one transaction, during which the user's other mail and edits wait, and transactions of one job: another job
# reads the rest.
_BATCH: Final = 50
_BATCHES: Final = 20


def start_reading_waiting(user_id: int) -> None:
    """Have the user's waiting mail read, in the caller's transaction; raises `QuotaUsedUpForNow`."""
    if StoredMessage.objects.filter(user_id=user_id, state=WAITING, erased_at=None).exists():
        enqueue(read_waiting_mail, key=str(user_id), user_id=user_id)


def start_reading_left_over() -> None:
    """Have the waiting mail read of all users of the active tenant who have gone on: an earlier job may have failed."""
    users = _find_readable().order_by("user_id").values_list("user_id", flat=True).distinct()
    if jobs := {str(user_id): {"user_id": user_id} for user_id in users}:
        enqueue_all(read_waiting_mail, jobs)


def remove_waiting(user_id: int) -> None:
    """Remove the user's waiting mail with its address: no application follows from it."""
    # Without `only`, Django loads the bytes and texts of all of it.
    StoredMessage.objects.filter(user_id=user_id, state=WAITING).only("id").delete()


@task("mail.read_waiting", in_transaction=False)
def read_waiting_mail(*, user_id: int) -> str:
    """Read the mail that waits, unless the address is paused again; return the number for the job's record.

    Each batch is one transaction: a job that is run again goes on where it was interrupted.
    """
    mails = 0
    for _ in range(_BATCHES):
        batch = _find_readable().filter(user_id=user_id).order_by("id")
        ids = list(batch.values_list("id", flat=True)[:_BATCH])
        if not ids:
            break
        mails += _read(user_id, ids)
    else:
        _enqueue_rest(user_id)
    return f"{mails} mails"


def _find_readable() -> QuerySet[StoredMessage]:
    """Return the mail that waits although its user has gone on."""
    addresses = UserMailbox.objects.filter(
        user_id=OuterRef("user_id"), plugin=FORWARD, paused=False
    )
    return StoredMessage.objects.filter(Exists(addresses), state=WAITING, erased_at=None)


def _enqueue_rest(user_id: int) -> None:
    """Enqueue another job; where the tenant has too many waiting jobs, the next sweep does."""
    with suppress(QuotaUsedUpForNow), transaction.atomic():
        start_reading_waiting(user_id)


def _read(user_id: int, ids: Sequence[int]) -> int:
    """Read these mails, those that the database doesn't take alone; return how many no longer wait."""
    try:
        return _read_at_once(user_id, ids)
    except DataError:
        if len(ids) == 1:
            logger.exception("A mail that has waited can't be stored")
            return _give_up(user_id, ids[0])
    # What the database doesn't take is no reason to keep the rest waiting.
    return sum(_read(user_id, [one]) for one in ids)


@transaction.atomic
def _read_at_once(user_id: int, ids: Sequence[int]) -> int:
    address = _lock_address(user_id)
    # Another job may have read them before this one got the lock.
    mails = _find_readable().filter(user_id=user_id, id__in=ids)
    waiting = tuple(mails.values_list("id", flat=True))
    if address is None or not waiting:
        return 0
    count = reread_mail(user_id, Rereading(waiting=waiting))
    _note_found(address, waiting, count)
    # They are tried again once their plugin is on.
    mails.update(state="failed", error=f"{NOT_ASKED}: its plugin is switched off")
    return count.messages


@transaction.atomic
def _give_up(user_id: int, mail_id: int) -> int:
    address = _lock_address(user_id)
    mail = _find_readable().filter(user_id=user_id, id=mail_id)
    if address is None or not mail.update(state="failed", reason="this mail can't be stored"):
        return 0
    _note_found(address, [mail_id], RereadCount(messages=1, failed=1))
    return 1


def _lock_address(user_id: int) -> UserMailbox | None:
    """Lock the user's mail, and the address that it came to; return None where that is paused or gone."""
    lock_mail(user_id)
    addresses = UserMailbox.objects.select_for_update().filter(user_id=user_id, plugin=FORWARD)
    return addresses.filter(paused=False).order_by("id").first()


def _note_found(address: UserMailbox, ids: Sequence[int], count: RereadCount) -> None:
    """Show the user what came of these mails, and which of them failed."""
    failed = StoredMessage.objects.filter(id__in=ids, state="failed").order_by("id")
    faults = [
        (message_id, name_fault(plugin, error=error, reason=reason))
        for message_id, plugin, error, reason in failed.values_list(
            "message_id", "plugin", "error", "reason"
        )
    ]
    found = read_found(address.found).with_effects(
        applications=count.created, updates=count.updated, failed=count.failed
    )
    address.found = write_found(found)
    address.failed_mails = add_failed(address.failed_mails, faults)
    address.save(update_fields=["found", "failed_mails"])
