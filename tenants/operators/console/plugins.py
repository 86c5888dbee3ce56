"""The tab of a tenant's plugins, and the page of a provider's settings for the tenant."""

from typing import Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse

from core.accounts.logins.models import MAX_CLIENT_ID_CHARACTERS, MAX_CLIENT_SECRET_CHARACTERS
from core.accounts.logins.provider_settings import (
    list_provider_applications,
    show_provider_options,
)
from core.errors import DomainError, Invalid, NotFound
from core.plugins import installed_plugins
from providers.options import (
    MAX_OPTION_CHARACTERS,
    OptionRefused,
    ShownOption,
    options_model_of,
)
from providers.registry import PluginKind
from tenants.console.forms import ConsoleForm
from tenants.console.frame import Link
from tenants.context import tenant_scope
from tenants.models import PluginSwitch, Tenant
from tenants.operators import providers
from tenants.operators.console.page import TENANT, Page, address_of, draw_tenant
from tenants.operators.console.provider_fields import NEEDED
from tenants.plugins import PLUGIN_KINDS

_PLUGINS: Final = "tenant-plugins"
_WORDS: Final = {"login": "Log-ins", "mail": "Mail"}


class ApplicationForm(ConsoleForm):
    """An OAuth application that the tenant has registered at the provider."""

    client_id = forms.CharField(label="Client id", max_length=MAX_CLIENT_ID_CHARACTERS)
    secret = forms.CharField(
        required=False,
        strip=False,
        max_length=MAX_CLIENT_SECRET_CHARACTERS,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text="A mobile application has none. It is stored encrypted and never shown.",
    )


class OptionsForm(ConsoleForm):
    """The options that a provider declares. A secret is never shown; an empty field leaves it as it is."""

    def __init__(self, options: list[ShownOption], *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)
        for option in options:
            self.fields[option.name] = _field_of(option)
            if option.is_secret and option.is_set:
                self.fields[f"remove_{option.name}"] = forms.BooleanField(
                    label=f"Remove {option.name}", required=False
                )

    def changes(self, options: list[ShownOption]) -> dict[str, str]:
        """Return what the operator has changed, by name; "" removes an option."""
        given, changed = self.cleaned_data, {}
        for option in options:
            value = str(given[option.name])
            if option.is_secret and not value:
                if given.get(f"remove_{option.name}"):
                    changed[option.name] = ""
            elif value != (option.value or ""):
                changed[option.name] = value
        return changed


def _field_of(option: ShownOption) -> forms.CharField:
    kept = "Set. Leave it empty to keep it." if option.is_set else "Not set."
    said = (NEEDED if option.is_required else "", f"Secret. {kept}" if option.is_secret else "")
    return forms.CharField(
        label=option.name,
        required=False,
        strip=not option.is_secret,
        max_length=MAX_OPTION_CHARACTERS,
        initial=None if option.is_secret else option.value,
        help_text=" ".join(filter(None, said)),
        widget=forms.PasswordInput({"autocomplete": "off"}) if option.is_secret else None,
    )


def show_plugins(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Show the installed plugins with their switches, and the providers with settings."""
    registry = installed_plugins()
    switched = PluginSwitch.objects.filter(tenant=tenant, is_on=False)
    off = {(name, cast(PluginKind, kind)) for name, kind in switched.values_list("plugin", "kind")}
    rows = [
        (
            plugin,
            [
                (kind, _WORDS[kind], (plugin.name, kind) not in off)
                for kind in PLUGIN_KINDS
                if kind in registry.kinds_of(plugin.name)
            ],
        )
        for plugin in registry.plugins
    ]
    # Settings can be made for what is on.
    enabled = registry.without(off)
    names = {one.item.name for one in enabled.registered_auth_providers}
    names |= {one.item.name for one in enabled.registered_mailboxes if options_model_of(one.item)}
    return draw_tenant(request, tenant, "plugins.html", rows=rows, providers=sorted(names))


def switch_on(request: HttpRequest, tenant: Tenant) -> str:
    """Switch one kind of a plugin on."""
    return _switch(request, tenant, on=True)


def switch_off(request: HttpRequest, tenant: Tenant) -> str:
    """Switch one kind of a plugin off."""
    return _switch(request, tenant, on=False)


def _switch(request: HttpRequest, tenant: Tenant, *, on: bool) -> str:
    name, _, kind = request.POST.get("plugin", "").partition("/")
    if kind not in PLUGIN_KINDS:
        raise NotFound("kind of plugin", kind)
    providers.switch(tenant.ref(), name, on=on, kinds=[kind])
    return f"{_WORDS[kind]} of {name} {'are' if kind == 'login' else 'is'} {'on' if on else 'off'}."


def show_provider(
    request: HttpRequest,
    tenant: Tenant,
    *,
    provider: str,
    options_form: OptionsForm | None = None,
    form: ApplicationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the tenant's settings for a provider, without secrets."""
    with tenant_scope(tenant.ref()):
        options = show_provider_options(provider)
        applications = [one for one in list_provider_applications() if one[0] == provider]
    logs_in = any(
        one.item.name == provider for one in installed_plugins().registered_auth_providers
    )
    return draw_tenant(
        request,
        tenant,
        "provider.html",
        title=provider,
        status=status,
        crumb=Link("Plugins", address_of(_PLUGINS, tenant)),
        provider=provider,
        options=options,
        applications=applications,
        logs_in=logs_in,
        options_form=options_form or OptionsForm(options, auto_id="option_%s"),
        form=form or ApplicationForm(),
    )


def set_application(request: HttpRequest, tenant: Tenant, *, provider: str) -> HttpResponse | str:
    """Add an application, or change its secret."""
    form = ApplicationForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        secret = given["secret"] or None
        try:
            providers.set_application(
                tenant.ref(), provider, client_id=given["client_id"], secret=secret
            )
        except Invalid as error:
            form.add_refusal(error)
        else:
            return f"Tokens that {provider} issued to {given['client_id']} may log in."
    return show_provider(request, tenant, provider=provider, form=form, status=400)


def remove_application(request: HttpRequest, tenant: Tenant, *, provider: str) -> str:
    """Refuse the tokens of an application."""
    client_id = request.POST.get("client_id", "")
    providers.remove_application(tenant.ref(), provider, client_id=client_id)
    return f"Tokens issued to {client_id} can no longer log in."


def set_options(request: HttpRequest, tenant: Tenant, *, provider: str) -> HttpResponse | str:
    """Set options of the provider."""
    with tenant_scope(tenant.ref()):
        options = show_provider_options(provider)
    form = OptionsForm(options, request.POST, auto_id="option_%s")
    if form.is_valid():
        changes = form.changes(options)
        try:
            missing = providers.set_options(tenant.ref(), provider, changes) if changes else ()
        except OptionRefused as refused:
            form.add_error(None, f"{refused}.")
        except DomainError as error:
            form.add_refusal(error)
        else:
            said = f"Options of {provider} are set." if changes else "Nothing was changed."
            return f"{said} It still needs: {', '.join(missing)}." if missing else said
    return show_provider(request, tenant, provider=provider, options_form=form, status=400)


PAGE = Page(
    _PLUGINS,
    f"{TENANT}plugins/",
    show_plugins,
    {"switch_on": switch_on, "switch_off": switch_off},
)
PROVIDER = Page(
    "tenant-provider",
    f"{TENANT}plugins/<str:provider>/",
    show_provider,
    {
        "set_application": set_application,
        "remove_application": remove_application,
        "set_options": set_options,
    },
)
