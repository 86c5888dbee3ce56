"""Fetch users' mailboxes in jobs: when a user asks for it, and when they are due."""

import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from core.accounts.values import Caller
from core.audit import record
from core.errors import IdentityMissing, MailboxRefused, MailTokenExpired, QuotaUsedUpForNow
from core.jobs import enqueue, enqueue_all, every, has_to_stop, task
from core.mail.mailboxes.fetching import MailboxFetch
from core.mail.mailboxes.kinds import OWN_KINDS
from core.mail.mailboxes.linked import connect_linked_mailboxes, list_mail_accounts
from core.mail.mailboxes.pauses import as_soon_as_allowed
from core.mail.models import UserMailbox

# Seconds that one job fetches for. What is left is for the user's next job, so that other users' have their turn.
SECONDS_PER_JOB: Final = 60.0
# The first mailbox of a job has all of that, and a further one at least so much.
LEAST_SECONDS: Final = 15.0
# A job waits at most so long for the end of a pause that a server asked for; after a longer one, the sweep has the rest
# fetched.
LONGEST_WAIT: Final = 30.0
# Users whose jobs one sweep enqueues. A tenant's sweeps are so far apart.
USERS_PER_SWEEP: Final = 1000
SWEEP_EVERY: Final = timedelta(minutes=5)
# The moment is the database's, which also decides what is due: the clock of this machine may be wrong.
# An inactive user's mail isn't stored.
_DUE: Final = """
    mail_mailbox m JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.next_sync_at <= clock_timestamp()
"""
_LIST_DUE: Final = f"""
    SELECT m.id, clock_timestamp() FROM {_DUE} AND u.id = %s ORDER BY m.next_sync_at, m.id
"""  # noqa: S608 - constants
_LIST_DUE_USERS: Final = f"""
    SELECT u.id FROM {_DUE} GROUP BY u.id ORDER BY min(m.next_sync_at) LIMIT %s
"""  # noqa: S608 - constants


def request_sync(caller: Caller) -> None:
    """Have all of the caller's mailboxes fetched by a job; requests that come before it starts share one.

    Whose only mailbox is a forwarding address needs no job: its mail comes by itself. A mailbox whose server asked for
    a pause is fetched after it.
    Raises `IdentityMissing` where no mailbox is connected and no account with mail is linked, `MailTokenExpired` and
    `MailboxRefused` where all of them refuse their log-in.
    """
    accounts = list_mail_accounts(caller.user_id)
    connect_linked_mailboxes(caller.user_id, accounts)
    dead = [account.subject for account in accounts if account.grant is None]
    mailboxes = UserMailbox.objects.filter(user_id=caller.user_id)
    fetched = mailboxes.exclude(plugin__in=OWN_KINDS)
    alive = fetched.filter(refused_at=None).exclude(Q(credentials=None) & Q(account__in=dead))
    if not alive.exists():
        if not accounts and not fetched.exists():
            if mailboxes.exists():
                return
            raise IdentityMissing("mailbox")
        raise MailTokenExpired if accounts else MailboxRefused
    with transaction.atomic():
        alive.filter(paused=False).update(next_sync_at=as_soon_as_allowed())
        start_sync(caller.user_id)
        record("user.sync_mail", caller.user_uuid)


def start_sync(user_id: int) -> None:
    """Enqueue a job that fetches the user's mailboxes that are due; raises `QuotaUsedUpForNow`."""
    enqueue(sync_mail, key=str(user_id), user_id=user_id)


def start_sync_if_room(user_id: int) -> None:
    """Enqueue such a job; where the tenant has too many waiting jobs, the next sweep does."""
    with suppress(QuotaUsedUpForNow), transaction.atomic():
        start_sync(user_id)


def _start_next(user_id: int, *, pause: float) -> None:
    if pause <= LONGEST_WAIT:
        time.sleep(pause)
        start_sync_if_room(user_id)


@every(SWEEP_EVERY)
@task("mail.schedule", in_transaction=False, while_suspended=False)
def enqueue_due_mailboxes() -> str:
    """Enqueue a job for each user who has a mailbox that is due; return the number for the job's record.

    They come after what a person waits for. Where the tenant has too many waiting jobs, the rest stays due.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIST_DUE_USERS, [USERS_PER_SWEEP])
        users = [user_id for (user_id,) in cursor.fetchall()]
    if not users:
        return "0 users"
    enqueued = enqueue_all(sync_mail, {str(user_id): {"user_id": user_id} for user_id in users})
    return f"{enqueued} of {len(users)} users"


@task("mail.sync", in_transaction=False, while_suspended=False)
def sync_mail(*, user_id: int) -> str:
    """Fetch the user's mailboxes that are due, for a minute at most; return what became of them."""
    ends_at = time.monotonic() + SECONDS_PER_JOB
    outcomes, mails, pauses = Counter[str](), 0, list[float]()
    with connection.cursor() as cursor:
        cursor.execute(_LIST_DUE, [user_id])
        due = cursor.fetchall()
    for mailbox_id, began in due:
        # Without time for it, it would look as if its server were slow.
        if outcomes and (time.monotonic() >= ends_at - LEAST_SECONDS or has_to_stop()):
            outcomes["left"] += 1
            continue
        row = UserMailbox.objects.select_related("user").filter(id=mailbox_id).first()
        if row is None or row.next_sync_at is None:
            continue
        fetch = MailboxFetch(row, email=row.user.email, began=began, ends_at=ends_at)
        outcomes[fetch.run()] += 1
        mails += fetch.mails
        pauses.append(fetch.pause)
    if outcomes["left"]:
        _start_next(user_id, pause=max(pauses, default=0.0))
    shown = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items() if count)
    return f"{mails} mails; mailboxes: {shown or 'none due'}"
