"""A tenant's plugins and their settings, as operators change them: by `manage.py` and in the console."""

from collections.abc import Collection, Mapping

from django.db import transaction

from core.accounts.logins.provider_settings import (
    remove_provider_application,
    set_provider_application,
    set_provider_options,
)
from core.audit_rules import name_of
from core.errors import NotFound
from core.plugins import installed_plugins, plugins
from providers.registry import PluginKind
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope
from tenants.plugins import PLUGIN_KINDS, switch_plugin


def switch(
    tenant: TenantRef, name: str, *, on: bool, kinds: Collection[PluginKind] = PLUGIN_KINDS
) -> None:
    """Switch kinds of a plugin on or off, everywhere within 5 s; raise as `switch_plugin`."""
    with transaction.atomic():
        switch_plugin(tenant, name, on=on, known=installed_plugins(), kinds=kinds)
        audit.record("plugin.switch", name, tenant=tenant.slug, kinds=kinds, on=on)


def set_application(
    tenant: TenantRef, provider: str, *, client_id: str, secret: str | None
) -> None:
    """Accept log-ins with tokens that the provider issued to this application; raise `NotFound`."""
    with transaction.atomic(), tenant_scope(tenant):
        if plugins().registry().auth_provider(provider) is None:
            raise NotFound("provider", provider)
        set_provider_application(provider, client_id=client_id, secret=secret)
        audit.record(
            "provider.set",
            provider,
            tenant=tenant.slug,
            client=name_of(client_id),
            has_secret=secret is not None,
        )


def remove_application(tenant: TenantRef, provider: str, *, client_id: str) -> None:
    """Refuse tokens of this application from now on; raise `NotFound`."""
    with transaction.atomic(), tenant_scope(tenant):
        remove_provider_application(provider, client_id=client_id)
        audit.record("provider.remove", provider, tenant=tenant.slug, client=name_of(client_id))


def set_options(tenant: TenantRef, provider: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Set options by name, "" removes one; return the required ones without a value.

    Raises `NotFound` for an unknown provider, and `OptionRefused`.
    """
    with transaction.atomic(), tenant_scope(tenant):
        missing = set_provider_options(provider, options)
        audit.record("provider.set", provider, tenant=tenant.slug, options=options)
    return missing
