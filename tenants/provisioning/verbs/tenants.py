"""The life of tenants."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from core.accounts.logins.provider_settings import (
    find_provider,
    set_provider_application,
    set_provider_options,
)
from core.encryption import decrypt, encrypt
from core.plugins import plugins
from core.quotas.values import QuotaName
from providers.options import OptionRefused
from providers.registry import PluginKind
from tenants.audit import installation as audit
from tenants.context import TenantRef, tenant_scope
from tenants.plugins import switch_plugin
from tenants.provisioning import deletion, domains, lifecycle
from tenants.provisioning.lifecycle import Progress
from tenants.provisioning.migrating import migrate_everything
from tenants.provisioning.new_tenant import check_new_tenant
from tenants.provisioning.verbs.base import Outcome, Text, Verb, VerbFailed, describe_created
from tenants.quotas.settings import set_quotas


class ProviderSetup(BaseModel):
    """What a provider needs for a tenant: an application that logs users in, and options by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    provider: Text
    client_id: str = ""
    secret: str = ""
    options: dict[Text, str] = {}


class SentSetup(BaseModel):
    """What of a `ProviderSetup` is no secret: the form is offered again with it where the request has failed.

    `has_secret` and `secret_options`: which secrets were sent, and are to be typed again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    provider: Text
    client_id: str = ""
    has_secret: bool = False
    options: dict[Text, str] = {}
    secret_options: tuple[Text, ...] = ()


class CreateTenant(Verb):
    """A new tenant with its quotas, the plugins that are off, and settings of providers."""

    name = "tenant.create"
    has_secrets = True
    encrypted = ("providers",)

    slug: Text
    display_name: Text
    owner_email: Text
    domain: Text | None = None
    # Else its host is below BASE_DOMAIN until DNS shows that the domain is the tenant's.
    is_domain_verified: bool = False
    is_sandbox: bool = False
    quotas: dict[QuotaName, int] = {}
    plugins_off: tuple[tuple[Text, PluginKind], ...] = ()
    # As `encrypt_setups` returns them.
    providers: str = ""
    # The same without secrets: it is kept.
    sent_setups: tuple[SentSetup, ...] = ()

    def check(self) -> None:
        # Both host names where the domain has yet to be verified.
        for domain in {self.domain, self.domain if self.is_domain_verified else None}:
            check_new_tenant(
                self.slug, name=self.display_name, owner_email=self.owner_email, domain=domain
            )

    def perform(self, progress: Progress) -> Outcome:
        created = lifecycle.create_tenant(
            self.slug,
            name=self.display_name,
            owner_email=self.owner_email,
            domain=self.domain if self.is_domain_verified else None,
            sandbox=self.is_sandbox,
            progress=progress,
        )
        progress("settings")
        self._set_up(created.ref)
        return describe_created(created)

    def _set_up(self, tenant: TenantRef) -> None:
        if self.domain is not None and not self.is_domain_verified:
            domains.add_domain(self.slug, self.domain, is_verified=False)
        if self.quotas:
            set_quotas(tenant, self.quotas)
        for plugin, kind in self.plugins_off:
            switch_plugin(tenant, plugin, on=False, known=plugins().installed(), kinds=[kind])
            audit.record("plugin.switch", plugin, tenant=tenant.slug, kinds=[kind], on=False)
        for setup in decrypt_setups(self.providers):
            _set_up_provider(tenant, setup)


class ResetTenant(Verb):
    """An empty sandbox, with new credentials."""

    name = "tenant.reset"
    has_secrets = True

    slug: Text

    def perform(self, progress: Progress) -> Outcome:
        progress("schema")
        return describe_created(lifecycle.reset_tenant(self.slug))


class DeleteTenant(Verb):
    """Deletion after some days, until when it can be undone. The console offers no other."""

    name = "tenant.schedule_deletion"

    slug: Text
    days: int = deletion.GRACE_DAYS

    def perform(self, progress: Progress) -> Outcome:
        tenant = deletion.schedule_deletion(self.slug, days=self.days)
        return Outcome({"slug": tenant.slug, "days": self.days})


class RestoreTenant(Verb):
    """The end of a deletion that has not begun."""

    name = "tenant.restore"

    slug: Text

    def perform(self, progress: Progress) -> Outcome:
        tenant = deletion.restore_tenant(self.slug)
        return Outcome({"slug": tenant.slug, "status": tenant.status})


class MigrateTenant(Verb):
    """Another try to migrate a tenant that has an older schema."""

    name = "tenant.migrate"
    in_transaction = False

    slug: Text

    def perform(self, progress: Progress) -> Outcome:
        progress("schema")
        report = migrate_everything(only=self.slug)
        if report.failed:
            raise VerbFailed(f"The migration failed: {report.failed[0].error}")
        return Outcome({"slug": self.slug, "migrated": bool(report.migrated)})


_SETUPS: Final = TypeAdapter(list[ProviderSetup])


def encrypt_setups(setups: Sequence[ProviderSetup]) -> str:
    """Return settings of providers, with their secrets, as `CreateTenant` takes them."""
    return encrypt(_SETUPS.dump_json(list(setups)).decode()).decode()


def decrypt_setups(text: str) -> list[ProviderSetup]:
    """Return what `encrypt_setups` was given; an empty text stands for none."""
    return _SETUPS.validate_json(decrypt(text.encode())) if text else []


def _set_up_provider(tenant: TenantRef, setup: ProviderSetup) -> None:
    try:
        with tenant_scope(tenant):
            find_provider(setup.provider)
            if setup.client_id:
                set_provider_application(
                    setup.provider, client_id=setup.client_id, secret=setup.secret or None
                )
            if setup.options:
                set_provider_options(setup.provider, setup.options)
    except OptionRefused as refused:
        raise VerbFailed(str(refused)) from None
    audit.record("provider.set", setup.provider, tenant=tenant.slug, options=setup.options)
