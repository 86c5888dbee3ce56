"""The plugins that the active tenant has on."""

from collections.abc import Mapping

from providers.context import HttpClient
from providers.registry import Registry


class TenantPlugins:
    """`core.plugins.Plugins`: what was found at the start, less what the tenant's operator has switched off."""

    def __init__(self, registry: Registry, *, http: HttpClient, base_urls: Mapping[str, str]) -> None:
        self._registry = registry
        self._http = http
        self._base_urls = {provider: url for provider, url in base_urls.items() if url}

    def registry(self) -> Registry:
        return self._registry

    def http(self) -> HttpClient:
        return self._http

    def base_url(self, provider: str) -> str | None:
        return self._base_urls.get(provider)
