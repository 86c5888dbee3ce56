"""Takes a user's mail in, whatever brought it: reads it, stores what the sources accept, and matches it.

    for count in take_in(user_id, mails): ...

Each batch is one transaction under the user's lock: after a crash, mail that is taken in again is known or stored,
never both. A mail that can't be read or stored harms only itself.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import DataError, transaction

from core.mail.applications import match_mail
from core.mail.counting import IntakeCount, count_batch
from core.mail.origins import IncomingMail
from core.mail.reading import Reading, Unread, read_incoming
from core.mail.storing import lock_mail, require_account, store_readings
from core.plugins import plugins
from providers.registry import Registry

logger = logging.getLogger(__name__)
# What one transaction stores at most: mails, and their bytes.
_BATCH_MAILS: Final = 100
_BATCH_BYTES: Final = 8 * 1024 * 1024
# Runs in the transaction that stores a batch, after it, with what came of it.
Then = Callable[[IntakeCount], None]


@dataclass(slots=True)
class Batch:
    """Mails that were read and are not stored yet. `count`: of those that are not to be stored."""

    readings: list[Reading] = field(default_factory=list)
    size: int = 0
    count: IntakeCount = field(default_factory=IntakeCount)

    @property
    def is_full(self) -> bool:
        return len(self.readings) >= _BATCH_MAILS or self.size >= _BATCH_BYTES

    def read(self, user_id: int, mail: IncomingMail, registry: Registry) -> Reading | Unread:
        """Read one more mail; return what it says."""
        read = read_incoming(mail, registry, owner=str(user_id))
        self.count.messages += 1
        if isinstance(read, Unread):
            self.count.failed += read.failed
        else:
            self.readings.append(read)
            self.size += len(read.raw)
        return read


def take_in(user_id: int, mails: Iterable[IncomingMail]) -> Iterator[IntakeCount]:
    """Take mails in; yield what came of them after each batch that was stored, and once for the rest.

    Memory holds one batch. Mail that no source accepts runs no statement. Call it in the tenant's scope, outside of a
    transaction. Raises `NotFound` where the user is removed, also in the middle.
    """
    batch = Batch()
    for mail in mails:
        batch.read(user_id, mail, plugins().registry())
        if batch.is_full:
            yield store_batch(user_id, batch)
            batch = Batch()
    yield store_batch(user_id, batch)


def store_batch(user_id: int, batch: Batch, *, then: Then | None = None) -> IntakeCount:
    """Store what was read, match it, and run `then` in the same transaction; return what came of all of the batch.

    A batch of nothing runs no statement, unless there is `then`. Raises `NotFound` where the user is removed.
    """
    count = IntakeCount()
    count.add(batch.count)
    if batch.readings:
        count.add(_store(user_id, batch.readings, before=batch.count, then=then))
    elif then is not None:
        with transaction.atomic():
            then(count)
    return count


def _store(
    user_id: int, readings: Sequence[Reading], *, before: IntakeCount, then: Then | None
) -> IntakeCount:
    try:
        return _store_at_once(user_id, readings, before=before, then=then)
    except DataError:
        # What the database doesn't take is no reason to lose the rest, nor to stop at this mail each time.
        pass
    count = _store_one_by_one(user_id, readings)
    if then is not None:
        with transaction.atomic():
            then(_sum(before, count))
    return count


def _store_one_by_one(user_id: int, readings: Sequence[Reading]) -> IntakeCount:
    count = IntakeCount()
    for reading in readings:
        try:
            count.add(_store_at_once(user_id, [reading], before=IntakeCount(), then=None))
        except DataError:
            logger.exception("A mail of %s can't be stored", reading.plugin.name)
            count.failed += 1
    return count


@transaction.atomic
def _store_at_once(
    user_id: int, readings: Sequence[Reading], *, before: IntakeCount, then: Then | None
) -> IntakeCount:
    lock_mail(user_id)
    require_account(user_id)
    stored = store_readings(user_id, readings)
    count = IntakeCount()
    if stored:
        known, changes = match_mail(user_id)
        count = count_batch(stored, changes, known=known)
    if then is not None:
        then(_sum(before, count))
    return count


def _sum(*counts: IntakeCount) -> IntakeCount:
    total = IntakeCount()
    for count in counts:
        total.add(count)
    return total
