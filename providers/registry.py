"""The plugins that are there: found, checked and named at start-up, then never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from providers.claims import claimed_by, exactness
from providers.contracts import AuthProvider, Mailbox, MailSource, Message

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
class Brought(Generic[T]):
    """Something that a plugin registered, with the plugin."""

    plugin: Plugin
    item: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What is there to use, in a fixed order: shipped plugins as listed, then installed ones by name."""

    plugins: tuple[Plugin, ...] = ()
    brought_auth_providers: tuple[Brought[AuthProvider], ...] = ()
    brought_mail_sources: tuple[Brought[MailSource], ...] = ()
    brought_mailboxes: tuple[Brought[Mailbox], ...] = ()

    def only(self, enabled: Collection[str]) -> Registry:
        """Return the view of a tenant with these plugins (by name) on; names of plugins that are gone are ignored."""
        return replace(
            self,
            plugins=tuple(plugin for plugin in self.plugins if plugin.name in enabled),
            brought_auth_providers=_of(self.brought_auth_providers, enabled),
            brought_mail_sources=_of(self.brought_mail_sources, enabled),
            brought_mailboxes=_of(self.brought_mailboxes, enabled),
        )

    @property
    def auth_providers(self) -> tuple[AuthProvider, ...]:
        return tuple(brought.item for brought in self.brought_auth_providers)

    @property
    def mail_sources(self) -> tuple[MailSource, ...]:
        return tuple(brought.item for brought in self.brought_mail_sources)

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        return tuple(brought.item for brought in self.brought_mailboxes)

    def auth_provider(self, name: str) -> AuthProvider | None:
        """Return the provider that clients call `name`, None where there is none (or it is off)."""
        return _named(self.auth_providers, name)

    def mail_source(self, name: str) -> MailSource | None:
        return _named(self.mail_sources, name)

    def mailbox(self, name: str) -> Mailbox | None:
        return _named(self.mailboxes, name)

    def mail_sources_for(self, message: Message) -> tuple[MailSource, ...]:
        """Return the sources that claim this mail: by its sender, the most exact claim first, then by a header."""
        claims = [(source, claimed_by(source, message)) for source in self.mail_sources]
        by_sender = [source for source, claim in claims if claim == "sender"]
        by_header = [source for source, claim in claims if claim == "header"]
        return (*sorted(by_sender, key=lambda source: -exactness(message.sender, source)), *by_header)

    def plugin_of(self, item: AuthProvider | MailSource | Mailbox) -> Plugin | None:
        """Return the plugin that brought `item`, None where it is none of this view's."""
        everything: Iterable[Brought[AuthProvider] | Brought[MailSource] | Brought[Mailbox]] = (
            *self.brought_auth_providers,
            *self.brought_mail_sources,
            *self.brought_mailboxes,
        )
        return next((brought.plugin for brought in everything if brought.item is item), None)


def _of(brought: tuple[Brought[T], ...], enabled: Collection[str]) -> tuple[Brought[T], ...]:
    return tuple(one for one in brought if one.plugin.name in enabled)


def _named(items: tuple[T, ...], name: str) -> T | None:
    return next((item for item in items if item.name == name), None)
