"""The registry of plugins: built and checked at start-up, immutable afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, Literal, TypeVar

from providers.claims import ClaimIndex, digest_claims, join_claims
from providers.contracts import AuthProvider, Mailbox, MailSearch, MailSource
from providers.messages import MailHead
from providers.plugin_versions import digest_of_files

Origin = Literal["shipped", "installed"]
# What operators switch: log-ins (auth providers), and mail (its sources, and the mailboxes it is fetched from).
PluginKind = Literal["login", "mail"]
T = TypeVar("T", AuthProvider, MailSource, Mailbox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One plugin.

    Operators switch it by `name`. `distribution` ("happo-acme 1.2") is None for a shipped plugin.
    """

    name: str
    origin: Origin
    module: str
    distribution: str | None = None

    @property
    def version(self) -> str:
        """Return the release of its distribution; of a shipped plugin, a digest of its files."""
        if self.distribution:
            return self.distribution.rpartition(" ")[2]
        return digest_of_files(self.module)

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution or self.module})"


@dataclass(frozen=True, slots=True)
class Registered(Generic[T]):
    """An item that a plugin registered, and that plugin."""

    plugin: Plugin
    item: T


@dataclass(frozen=True, kw_only=True)
class Registry:
    """All registered items in a fixed order: shipped plugins as listed, then installed ones by name."""

    plugins: tuple[Plugin, ...] = ()
    registered_auth_providers: tuple[Registered[AuthProvider], ...] = ()
    registered_mail_sources: tuple[Registered[MailSource], ...] = ()
    registered_mailboxes: tuple[Registered[Mailbox], ...] = ()

    def without(self, off: Collection[tuple[str, PluginKind]]) -> Registry:
        """Return the registry without what is off, by names of plugins and kinds.

        A plugin stays as long as one of the kinds that it registers does; names of plugins that are not installed are
        ignored.
        """
        return replace(
            self,
            plugins=tuple(plugin for plugin in self.plugins if self._has_more(plugin, off)),
            registered_auth_providers=_drop(self.registered_auth_providers, "login", off),
            registered_mail_sources=_drop(self.registered_mail_sources, "mail", off),
            registered_mailboxes=_drop(self.registered_mailboxes, "mail", off),
        )

    def kinds_of(self, name: str) -> frozenset[PluginKind]:
        """Return what the plugin of that name registers; nothing if it is not in this registry."""
        logins = {one.plugin.name for one in self.registered_auth_providers}
        mail = {one.plugin.name for one in self.registered_mail_sources}
        mail |= {one.plugin.name for one in self.registered_mailboxes}
        kinds: dict[PluginKind, set[str]] = {"login": logins, "mail": mail}
        return frozenset(kind for kind, names in kinds.items() if name in names)

    def _has_more(self, plugin: Plugin, off: Collection[tuple[str, PluginKind]]) -> bool:
        return any((plugin.name, kind) not in off for kind in self.kinds_of(plugin.name))

    @property
    def auth_providers(self) -> tuple[AuthProvider, ...]:
        return tuple(registered.item for registered in self.registered_auth_providers)

    @property
    def mail_sources(self) -> tuple[MailSource, ...]:
        return tuple(registered.item for registered in self.registered_mail_sources)

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        return tuple(registered.item for registered in self.registered_mailboxes)

    def auth_provider(self, name: str) -> AuthProvider | None:
        """Return the provider that clients call `name`; None if it is unknown or not enabled."""
        return _find_by_name(self.auth_providers, name)

    def mail_source(self, name: str) -> MailSource | None:
        return _find_by_name(self.mail_sources, name)

    def mailbox(self, name: str) -> Mailbox | None:
        return _find_by_name(self.mailboxes, name)

    def mail_sources_for(self, message: MailHead) -> tuple[MailSource, ...]:
        """Return the sources that claim this mail: by its sender, the most exact claim first, then by a header."""
        return self._claims.find(message)

    @cached_property
    def mail_search(self) -> MailSearch:
        """Return what the mail sources look for, which mailboxes are given."""
        return join_claims(self.mail_sources)

    @cached_property
    def digests_of_claims(self) -> Mapping[str, str]:
        """Return by the name of each mail source what changes with what it looks for."""
        return {source.name: digest_claims(source) for source in self.mail_sources}

    @cached_property
    def _claims(self) -> ClaimIndex:
        return ClaimIndex(self.mail_sources)

    def plugin_of(self, item: AuthProvider | MailSource | Mailbox) -> Plugin | None:
        """Return the plugin that registered `item`; None if it is not in this registry."""
        everything: Iterable[
            Registered[AuthProvider] | Registered[MailSource] | Registered[Mailbox]
        ] = (
            *self.registered_auth_providers,
            *self.registered_mail_sources,
            *self.registered_mailboxes,
        )
        return next(
            (registered.plugin for registered in everything if registered.item is item), None
        )


def _drop(
    registered: tuple[Registered[T], ...],
    kind: PluginKind,
    off: Collection[tuple[str, PluginKind]],
) -> tuple[Registered[T], ...]:
    return tuple(one for one in registered if (one.plugin.name, kind) not in off)


def _find_by_name(items: tuple[T, ...], name: str) -> T | None:
    return next((item for item in items if item.name == name), None)
