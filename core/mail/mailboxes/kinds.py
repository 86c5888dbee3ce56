"""The kinds of mailboxes that a user can connect, and what is stored of a new one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.accounts.values import Caller
from providers.values import CodeRequest, Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxRequest:
    """What a user sends to connect a mailbox; which of it is needed depends on the kind.

    `code`, `redirect_uri`: an authorization code (RFC 6749, section 4.1.2). `host`, `port`, `username`, `password`,
    `folders`: a log-in at a server that the user names; () for the folders that the plugin chooses. Instead of a
    password, a server of an auth provider takes `code` and `redirect_uri`. `consent`: what the browser left with that
    brought `code` (`consents.begin_consent`); None for a code of another application. `provider`: whose page that was,
    where it opens a server of that provider.
    """

    plugin: str
    code: str | None = None
    redirect_uri: str | None = None
    consent: CodeRequest | None = field(default=None, repr=False)
    provider: str | None = None
    host: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What opens a mailbox: a grant of an auth provider, or a password."""

    grant: Grant | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMailbox:
    """A mailbox whose log-in was just tried. `account`, `address`, `settings`: as in `UserMailbox`.

    `is_fetched`: False where mail comes in by itself, so that there is nothing to schedule.
    """

    account: str
    address: str
    secrets: Secrets | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    is_fetched: bool = True


# The kind of mailbox whose servers auth providers open (`ImapAccess`, `ImapConsent`).
IMAP: Final = "imap"
# Makes sure that a mailbox can be opened, and returns what is stored of it. It runs outside of a transaction, and
# raises domain errors.
Connect = Callable[[Caller, MailboxRequest], NewMailbox]
# Kinds that no plugin brings, by the name that clients send as `plugin`.
OWN_KINDS: Final[dict[str, Connect]] = {}


def use_own_kind(name: str, connect: Connect) -> None:
    """Let users connect mailboxes of a kind that no plugin brings; call it once, at start-up."""
    OWN_KINDS[name] = connect
