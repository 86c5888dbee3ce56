"""Mail that a user receives, and rows of stored mail that say only what a test is about."""

from datetime import UTC, datetime
from typing import Any

from core.accounts.models import User
from core.mail.counting import IntakeCount
from core.mail.intake import take_in
from core.mail.models import StoredEvent, StoredMessage
from core.mail.origins import OF_A_FILE, IncomingMail, MailOrigin
from providers.conformance.mail_writer import Mail, write_mail

SENT = datetime(2018, 11, 14, 6, 8, 19, tzinfo=UTC)


def receive(user: User, *mails: Mail | bytes, origin: MailOrigin = OF_A_FILE) -> IntakeCount:
    """Take mails in for the user, one after the other; return what came of them."""
    total = IntakeCount()
    raw = [mail if isinstance(mail, bytes) else write_mail(mail) for mail in mails]
    for count in take_in(user.id, [IncomingMail(one, origin) for one in raw]):
        total.add(count)
    return total


def store(user: User, key: str, **said: Any) -> StoredMessage:  # Any: fields of the model
    """Store the row of a mail that a source read."""
    plain = {
        "mailbox": "gmail",
        "mailbox_key": key,
        "digest": key.encode(),
        "received_at": SENT,
        "subject": key,
        "plugin": "linkedin",
        "state": "read",
    }
    return StoredMessage.objects.create(user=user, **{**plain, **said})


def store_event(message: StoredMessage, **said: Any) -> StoredEvent:  # Any: fields of the model
    """Store an event of a mail."""
    plain = {"position": 0, "kind": "applied", "occurred_at": message.received_at}
    return StoredEvent.objects.create(message=message, **{**plain, **said})


def store_many(user: User, mails: int = 2_000) -> None:
    """Store so many mails that were read that looking through all of them would show."""
    StoredMessage.objects.bulk_create(
        StoredMessage(
            user=user,
            digest=number.to_bytes(32),
            mailbox="file",
            mailbox_key=str(number),
            received_at=SENT,
            raw=b"raw",
        )
        for number in range(mails)
    )
