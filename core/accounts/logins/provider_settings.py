"""What the tenant's operator set for each provider: its own applications there, with encrypted secrets."""

from collections.abc import Sequence

from core.accounts.logins.models import ProviderClient
from core.encryption import decrypt, encrypt, reencrypt
from core.errors import NotFound
from core.http import http_client
from core.plugins import plugins
from providers.context import (
    AuthContext,
    MailboxContext,
    OAuthClient,
    ProviderSettings,
)
from providers.values import Grant


def auth_context(provider: str) -> AuthContext:
    """Return all that a provider of accounts elsewhere may touch, for the active tenant."""
    return AuthContext(http=http_client(), settings=_settings(provider))


def mailbox_context(provider: str, *, grant: Grant | None) -> MailboxContext:
    """Return all that a mailbox may touch which is opened with a grant of `provider`, for the active tenant."""
    return MailboxContext(http=http_client(), grant=grant, settings=_settings(provider))


def set_provider_client(provider: str, *, client_id: str, secret: str | None) -> None:
    """Let tokens log in that `provider` issued to this application of the tenant's; again, to change the secret."""
    stored = encrypt(secret) if secret else None
    ProviderClient.objects.update_or_create(
        provider=provider, client_id=client_id, defaults={"secret": stored}
    )


def remove_provider_client(provider: str, *, client_id: str) -> None:
    """Let this application's tokens log in no more; raise `NotFound` where there is none."""
    deleted, _ = ProviderClient.objects.filter(provider=provider, client_id=client_id).delete()
    if not deleted:
        raise NotFound("provider client", client_id)


def provider_clients() -> Sequence[tuple[str, str, bool]]:
    """Return provider, client id and whether there is a secret, of each application; never a secret."""
    rows = ProviderClient.objects.order_by("provider", "client_id").values_list(
        "provider", "client_id", "secret"
    )
    return [(provider, client_id, secret is not None) for provider, client_id, secret in rows]


def reencrypt_provider_clients() -> int:
    """Encrypt every secret with the newest key, so that the old one may go; return how many there were."""
    clients = ProviderClient.objects.exclude(secret=None)
    for client in clients:
        client.secret = reencrypt(client.secret)
        client.save(update_fields=["secret"])
    return len(clients)


def _settings(provider: str) -> ProviderSettings:
    rows = (
        ProviderClient.objects.filter(provider=provider)
        .order_by("id")
        .values_list("client_id", "secret")
    )
    clients = tuple(
        OAuthClient(id=client_id, secret=None if secret is None else decrypt(secret))
        for client_id, secret in rows
    )
    return ProviderSettings(clients=clients, base_url=plugins().base_url(provider))
