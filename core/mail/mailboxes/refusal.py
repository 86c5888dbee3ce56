"""Tells a user once, by mail, that a mailbox has to be connected again."""

import logging

from django.db import transaction
from django.utils import timezone

from core.accounts.models import User
from core.errors import QuotaUsedUpForNow
from core.jobs import enqueue, task
from core.mail.models import UserMailbox
from core.one_line import to_one_line
from core.outgoing_mail import deliver

log = logging.getLogger("happo.mail")
# RFC 2606: the address of a user without one.
_NO_ADDRESS = ".invalid"
_SUBJECT = "Your mailbox {address} has to be connected again"
_TEXT = """\
Hello,

the mailbox {address} no longer accepts the log-in that you connected it with,
so no new mail comes from it. Please connect it again in your settings.
What came before stays as it is.
"""


def tell_of_refusal(mailbox: UserMailbox) -> None:
    """Have the user told, after the transaction that refuses the mailbox.

    Where the tenant has too many waiting jobs, no mail is sent: the list of mailboxes shows the refusal all the same.
    """
    try:
        with transaction.atomic():
            enqueue(send_refusal, key=str(mailbox.id), mailbox_id=mailbox.id)
    except QuotaUsedUpForNow:
        log.warning("No mail tells of refused mailbox %s: too many jobs wait", mailbox.id)


@task("mail.tell_of_refusal")
def send_refusal(*, mailbox_id: int) -> str:
    """Send the mail, unless it was sent since the mailbox was connected, or it is connected again."""
    mailbox = UserMailbox.objects.select_for_update().filter(id=mailbox_id).first()
    if mailbox is None or mailbox.refused_at is None or mailbox.notified_at is not None:
        return "nothing to tell"
    user = User.objects.get(id=mailbox.user_id)
    mailbox.notified_at = timezone.now()
    mailbox.save(update_fields=["notified_at"])
    if user.email.endswith(_NO_ADDRESS):
        return "the user has no address"
    if user.email_confirmed_at is None:
        # The mail would bring another person the name of a mailbox, which its user may have chosen freely.
        return "the user has not confirmed the address"
    shown = {"address": to_one_line(mailbox.address)}
    deliver(to=user.email, subject=_SUBJECT.format(**shown), text=_TEXT.format(**shown))
    return "told"
