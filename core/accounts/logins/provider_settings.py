"""The tenant's settings for each provider, set by an operator: OAuth applications, options; secrets are encrypted."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db import transaction

from core.accounts.logins.models import (
    MAX_CLIENT_ID_CHARACTERS,
    MAX_CLIENT_SECRET_CHARACTERS,
    ProviderApplication,
    ProviderOptions,
)
from core.audit import record
from core.audit_rules import name_of
from core.encryption import decrypt, encrypt, reencrypt
from core.errors import Invalid, NotFound
from core.http import http_client, named_server_http_client
from core.one_line import clean_line
from core.plugins import plugins
from providers.context import AuthContext, OAuthClient, ProviderSettings
from providers.contracts import AuthProvider, KeptDocuments, Mailbox
from providers.options import (
    OptionRefused,
    ShownOption,
    check_options,
    list_options,
    options_model_of,
)

# Public documents, the same for every tenant.
_DOCUMENTS: Final = KeptDocuments()


def build_auth_context(provider: str) -> AuthContext:
    """Return what the auth provider of that name may use: the HTTP client, and the active tenant's settings for it.

    Options may name the servers that a provider calls: then the client checks the addresses that it connects to.
    """
    settings = read_provider_settings(provider)
    is_named = _has_options(provider) and settings.base_url is None
    http = named_server_http_client() if is_named else http_client()
    return AuthContext(http=http, settings=settings, documents=_DOCUMENTS)


def requires_options(provider: AuthProvider) -> bool:
    """Tell whether the provider has options that it can't work without."""
    model = options_model_of(provider)
    return model is not None and any(field.is_required() for field in model.model_fields.values())


def is_set_up(provider: AuthProvider) -> bool:
    """Tell whether the active tenant has set every option that the provider requires."""
    return not requires_options(provider) or has_required_options(
        provider, _read_options(provider.name)
    )


def has_required_options(provider: AuthProvider, options: Mapping[str, str]) -> bool:
    """Tell whether every option that the provider requires is among `options`."""
    model = options_model_of(provider)
    return model is None or not check_options(provider.name, model, options, given=())


def list_provider_options(providers: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the options, with secrets, of those providers for which the tenant has set some, in one statement."""
    stored = ProviderOptions.objects.filter(provider__in=providers)
    return {one.provider: _decipher(one) for one in stored}


@transaction.atomic
def set_provider_application(provider: str, *, client_id: str, secret: str | None) -> None:
    """Accept log-ins with tokens that `provider` issued to this application; replaces the secret of a known one.

    `client_id`: the id that the provider gave the application; `secret`: None for a mobile application.
    Raises `Invalid`.
    """
    client_id = clean_line(client_id, field="client_id", limit=MAX_CLIENT_ID_CHARACTERS)
    if not client_id:
        raise Invalid.one("client_id", "required")
    if secret is not None and len(secret) > MAX_CLIENT_SECRET_CHARACTERS:
        raise Invalid.one("secret", "too_long", limit=MAX_CLIENT_SECRET_CHARACTERS)
    stored = encrypt(secret) if secret else None
    ProviderApplication.objects.update_or_create(
        provider=provider, client_id=client_id, defaults={"secret": stored}
    )
    record("provider.set", provider, client=name_of(client_id), has_secret=stored is not None)


@transaction.atomic
def remove_provider_application(provider: str, *, client_id: str) -> None:
    """Refuse tokens of this application from now on; raise `NotFound` where there is none."""
    deleted, _ = ProviderApplication.objects.filter(provider=provider, client_id=client_id).delete()
    if not deleted:
        raise NotFound("provider client", client_id)
    record("provider.remove", provider, client=name_of(client_id))


def list_provider_applications() -> Sequence[tuple[str, str, bool]]:
    """Return (provider, client id, whether there is a secret) of each application; never a secret."""
    rows = ProviderApplication.objects.order_by("provider", "client_id").values_list(
        "provider", "client_id", "secret"
    )
    return [(provider, client_id, secret is not None) for provider, client_id, secret in rows]


def set_provider_options(provider: str, changes: Mapping[str, str]) -> tuple[str, ...]:
    """Set options of an auth provider or a mailbox by name; "" removes one. Return the required ones without a value.

    Raises `NotFound` for an unknown provider, `OptionRefused`. Call it in a transaction.
    """
    model = options_model_of(find_provider(provider))
    if model is None:
        raise OptionRefused(f"{provider} has no options")
    stored = ProviderOptions.objects.select_for_update().filter(provider=provider).first()
    merged = _decipher(stored) | dict(changes)
    options = {
        name: value for name, value in merged.items() if value and name in model.model_fields
    }
    missing = check_options(provider, model, options, given=changes)
    ProviderOptions.objects.update_or_create(
        provider=provider, defaults={"options": encrypt(json.dumps(options))}
    )
    record("provider.set", provider, options=changes)
    return missing


def show_provider_options(provider: str) -> list[ShownOption]:
    """Return the options of an auth provider or a mailbox, without secrets; raise `NotFound` for an unknown one."""
    model = options_model_of(find_provider(provider))
    return [] if model is None else list_options(model, _read_options(provider))


def find_provider(name: str) -> AuthProvider | Mailbox:
    """Return what an operator calls a provider: an auth provider or a mailbox. Raises `NotFound`."""
    registry = plugins().registry()
    found = registry.auth_provider(name), registry.mailbox(name)
    known = [one for one in found if one is not None]
    if not known:
        raise NotFound("provider", name)
    return next((one for one in known if options_model_of(one)), known[0])


def reencrypt_provider_secrets() -> int:
    """Encrypt every secret with the newest key, so that older keys can be removed; return the number of secrets."""
    options = ProviderOptions.objects.all()
    for one in options:
        one.options = reencrypt(one.options)
        one.save(update_fields=["options"])
    applications = ProviderApplication.objects.exclude(secret=None)
    for application in applications:
        assert application.secret is not None
        application.secret = reencrypt(application.secret)
        application.save(update_fields=["secret"])
    return len(applications) + len(options)


def read_provider_settings(provider: str) -> ProviderSettings:
    """Return the active tenant's settings for an auth provider or a mailbox, in one or two statements."""
    rows = (
        ProviderApplication.objects.filter(provider=provider)
        .order_by("id")
        .values_list("client_id", "secret")
    )
    clients = tuple(
        OAuthClient(id=client_id, secret=None if secret is None else decrypt(secret))
        for client_id, secret in rows
    )
    return ProviderSettings(
        clients=clients,
        base_url=plugins().base_url(provider),
        options=_read_options(provider) if _has_options(provider) else {},
    )


def _has_options(provider: str) -> bool:
    registry = plugins().registry()
    declaring = registry.auth_provider(provider), registry.mailbox(provider)
    return any(options_model_of(one) for one in declaring)


def _read_options(provider: str) -> dict[str, str]:
    return _decipher(ProviderOptions.objects.filter(provider=provider).first())


def _decipher(stored: ProviderOptions | None) -> dict[str, str]:
    options: dict[str, str] = json.loads(decrypt(stored.options)) if stored else {}
    return options
