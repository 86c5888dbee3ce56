"""The plugins that are on for a tenant, and the operators' switches."""

from collections.abc import Mapping
from uuid import UUID

from core.errors import NotFound
from providers.registry import Registry
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef, current_tenant, public_scope
from tenants.models import PluginSwitch

_enabled: BriefCache[UUID, Registry] = BriefCache()


class TenantPlugins:
    """Implements `core.plugins.Plugins`: the installed plugins, without those that an operator switched off."""

    def __init__(self, registry: Registry, *, base_urls: Mapping[str, str]) -> None:
        self._installed = registry
        self._base_urls = {provider: url for provider, url in base_urls.items() if url}

    def registry(self) -> Registry:
        tenant = current_tenant()
        return _enabled.get(tenant.id, lambda: self._installed.enabled(self._enabled_names(tenant)))

    def installed(self) -> Registry:
        return self._installed

    def base_url(self, provider: str) -> str | None:
        return self._base_urls.get(provider)

    def _enabled_names(self, tenant: TenantRef) -> set[str]:
        with public_scope():
            off = PluginSwitch.objects.filter(tenant_id=tenant.id, is_on=False).values_list(
                "plugin", flat=True
            )
            return {plugin.name for plugin in self._installed.plugins} - set(off)


def switch_plugin(tenant: TenantRef, name: str, *, on: bool, known: Registry) -> None:
    """Switch a plugin on or off for one tenant, in every process within 5 s; raise `NotFound` for an unknown name."""
    if name not in {plugin.name for plugin in known.plugins}:
        raise NotFound("plugin", name)
    with public_scope():
        PluginSwitch.objects.update_or_create(
            tenant_id=tenant.id, plugin=name, defaults={"is_on": on}
        )


def forget_plugins() -> None:
    """Empty the cache of this process."""
    _enabled.clear()
