"""Read a user's new mail in a job."""

from core.accounts.logins.grants import LinkedAccount, list_linked_accounts
from core.accounts.values import Caller
from core.errors import IdentityMissing, MailTokenExpired
from core.jobs import GiveUp, enqueue, task
from core.plugins import plugins
from providers.contracts import MailAccess


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
    """Say in the job's record why no mail came: no mailbox is fetched yet."""
    accounts = _list_mail_accounts(user_id)
    providers = ", ".join(account.provider for account in accounts) or "this user"
    raise GiveUp(f"mail of {providers} is not fetched yet: `manage.py mail import` reads its files")


def _list_mail_accounts(user_id: int) -> list[LinkedAccount]:
    registry = plugins().registry()
    return [
        account
        for account in list_linked_accounts(user_id)
        if isinstance(registry.auth_provider(account.provider), MailAccess)
    ]
