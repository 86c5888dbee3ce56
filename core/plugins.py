"""The port to the plugins that the active tenant has enabled, and to what they may use. `tenants.plugins` fills it."""

from typing import Protocol

from providers.registry import Registry


class Plugins(Protocol):
    """The plugins of the installation and of the active tenant."""

    def registry(self) -> Registry:
        """Return the plugins that the active tenant has enabled."""

    def installed(self) -> Registry:
        """Return all plugins that were found at start-up, enabled or not."""

    def base_url(self, provider: str) -> str | None:
        """Return the URL that replaces scheme and host of the provider's URLs; None where they are used as they are."""


_plugins: Plugins | None = None


def use_plugins(plugins: Plugins) -> None:
    """Set the plugins; call it once, at start-up."""
    global _plugins
    _plugins = plugins


def plugins() -> Plugins:
    """Return the plugins that `use_plugins` has set."""
    if _plugins is None:
        raise RuntimeError("No plugins are configured: call use_plugins at start-up.")
    return _plugins


def installed_plugins() -> Registry:
    """Return all plugins that were found at start-up, whether a tenant has enabled them or not."""
    return plugins().installed()
