"""Read a user's new mail in a job."""

from typing import Final

from core.accounts.logins.grants import LinkedAccount, list_linked_accounts
from core.accounts.values import Caller
from core.errors import IdentityMissing, MailTokenExpired
from core.jobs import GiveUp, enqueue, task
from core.plugins import plugins
from providers.contracts import MailAccess, Mailbox

# The mailbox that a provider's grant opens, by the provider's name.
_MAILBOX_OF: Final = {"google-oauth2": "gmail"}


def request_sync(caller: Caller) -> None:
    """Enqueue a job that reads the caller's mail; requests that come before it starts share one job.

    Raises `IdentityMissing` where no account with mail is linked, `MailTokenExpired` where the providers refuse every
    stored token.
    """
    accounts = _list_mail_accounts(caller.user_id)
    if not accounts:
        raise IdentityMissing("mailbox")
    if all(account.grant is None for account in accounts):
        raise MailTokenExpired
    enqueue(sync_mail, key=str(caller.user_id), user_id=caller.user_id)


@task("mail.sync", in_transaction=False)
def sync_mail(*, user_id: int) -> None:
    """Fetch the new messages of the user's mailboxes."""
    accounts = _list_mail_accounts(user_id)
    mailboxes = [_find_mailbox(account) for account in accounts]
    if not any(mailboxes):
        providers = ", ".join(account.provider for account in accounts) or "this user"
        raise GiveUp(f"no plugin is installed that reads the mailbox of {providers}")


def _list_mail_accounts(user_id: int) -> list[LinkedAccount]:
    registry = plugins().registry()
    return [
        account
        for account in list_linked_accounts(user_id)
        if isinstance(registry.auth_provider(account.provider), MailAccess)
    ]


def _find_mailbox(account: LinkedAccount) -> Mailbox | None:
    return plugins().registry().mailbox(_MAILBOX_OF.get(account.provider, ""))
