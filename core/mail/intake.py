"""Takes a user's mail in, whatever brought it: reads it, stores what the sources accept, and matches it.

    for count in take_in(user_id, mails): ...

Each batch is one transaction under the user's lock: after a crash, mail that is taken in again is known or stored,
never both. A mail that can't be read or stored harms only itself.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import DataError, transaction

from core.mail.applications import match_mail
from core.mail.counting import IntakeCount, count_batch
from core.mail.origins import IncomingMail
from core.mail.reading import Reading, Unread, read_incoming
from core.mail.storing import lock_mail, require_account, store_readings
from core.plugins import plugins

logger = logging.getLogger(__name__)
# What one transaction stores at most: mails, and their bytes.
_BATCH_MAILS: Final = 100
_BATCH_BYTES: Final = 8 * 1024 * 1024


def take_in(user_id: int, mails: Iterable[IncomingMail]) -> Iterator[IntakeCount]:
    """Take mails in; yield what came of them after each batch that was stored, and once for the rest.

    Memory holds one batch. Mail that no source accepts runs no statement. Call it in the tenant's scope, outside of a
    transaction. Raises `NotFound` where the user is removed, also in the middle.
    """
    count, batch, size = IntakeCount(), list[Reading](), 0
    for mail in mails:
        read = read_incoming(mail, plugins().registry(), owner=str(user_id))
        count.messages += 1
        if isinstance(read, Unread):
            count.failed += read.failed
            continue
        batch.append(read)
        size += len(read.raw)
        if len(batch) >= _BATCH_MAILS or size >= _BATCH_BYTES:
            count.add(_store(user_id, batch))
            yield count
            count, batch, size = IntakeCount(), [], 0
    if batch:
        count.add(_store(user_id, batch))
    yield count


def _store(user_id: int, batch: Sequence[Reading]) -> IntakeCount:
    try:
        return _store_at_once(user_id, batch)
    except DataError:
        if len(batch) == 1:
            # What the database doesn't take is no reason to lose the rest, nor to stop at this mail each time.
            logger.exception("A mail of %s can't be stored", batch[0].plugin.name)
            return IntakeCount(failed=1)
    count = IntakeCount()
    for reading in batch:
        count.add(_store(user_id, [reading]))
    return count


@transaction.atomic
def _store_at_once(user_id: int, batch: Sequence[Reading]) -> IntakeCount:
    lock_mail(user_id)
    require_account(user_id)
    stored = store_readings(user_id, batch)
    if not stored:
        return IntakeCount()
    known, changes = match_mail(user_id)
    return count_batch(stored, changes, known=known)
