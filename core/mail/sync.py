"""Read a user's new mail, in the background."""

from typing import Final

from core.accounts.logins.grants import Linked, linked_accounts
from core.accounts.values import Caller
from core.errors import IdentityMissing, MailTokenExpired
from core.jobs import GiveUp, enqueue, task
from core.plugins import plugins
from providers.contracts import MailAccess, Mailbox

# Which mailbox is opened with the grant of which provider.
_MAILBOX_OF: Final = {"google-oauth2": "gmail"}


def request_sync(caller: Caller) -> None:
    """Have the caller's mail read soon; once, however often it is asked for before that starts.

    Raises `IdentityMissing` where no account with mail is linked, `MailTokenExpired` where the stored token is known to
    be dead.
    """
    accounts = _accounts_with_mail(caller.user_id)
    if not accounts:
        raise IdentityMissing("mailbox")
    if all(account.grant is None for account in accounts):
        raise MailTokenExpired
    enqueue(sync_mail, key=str(caller.user_id), user_id=caller.user_id)


@task("mail.sync", in_transaction=False)
def sync_mail(*, user_id: int) -> None:
    """Ask the user's mailboxes for what is new."""
    accounts = _accounts_with_mail(user_id)
    mailboxes = [_mailbox_of(account) for account in accounts]
    if not any(mailboxes):
        providers = ", ".join(account.provider for account in accounts) or "this user"
        raise GiveUp(f"no plugin is installed that reads the mailbox of {providers}")


def _accounts_with_mail(user_id: int) -> list[Linked]:
    registry = plugins().registry()
    return [
        account
        for account in linked_accounts(user_id)
        if isinstance(registry.auth_provider(account.provider), MailAccess)
    ]


def _mailbox_of(account: Linked) -> Mailbox | None:
    return plugins().registry().mailbox(_MAILBOX_OF.get(account.provider, ""))
