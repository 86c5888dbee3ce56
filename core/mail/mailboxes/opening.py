"""What a plugin is given to fetch a mailbox."""

from dataclasses import dataclass
from datetime import datetime

from core.accounts.logins.provider_settings import read_provider_settings
from core.connecting import connector
from core.http import mailbox_http_client
from core.mail.mailboxes.credentials import read_secrets
from core.mail.mailboxes.failures import SWITCHED_OFF
from core.mail.mailboxes.grants import get_fresh_grant, stored_grant_of
from core.mail.models import UserMailbox
from core.plugins import plugins
from providers.contracts import (
    CredentialsRefused,
    Grant,
    Mailbox,
    MailboxContext,
    MailboxOfAccount,
    MailServer,
    ProviderMisconfigured,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A plugin's mailbox with its context. `provider`: whose tokens open it, None for a password."""

    mailbox: Mailbox
    context: MailboxContext
    provider: str | None


def open_mailbox(row: UserMailbox, *, deadline: datetime, grant: Grant | None = None) -> Opened:
    """Return what fetches a mailbox. `grant`: one that was just refreshed; None for the stored one.

    Raises `ProviderError`: `ProviderMisconfigured` where its plugin is off, and as `get_fresh_grant`.
    """
    mailbox = plugins().registry().mailbox(row.plugin)
    if mailbox is None:
        raise ProviderMisconfigured(row.plugin, SWITCHED_OFF)
    provider = provider_of(row)
    if provider is not None and grant is None:
        grant = get_fresh_grant(stored_grant_of(row, provider), provider)
    context = MailboxContext(
        http=mailbox_http_client(),
        search=plugins().registry().mail_search,
        grant=grant,
        server=None if isinstance(mailbox, MailboxOfAccount) else _server_of(row),
        settings=read_provider_settings(row.plugin),
        connect=connector(),
        deadline=deadline,
    )
    return Opened(mailbox, context, provider)


def provider_of(row: UserMailbox) -> str | None:
    """Return the name of the auth provider whose tokens open the mailbox; None for a password."""
    mailbox = plugins().registry().mailbox(row.plugin)
    if isinstance(mailbox, MailboxOfAccount):
        return mailbox.account_provider
    provider: str | None = row.settings.get("provider")
    return provider


def _server_of(row: UserMailbox) -> MailServer:
    secrets = read_secrets(row.credentials)
    password = secrets.password if secrets is not None else None
    if password is None and provider_of(row) is None:
        raise CredentialsRefused(row.plugin)
    return MailServer(
        host=row.settings["host"],
        port=row.settings["port"],
        username=row.settings["username"],
        password=password,
        folders=tuple(row.settings["folders"]),
    )
