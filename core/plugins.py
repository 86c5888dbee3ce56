"""The plugins that are on for the active tenant, and what they may touch: a port, filled by whoever knows tenants."""

from typing import Protocol

from providers.registry import Registry


class Plugins(Protocol):
    """What is there to use in the active tenant's scope."""

    def registry(self) -> Registry:
        """Return the plugins that are on."""

    def installed(self) -> Registry:
        """Return all that was found at the start, on or off."""

    def base_url(self, provider: str) -> str | None:
        """Return what replaces scheme and host of the provider's addresses; None where nothing does."""


_plugins: Plugins | None = None


def use_plugins(plugins: Plugins) -> None:
    """Fill the port; once, at the start."""
    global _plugins
    _plugins = plugins


def plugins() -> Plugins:
    """Return what fills the port."""
    if _plugins is None:
        raise RuntimeError(
            "Nobody has said which plugins there are: call use_plugins at the start."
        )
    return _plugins


def installed_plugins() -> Registry:
    """Return all plugins that were found at the start, whoever has them on."""
    return plugins().installed()
