"""Mail that came to a paused forwarding address: it is stored, shown nowhere, and read once its user goes on."""

from core.jobs import enqueue, task
from core.mail.mailboxes.found import read_found, write_found
from core.mail.models import WAITING, StoredMessage, UserMailbox
from core.mail.origins import FORWARD
from core.mail.rereading import RereadCount, Rereading, reread_mail
from core.mail.storing import lock_mail
from providers.isolation.processes import NOT_ASKED

_WAITING = Rereading(waiting=True)


def start_reading_waiting(user_id: int) -> None:
    """Have the user's waiting mail read, in the caller's transaction; raises `QuotaUsedUpForNow`."""
    if StoredMessage.objects.filter(user_id=user_id, state=WAITING, erased_at=None).exists():
        enqueue(read_waiting_mail, key=str(user_id), user_id=user_id)


def remove_waiting(user_id: int) -> None:
    """Remove the user's waiting mail with its address: no application follows from it."""
    StoredMessage.objects.filter(user_id=user_id, state=WAITING).delete()


@task("mail.read_waiting")
def read_waiting_mail(*, user_id: int) -> str:
    """Read the mail that waits, unless the address is paused again; return the number for the job's record."""
    lock_mail(user_id)
    addresses = UserMailbox.objects.select_for_update().filter(user_id=user_id, plugin=FORWARD)
    address = addresses.order_by("id").first()
    if address is None or address.paused:
        return "0 mails"
    count = reread_mail(user_id, _WAITING)
    # They are tried again until their plugin is on.
    left = StoredMessage.objects.filter(user_id=user_id, state=WAITING, erased_at=None)
    left.update(state="failed", error=f"{NOT_ASKED}: its plugin is switched off")
    _note_found(address, count)
    return f"{count.messages} mails"


def _note_found(address: UserMailbox, count: RereadCount) -> None:
    found = read_found(address.found).with_effects(
        applications=count.created, updates=count.updated, failed=count.failed
    )
    address.found = write_found(found)
    address.save(update_fields=["found"])
