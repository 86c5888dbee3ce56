"""The plugins that are there: found, checked and named at start-up, then never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from providers.contracts import AuthProvider, Mailbox, MailSource, Sender

Origin = Literal["shipped", "installed"]
T = TypeVar("T", AuthProvider, MailSource, Mailbox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One plugin.

    `name` is what operators switch; `distribution` ("happo-acme 1.2") is None for a shipped one.
    """

    name: str
    origin: Origin
    module: str
    distribution: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution or self.module})"


@dataclass(frozen=True, slots=True)
class Registered(Generic[T]):
    """Something that a plugin registered, with the plugin."""

    plugin: Plugin
    item: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What is there to use, in a fixed order: shipped plugins as listed, then installed ones by name."""

    plugins: tuple[Plugin, ...] = ()
    registered_auth_providers: tuple[Registered[AuthProvider], ...] = ()
    registered_mail_sources: tuple[Registered[MailSource], ...] = ()
    registered_mailboxes: tuple[Registered[Mailbox], ...] = ()

    def only(self, enabled: Collection[str]) -> Registry:
        """Return the view of a tenant with these plugins (by name) on; names of plugins that are gone are ignored."""
        return replace(
            self,
            plugins=tuple(plugin for plugin in self.plugins if plugin.name in enabled),
            registered_auth_providers=_of(self.registered_auth_providers, enabled),
            registered_mail_sources=_of(self.registered_mail_sources, enabled),
            registered_mailboxes=_of(self.registered_mailboxes, enabled),
        )

    @property
    def auth_providers(self) -> tuple[AuthProvider, ...]:
        return tuple(brought.item for brought in self.registered_auth_providers)

    @property
    def mail_sources(self) -> tuple[MailSource, ...]:
        return tuple(brought.item for brought in self.registered_mail_sources)

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        return tuple(brought.item for brought in self.registered_mailboxes)

    def auth_provider(self, name: str) -> AuthProvider | None:
        """Return the provider that clients call `name`, None where there is none (or it is off)."""
        return _named(self.auth_providers, name)

    def mail_source(self, name: str) -> MailSource | None:
        return _named(self.mail_sources, name)

    def mailbox(self, name: str) -> Mailbox | None:
        return _named(self.mailboxes, name)

    def mail_sources_for(self, sender: Sender) -> tuple[MailSource, ...]:
        """Return the sources that claim this sender, the most exact claim first."""
        claims = [(_exactness(sender, source), source) for source in self.mail_sources]
        claiming = [claim for claim in claims if claim[0]]
        return tuple(source for _, source in sorted(claiming, key=lambda claim: -claim[0]))

    def plugin_of(self, item: AuthProvider | MailSource | Mailbox) -> Plugin | None:
        """Return the plugin that brought `item`, None where it is none of this view's."""
        everything: Iterable[
            Registered[AuthProvider] | Registered[MailSource] | Registered[Mailbox]
        ] = (
            *self.registered_auth_providers,
            *self.registered_mail_sources,
            *self.registered_mailboxes,
        )
        return next((brought.plugin for brought in everything if brought.item is item), None)


def _of(brought: tuple[Registered[T], ...], enabled: Collection[str]) -> tuple[Registered[T], ...]:
    return tuple(one for one in brought if one.plugin.name in enabled)


def _named(items: tuple[T, ...], name: str) -> T | None:
    return next((item for item in items if item.name == name), None)


def _exactness(sender: Sender, source: MailSource) -> int:
    """How narrow the narrowest claim on `sender` is, 0 where there is none: a whole address beats any domain."""
    lengths = (
        len(claim) + 1000 * ("@" in claim) for claim in source.senders if sender.belongs_to(claim)
    )
    return max(lengths, default=0)
