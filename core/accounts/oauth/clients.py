"""OAuth clients: made, and recognised by id and secret."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.accounts.oauth.models import Client
from core.accounts.secrets import hash_of, new_secret, prefix_of
from core.errors import NotFound, WrongClient

_SECRETS_START_WITH = "hps"


@dataclass(frozen=True, slots=True)
class IssuedClient:
    """A new client; its secret is shown once and stored nowhere."""

    client_id: str
    client_secret: str = field(repr=False)


def issue_client(name: str, *, prefix: str, pinned_version: str | None = None) -> IssuedClient:
    """Make a client whose id starts with `prefix`."""
    client_id, secret = new_secret(prefix), new_secret(_SECRETS_START_WITH)
    Client.objects.create(
        name=name, client_id=client_id, secret_hash=hash_of(secret), pinned_version=pinned_version
    )
    return IssuedClient(client_id=client_id, client_secret=secret)


def authenticate_client(client_id: str, *, secret: str) -> Client:
    """Return the client; raise `WrongClient` for an unknown one as for a wrong secret."""
    client = find_client(client_id)
    if client is None or not hmac.compare_digest(bytes(client.secret_hash), hash_of(secret)):
        raise WrongClient
    return client


def find_client(client_id: str) -> Client | None:
    """Return the client with that id, or None; one that can't be an id costs no query."""
    if prefix_of(client_id) is None:
        return None
    return Client.objects.filter(client_id=client_id).first()


def pinned_version_of(client_id: str) -> str | None:
    """Return the version that the client has pinned, None where it hasn't or isn't there."""
    client = find_client(client_id)
    return client.pinned_version if client is not None else None


def listed_clients() -> Sequence[Client]:
    """Return every client, the oldest first."""
    return Client.objects.order_by("id")


def pin_version(client_id: str, version: str | None) -> None:
    """Say which version answers this client's requests without one; raise `NotFound`."""
    if not Client.objects.filter(client_id=client_id).update(pinned_version=version):
        raise NotFound("oauth client", client_id)


def remove_client(client_id: str) -> None:
    """Remove a client, and with it all its tokens; raise `NotFound`."""
    deleted, _ = Client.objects.filter(client_id=client_id).delete()
    if not deleted:
        raise NotFound("oauth client", client_id)
