"""The tenant's OAuth applications at each provider, set by an operator; their secrets are stored encrypted."""

from collections.abc import Sequence

from core.accounts.logins.models import ProviderApplication
from core.encryption import decrypt, encrypt, reencrypt
from core.errors import NotFound
from core.http import http_client
from core.plugins import plugins
from providers.context import AuthContext, OAuthClient, ProviderSettings


def build_auth_context(provider: str) -> AuthContext:
    """Return what the auth provider of that name may use: the HTTP client, and the active tenant's settings for it."""
    return AuthContext(http=http_client(), settings=_read_settings(provider))


def set_provider_application(provider: str, *, client_id: str, secret: str | None) -> None:
    """Accept log-ins with tokens that `provider` issued to this application; replaces the secret of a known one.

    `client_id`: the id that the provider gave the application; `secret`: None for a mobile application.
    """
    stored = encrypt(secret) if secret else None
    ProviderApplication.objects.update_or_create(
        provider=provider, client_id=client_id, defaults={"secret": stored}
    )


def remove_provider_application(provider: str, *, client_id: str) -> None:
    """Refuse tokens of this application from now on; raise `NotFound` where there is none."""
    deleted, _ = ProviderApplication.objects.filter(provider=provider, client_id=client_id).delete()
    if not deleted:
        raise NotFound("provider client", client_id)


def list_provider_applications() -> Sequence[tuple[str, str, bool]]:
    """Return (provider, client id, whether there is a secret) of each application; never a secret."""
    rows = ProviderApplication.objects.order_by("provider", "client_id").values_list(
        "provider", "client_id", "secret"
    )
    return [(provider, client_id, secret is not None) for provider, client_id, secret in rows]


def reencrypt_provider_secrets() -> int:
    """Encrypt every secret with the newest key, so that older keys can be removed; return the number of secrets."""
    applications = ProviderApplication.objects.exclude(secret=None)
    for application in applications:
        assert application.secret is not None
        application.secret = reencrypt(application.secret)
        application.save(update_fields=["secret"])
    return len(applications)


def _read_settings(provider: str) -> ProviderSettings:
    rows = (
        ProviderApplication.objects.filter(provider=provider)
        .order_by("id")
        .values_list("client_id", "secret")
    )
    clients = tuple(
        OAuthClient(id=client_id, secret=None if secret is None else decrypt(secret))
        for client_id, secret in rows
    )
    return ProviderSettings(clients=clients, base_url=plugins().base_url(provider))
