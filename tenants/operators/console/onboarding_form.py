"""The form of a new tenant. The fields of quotas, plugins and providers follow what there is."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse

from core.errors import Conflict, DomainError, Invalid
from core.plugins import installed_plugins
from core.quotas.values import GIGABYTE, MOST, QUOTAS, QuotaName
from providers.registry import PluginKind
from tenants.console.forms import ConsoleForm
from tenants.operators.console.provider_fields import ProviderFields, fill_in_provider
from tenants.plugins import PLUGIN_KINDS
from tenants.provisioning.verbs import CreateTenant, encrypt_setups

_KINDS: Final = {"login": "log-ins", "mail": "mail"}
# What the services call the fields of the form.
_FIELDS: Final = {"email": "owner_email"}


class OnboardingForm(ConsoleForm):
    """A new tenant. The fields of plugins and providers follow what is installed."""

    name = forms.CharField(max_length=200, widget=forms.TextInput({"autofocus": True}))
    slug = forms.CharField(
        max_length=40,
        help_text="Part of its keys and of its first host name. It never changes.",
        widget=forms.TextInput({"data-slug-of": "id_name", "autocapitalize": "none"}),
    )
    owner_email = forms.EmailField(label="Owner's e-mail address", max_length=254)
    kind = forms.ChoiceField(
        choices=[("live", "Live"), ("sandbox", "Sandbox, for experiments: it can be reset")],
        initial="live",
        widget=forms.RadioSelect,
    )
    domain = forms.CharField(
        required=False,
        max_length=253,
        help_text="Such as jobs.example.com. The page of its domains then says what DNS must say; "
        "until DNS does, its host is the slug below the host of this installation.",
    )
    is_domain_verified = forms.BooleanField(
        required=False, label="The domain is the tenant's: don't wait for DNS"
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: as in Django
        super().__init__(*arguments, **options)
        for name in ("slug", "domain"):
            address = f"{reverse('admin:onboarding')}?check={name}"
            self.fields[name].widget.attrs["data-check"] = address
        self._quotas = {_add_quota(self, name): name for name in QUOTAS}
        self._plugins = dict(_add_plugins(self))
        self.providers = ProviderFields(self)

    def quota_fields(self) -> list[BoundField]:
        """Return the fields of quotas."""
        return [self[field] for field in self._quotas]

    def plugin_fields(self) -> list[BoundField]:
        """Return a switch for each kind of each plugin."""
        return [self[field] for field in self._plugins]

    def clean(self) -> dict[str, Any] | None:  # Any: as in Django
        """Check what the plugins say about their options, so that the worker is asked for what it can do."""
        given = super().clean()
        self.providers.check()
        return given

    def to_verb(self) -> CreateTenant:
        """Return the request that the form stands for, once it is valid."""
        given = self.cleaned_data
        quotas: dict[QuotaName, int] = {
            quota: given[field] * (GIGABYTE if quota == "storage" else 1)
            for field, quota in self._quotas.items()
            if given[field] is not None
        }
        off = tuple(one for field, one in self._plugins.items() if not given[field])
        setups = list(self.providers.read_setups())
        return CreateTenant(
            slug=given["slug"],
            display_name=given["name"],
            owner_email=given["owner_email"],
            domain=given["domain"] or None,
            is_domain_verified=given["is_domain_verified"],
            is_sandbox=given["kind"] == "sandbox",
            quotas=quotas,
            plugins_off=off,
            providers=encrypt_setups(setups) if setups else "",
            sent_setups=tuple(self.providers.list_sent()),
        )

    @classmethod
    def fill_in(cls, sent: CreateTenant) -> "OnboardingForm":
        """Return the form of a request with all but its secrets."""
        initial: dict[str, object] = {
            "name": sent.display_name,
            "slug": sent.slug,
            "owner_email": sent.owner_email,
            "kind": "sandbox" if sent.is_sandbox else "live",
            "domain": sent.domain or "",
            "is_domain_verified": sent.is_domain_verified,
        }
        for quota, limit in sent.quotas.items():
            initial[_name_quota(quota)] = limit // GIGABYTE if quota == "storage" else limit
        for plugin, kind in sent.plugins_off:
            initial[_name_switch(plugin, kind)] = False
        for setup in sent.sent_setups:
            initial |= fill_in_provider(setup)
        return cls(initial=initial)

    def refuse(self, error: DomainError) -> None:
        """Show a service's error beside the field that it is about."""
        if isinstance(error, Conflict) and error.kind in self.fields:
            self.add_refusal_to(error.kind, error)
        elif isinstance(error, Invalid) and error.problems[0].field in _FIELDS:
            self.add_refusal_to(_FIELDS[error.problems[0].field], error)
        else:
            self.add_refusal(error)


def _name_quota(quota: QuotaName) -> str:
    return f"quota-{quota}"


def _name_switch(plugin: str, kind: PluginKind) -> str:
    return f"plugin-{plugin}-{kind}"


def _add_quota(form: OnboardingForm, quota: QuotaName) -> str:
    default, unit = QUOTAS[quota].default, ""
    if quota == "storage":
        default, unit = default // GIGABYTE, " of attachments in GB"
    name = _name_quota(quota)
    form.fields[name] = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST // GIGABYTE if quota == "storage" else MOST,
        label=f"{quota.capitalize()}{unit}",
        widget=forms.NumberInput({"placeholder": f"{default:,}"}),
        help_text="" if quota == "storage" else f"At most so many {QUOTAS[quota].counts}.",
    )
    return name


def _add_plugins(form: OnboardingForm) -> Iterator[tuple[str, tuple[str, PluginKind]]]:
    registry = installed_plugins()
    for plugin in registry.plugins:
        has = registry.kinds_of(plugin.name)
        for kind in (one for one in PLUGIN_KINDS if one in has):
            name = _name_switch(plugin.name, kind)
            form.fields[name] = forms.BooleanField(
                required=False, initial=True, label=f"{plugin.name}: {_KINDS[kind]}"
            )
            yield name, (plugin.name, kind)
