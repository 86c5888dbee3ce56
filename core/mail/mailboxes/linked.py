"""The mailboxes of accounts that users log in with: the JobHax document connects no mailbox, it links an account."""

from django.db import transaction

from core.accounts.logins.grants import LinkedAccount, list_linked_accounts
from core.accounts.logins.provider_access import renew_mail_access
from core.accounts.models import User
from core.accounts.values import Caller
from core.mail.mailboxes.pauses import as_soon_as_allowed
from core.mail.models import UserMailbox
from core.mail.storing import lock_mail, require_account
from core.plugins import plugins
from providers.contracts import MailAccess, MailboxOfAccount


def list_mail_accounts(user_id: int) -> list[LinkedAccount]:
    """Return the user's linked accounts whose tokens open a mailbox that the tenant has switched on."""
    registry = plugins().registry()
    return [
        account
        for account in list_linked_accounts(user_id)
        if isinstance(registry.auth_provider(account.provider), MailAccess)
        and _find_plugin(account.provider) is not None
    ]


def renew_linked_mailbox(caller: Caller, *, provider: str, token: str) -> None:
    """Store a new token that may read the caller's mail, so that it is fetched; raises as `renew_mail_access`."""
    renew_mail_access(caller, provider=provider, token=token)
    connect_linked_mailboxes(caller.user_id, list_mail_accounts(caller.user_id))


@transaction.atomic
def connect_linked_mailboxes(user_id: int, accounts: list[LinkedAccount]) -> None:
    """Connect a mailbox for each account whose grant is alive; one that was refused lives again with that grant."""
    lock_mail(user_id)
    require_account(user_id)
    for account in accounts:
        plugin = _find_plugin(account.provider)
        if plugin is not None and account.grant is not None:
            _connect(user_id, plugin, account)


def _connect(user_id: int, plugin: str, account: LinkedAccount) -> None:
    known = UserMailbox.objects.filter(user_id=user_id, plugin=plugin, account=account.subject)
    mailbox = known.first()
    if mailbox is None:
        email = User.objects.values_list("email", flat=True).get(id=user_id)
        mailbox = UserMailbox(
            user_id=user_id, plugin=plugin, account=account.subject, address=email
        )
        mailbox.save(force_insert=True)
    elif mailbox.refused_at is not None:
        # Not `notified_at`: the document's tokens end every hour, and its user is not told each time.
        known.update(
            credentials=None, refused_at=None, attempts=0, failure="",
            failed_at=None,
        )  # fmt: skip
    elif mailbox.next_sync_at is not None or mailbox.paused:
        return
    known.filter(paused=False).update(next_sync_at=as_soon_as_allowed())


def _find_plugin(provider: str) -> str | None:
    """Return the name of the mailbox that this provider's accounts open."""
    for mailbox in plugins().registry().mailboxes:
        if isinstance(mailbox, MailboxOfAccount) and mailbox.account_provider == provider:
            return mailbox.name
    return None
