"""The plugins that a tenant has on, and the switches of its operator."""

from collections.abc import Mapping
from uuid import UUID

from core.errors import NotFound
from providers.registry import Registry
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef, current_tenant, public_scope
from tenants.models import PluginSwitch

_views: BriefCache[UUID, Registry] = BriefCache()


class TenantPlugins:
    """`core.plugins.Plugins`: what was found at the start, less what the tenant's operator has switched off."""

    def __init__(self, registry: Registry, *, base_urls: Mapping[str, str]) -> None:
        self._everything = registry
        self._base_urls = {provider: url for provider, url in base_urls.items() if url}

    def registry(self) -> Registry:
        tenant = current_tenant()
        return _views.get(tenant.id, lambda: self._everything.enabled(self._on(tenant)))

    def installed(self) -> Registry:
        return self._everything

    def base_url(self, provider: str) -> str | None:
        return self._base_urls.get(provider)

    def _on(self, tenant: TenantRef) -> set[str]:
        with public_scope():
            off = PluginSwitch.objects.filter(tenant_id=tenant.id, is_on=False).values_list(
                "plugin", flat=True
            )
            return {plugin.name for plugin in self._everything.plugins} - set(off)


def switch_plugin(tenant: TenantRef, name: str, *, on: bool, known: Registry) -> None:
    """Switch a plugin for one tenant (every process within 5 s); raise `NotFound` where there is none of that name."""
    if name not in {plugin.name for plugin in known.plugins}:
        raise NotFound("plugin", name)
    with public_scope():
        PluginSwitch.objects.update_or_create(
            tenant_id=tenant.id, plugin=name, defaults={"is_on": on}
        )


def forget_plugins() -> None:
    """Empty the cache of this process."""
    _views.clear()
