"""Where a user's mail is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from providers.context import MailboxContext
from providers.messages import Fetched


@runtime_checkable
class Mailbox(Protocol):
    """Fetches a user's mail."""

    @property
    def name(self) -> str: ...

    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        """Yield the mails since `cursor` (None: from the start), in pieces that fit in memory.

        Each piece carries the cursor that resumes after it; the last one comes even if it is empty. A mail that was
        deleted meanwhile is left out; one that can't be fetched, whatever is tried, comes with a reason and stops
        nothing. Nothing in the mailbox changes, not even that a mail was read.

        Raises `CredentialsRefused` (or a subclass) where the owner has to connect the mailbox again, `CursorExpired`,
        `ProviderUnavailable` after some attempts with growing pauses, `ProviderMisconfigured`; the pieces yielded
        before remain valid.
        """
        ...


@runtime_checkable
class MailboxOfAccount(Mailbox, Protocol):
    """A mailbox that an account at an auth provider opens; its owner connects it with an authorization code.

    `account_provider`: the name of the provider, which implements `MailAccess`; its grant comes in `context.grant`.
    """

    @property
    def account_provider(self) -> str: ...


@runtime_checkable
class MailboxLogin(Mailbox, Protocol):
    """A mailbox on a server that its owner names: the log-in is tried before Happo stores it.

    The log-in is a password, or at a server of an `ImapAccess` its token, which comes in `context.grant`.
    """

    def check_login(self, context: MailboxContext) -> None:
        """Log in to `context.server`, and look whether the folders named there exist; change and read nothing.

        Raises as `fetch`; `ProviderMisconfigured` with the setting `folders` where one of them doesn't exist.
        """
        ...
