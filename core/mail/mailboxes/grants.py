"""The grants that open mailboxes of accounts: the mailbox's own, or that of the account that its user logs in with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from django.utils import timezone

from core.accounts.logins.grants import find_linked_account, mark_grant_dead, renew_grant
from core.accounts.logins.provider_settings import build_auth_context
from core.mail.mailboxes.credentials import read_secrets, write_secrets
from core.mail.mailboxes.kinds import Secrets
from core.mail.models import UserMailbox
from core.plugins import plugins
from providers.contracts import (
    CredentialsRefused,
    Grant,
    ImapAccess,
    MailAccess,
    ProviderMisconfigured,
)

# A token that ends sooner is refreshed before a fetch begins.
_SPARE: Final = timedelta(minutes=2)


@dataclass(eq=False)
class RefreshRefused(CredentialsRefused):
    """The provider refuses to refresh a grant. `grant`: the one that was read, which may be replaced by now."""

    grant: Grant | None = None


class StoredGrant(Protocol):
    """Where a mailbox's grant is stored."""

    def read(self) -> Grant | None:
        """Return the grant; None where there is none, or it is known to be refused."""

    def replace(self, grant: Grant) -> None:
        """Store the grant that a refresh gave."""

    def is_dead(self, refused: Grant | None) -> bool:
        """Note that the provider refuses that grant, for whatever else uses it; False where there is a newer one.

        `refused`: None where there was no grant to refuse; then nothing is noted.
        """


class OwnGrant:
    """The grant of a mailbox that was connected by an authorization code."""

    def __init__(self, mailbox: UserMailbox) -> None:
        self._mailbox = mailbox

    def read(self) -> Grant | None:
        secrets = read_secrets(self._mailbox.credentials)
        return secrets.grant if secrets is not None else None

    def replace(self, grant: Grant) -> None:
        # One that its user has connected again meanwhile keeps its new grant.
        unchanged = UserMailbox.objects.filter(
            id=self._mailbox.id, refused_at=None, credentials=self._mailbox.credentials
        )
        self._mailbox.credentials = write_secrets(Secrets(grant=grant))
        unchanged.update(credentials=self._mailbox.credentials)

    def is_dead(self, refused: Grant | None) -> bool:
        return True


class LinkedGrant:
    """The grant of a linked account, which log-ins and `update_gmail_token` store."""

    def __init__(self, mailbox: UserMailbox, provider: str) -> None:
        self._mailbox, self._provider = mailbox, provider

    def read(self) -> Grant | None:
        linked = find_linked_account(self._mailbox.user_id, provider=self._provider)
        # The user may have linked another account since.
        return linked.grant if linked and linked.subject == self._mailbox.account else None

    def replace(self, grant: Grant) -> None:
        renew_grant(
            self._mailbox.user_id,
            provider=self._provider,
            subject=self._mailbox.account,
            grant=grant,
        )

    def is_dead(self, refused: Grant | None) -> bool:
        if refused is None:
            return self.read() is None
        return mark_grant_dead(self._mailbox.user_id, provider=self._provider, refused=refused)


def stored_grant_of(mailbox: UserMailbox, provider: str) -> StoredGrant:
    """Return where the grant of a mailbox is stored. `provider`: the one whose accounts open it."""
    if mailbox.credentials is None:
        return LinkedGrant(mailbox, provider)
    return OwnGrant(mailbox)


def get_fresh_grant(stored: StoredGrant, provider: str) -> Grant:
    """Return a grant that is good for some minutes, refreshed if need be. Raises as `refresh_grant`."""
    grant = stored.read()
    if grant is None:
        raise CredentialsRefused(provider, "expired")
    if grant.expires_at is None or grant.expires_at > timezone.now() + _SPARE:
        return grant
    if grant.refresh_token is None and grant.expires_at > timezone.now():
        # The document's access token is used for as long as it lasts.
        return grant
    return refresh_grant(stored, provider)


def refresh_grant(stored: StoredGrant, provider: str) -> Grant:
    """Return a new grant, which is stored. Raises `CredentialsRefused` where the user has to consent again (where there
    was a grant, `RefreshRefused`), `ProviderUnavailable`, `ProviderMisconfigured`.
    """
    grant = stored.read()
    access = plugins().registry().auth_provider(provider)
    if not isinstance(access, MailAccess | ImapAccess):
        raise ProviderMisconfigured(provider, "clients")
    if grant is None:
        raise CredentialsRefused(provider, "expired")
    try:
        fresh = access.refresh_access(grant, build_auth_context(provider))
    except CredentialsRefused as error:
        raise RefreshRefused(error.provider, error.reason, grant=grant) from error
    stored.replace(fresh)
    return fresh
