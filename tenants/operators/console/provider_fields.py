"""The part of the form of a new tenant that is about providers: applications, and the options that plugins declare."""

from collections.abc import Iterator
from typing import Final

from django import forms
from django.forms.boundfield import BoundField

from core.accounts.logins.models import MAX_CLIENT_ID_CHARACTERS, MAX_CLIENT_SECRET_CHARACTERS
from core.plugins import installed_plugins
from providers.contracts import AuthProvider, Mailbox
from providers.options import (
    MAX_OPTION_CHARACTERS,
    OptionRefused,
    check_options,
    list_options,
    options_model_of,
)
from tenants.provisioning.verbs import ProviderSetup, SentSetup

# Of an option that its plugin requires.
NEEDED: Final = "Needed as soon as one of the options is set."
_CLIENT_ID: Final = "application-{}-client_id"
_SECRET: Final = "application-{}-client_secret"  # noqa: S105 - the name of a field


class ProviderFields:
    """The fields that one form has for each installed provider. All of them may stay empty."""

    def __init__(self, form: forms.Form) -> None:
        self._form = form
        registry = installed_plugins()
        self._logins = [one.name for one in registry.auth_providers if one.name != "password"]
        items: list[AuthProvider | Mailbox] = [*registry.auth_providers, *registry.mailboxes]
        models = {one.name: model for one in items if (model := options_model_of(one))}
        self._models = models
        self._fields: dict[str, list[str]] = {}
        for name in self._logins:
            self._add(name, _CLIENT_ID.format(name), "Client id", MAX_CLIENT_ID_CHARACTERS)
            secret = _SECRET.format(name)
            self._add(name, secret, "Client secret", MAX_CLIENT_SECRET_CHARACTERS, is_secret=True)
        for name, model in models.items():
            for one in list_options(model, {}):
                field = _option_field(name, one.name)
                self._add(name, field, one.name, MAX_OPTION_CHARACTERS, is_secret=one.is_secret)
                self._form.fields[field].help_text = NEEDED if one.is_required else ""

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Return each provider with its fields, as a template shows them."""
        return [
            (name, [self._form[one] for one in fields]) for name, fields in self._fields.items()
        ]

    def check(self) -> None:
        """Add an error to the field of an option that its plugin refuses, and to a secret without its client id."""
        for setup in self.read_setups():
            if setup.secret and not setup.client_id:
                field = _CLIENT_ID.format(setup.provider)
                self._form.add_error(field, "The secret belongs to a client id.")
            if setup.options:
                self._check_options(setup.provider, setup.options)

    def read_setups(self) -> Iterator[ProviderSetup]:
        """Return what was typed for each provider, once the fields are clean."""
        for name in self._fields:
            options = {one: self._read(_option_field(name, one)) for one in self._options_of(name)}
            setup = ProviderSetup(
                provider=name,
                client_id=self._read(_CLIENT_ID.format(name)),
                secret=self._read(_SECRET.format(name)),
                options={one: value for one, value in options.items() if value},
            )
            if setup.client_id or setup.secret or setup.options:
                yield setup

    def list_sent(self) -> Iterator[SentSetup]:
        """Return the same without its secrets."""
        for setup in self.read_setups():
            options = setup.options
            secret = [one for one in options if self._is_secret(setup.provider, one)]
            yield SentSetup(
                provider=setup.provider,
                client_id=setup.client_id,
                has_secret=bool(setup.secret),
                options={one: value for one, value in options.items() if one not in secret},
                secret_options=tuple(secret),
            )

    def _check_options(self, provider: str, options: dict[str, str]) -> None:
        model = self._models[provider]
        # One at a time, so that the error stands beside its field; then all, for what they are together.
        for given in (*((one,) for one in options), tuple(options)):
            try:
                missing = check_options(provider, model, options, given=given)
            except OptionRefused as refused:
                self._form.add_error(_option_field(provider, given[0]), f"{refused}.")
                return
        for one in missing:
            self._form.add_error(_option_field(provider, one), f"{provider} needs it.")

    def _options_of(self, provider: str) -> list[str]:
        model = self._models.get(provider)
        return list(model.model_fields) if model is not None else []

    def _is_secret(self, provider: str, option: str) -> bool:
        widget = self._form.fields[_option_field(provider, option)].widget
        return isinstance(widget, forms.PasswordInput)

    def _read(self, field: str) -> str:
        return str(self._form.cleaned_data.get(field, ""))

    def _add(
        self, provider: str, field: str, label: str, limit: int, *, is_secret: bool = False
    ) -> None:
        # A browser offers to fill in a password otherwise; a secret is never written into the page.
        secret = forms.PasswordInput({"autocomplete": "new-password"})
        self._form.fields[field] = forms.CharField(
            required=False,
            max_length=limit,
            label=label,
            widget=secret if is_secret else forms.TextInput(),
            strip=not is_secret,
        )
        self._fields.setdefault(provider, []).append(field)


def fill_in_provider(sent: SentSetup) -> dict[str, object]:
    """Return the initial values of a provider's fields; that of a secret is True where there was one."""
    values: dict[str, object] = {
        _CLIENT_ID.format(sent.provider): sent.client_id,
        _SECRET.format(sent.provider): sent.has_secret,
    }
    for option, value in (*sent.options.items(), *dict.fromkeys(sent.secret_options, True).items()):
        values[_option_field(sent.provider, option)] = value
    return {field: value for field, value in values.items() if value}


def _option_field(provider: str, option: str) -> str:
    return f"option-{provider}-{option}"
