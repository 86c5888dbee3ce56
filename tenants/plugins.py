"""The plugins that are enabled for a tenant: what operators allow it, without what it has switched off itself."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core.audit import record
from core.errors import Forbidden, NotFound
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
        switches = PluginSwitch.objects.filter(tenant_id=tenant.id)
        off = switches.filter(Q(is_on=False) | Q(is_off_by_tenant=True))
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


@dataclass(frozen=True, slots=True)
class PluginState:
    """One kind of what a plugin registers, as a tenant sees it."""

    plugin: str
    kind: PluginKind
    is_allowed: bool
    is_off_by_tenant: bool

    @property
    def is_on(self) -> bool:
        return self.is_allowed and not self.is_off_by_tenant


def list_plugin_states(tenant: TenantRef, *, known: Registry) -> list[PluginState]:
    """Return the state of each kind of each installed plugin, in one statement."""
    with public_scope():
        rows = PluginSwitch.objects.filter(tenant_id=tenant.id)
        switches = {(row.plugin, row.kind): row for row in rows}
    states = []
    for plugin in known.plugins:
        for kind in PLUGIN_KINDS:
            if kind in known.kinds_of(plugin.name):
                row = switches.get((plugin.name, kind))
                states.append(
                    PluginState(
                        plugin=plugin.name,
                        kind=kind,
                        is_allowed=row is None or row.is_on,
                        is_off_by_tenant=row is not None and row.is_off_by_tenant,
                    )
                )
    return states


def switch_own_plugin(
    tenant: TenantRef, name: str, kind: PluginKind, *, on: bool, known: Registry
) -> None:
    """Switch one kind of a plugin on or off as the tenant, in every process within 5 s.

    The operator's switch stays as it is: raises `Forbidden` where an operator has switched it off, `NotFound` for a
    plugin or a kind that there isn't.
    """
    if kind not in known.kinds_of(name):
        raise NotFound("plugin", name)
    with transaction.atomic():
        with public_scope():
            _switch_as_tenant(tenant, name, kind, on=on)
        with tenant_scope(tenant):
            record("plugin.switch", name, kinds=[kind], on=on)
    forget_plugins()


def _switch_as_tenant(tenant: TenantRef, name: str, kind: PluginKind, *, on: bool) -> None:
    # Made first, so that there is a row to lock: a switch of an operator at this moment comes before or after.
    PluginSwitch.objects.bulk_create(
        [PluginSwitch(tenant_id=tenant.id, plugin=name, kind=kind, is_on=True)],
        ignore_conflicts=True,
    )
    rows = PluginSwitch.objects.select_for_update()
    row = rows.get(tenant_id=tenant.id, plugin=name, kind=kind)
    if on and not row.is_on:
        raise Forbidden("switch on", "plugin")
    row.is_off_by_tenant = not on
    row.save(update_fields=["is_off_by_tenant"])


def forget_plugins() -> None:
    """Empty the cache of this process."""
    _enabled.clear()
