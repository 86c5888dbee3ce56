"""The plugins that are enabled for a tenant, and the operators' switches."""

from collections.abc import Callable, Collection, Mapping
from typing import Final, cast
from uuid import UUID

from django.db import transaction

from core.audit import record
from core.errors import NotFound
from providers.interpretation import AskSource
from providers.registry import PluginKind, Registry
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef, current_tenant, public_scope, tenant_scope
from tenants.models import PluginSwitch

PLUGIN_KINDS: Final[tuple[PluginKind, ...]] = ("login", "mail")
_enabled: BriefCache[UUID, Registry] = BriefCache()


class TenantPlugins:
    """Implements `core.plugins.Plugins`: the installed plugins, without those that an operator switched off."""

    def __init__(self, registry: Registry, *, base_urls: Mapping[str, str]) -> None:
        self._installed = registry
        self._base_urls = {provider: url for provider, url in base_urls.items() if url}

    def registry(self) -> Registry:
        tenant = current_tenant()
        return _enabled.get(tenant.id, lambda: self._installed.without(_switched_off(tenant)))

    def installed(self) -> Registry:
        return self._installed

    def base_url(self, provider: str) -> str | None:
        return self._base_urls.get(provider)


def ask_for_owner_in_tenant(ask_for: Callable[[str], AskSource]) -> Callable[[str], AskSource]:
    """Return `ask_for` for owners of the active tenant: users of two tenants may have the same key."""
    return lambda owner: ask_for(f"{current_tenant().id}/{owner}")


def _switched_off(tenant: TenantRef) -> set[tuple[str, PluginKind]]:
    with public_scope():
        off = PluginSwitch.objects.filter(tenant_id=tenant.id, is_on=False)
        return {(name, cast(PluginKind, kind)) for name, kind in off.values_list("plugin", "kind")}


def switch_plugin(
    tenant: TenantRef,
    name: str,
    *,
    on: bool,
    known: Registry,
    kinds: Collection[PluginKind] = PLUGIN_KINDS,
) -> None:
    """Switch kinds of a plugin on or off for one tenant, in every process within 5 s.

    A kind that the plugin does not register yet is switched too, unless it is the only one: a later release of the
    plugin may register it. Raises `NotFound` for an unknown name, and for a single kind that the plugin lacks.
    """
    has = known.kinds_of(name)
    if not has:
        raise NotFound("plugin", name)
    if not has & set(kinds):
        raise NotFound(f"{' or '.join(kinds)} of the plugin", name)
    switches = [
        PluginSwitch(tenant_id=tenant.id, plugin=name, kind=kind, is_on=on) for kind in kinds
    ]
    with transaction.atomic():
        with public_scope():
            PluginSwitch.objects.bulk_create(
                switches,
                update_conflicts=True,
                unique_fields=["tenant", "plugin", "kind"],
                update_fields=["is_on"],
            )
        with tenant_scope(tenant):
            record("plugin.switch", name, kinds=kinds, on=on)


def forget_plugins() -> None:
    """Empty the cache of this process."""
    _enabled.clear()
