"""OAuth clients: issue, find and authenticate them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from core.accounts.oauth.models import Client
from core.accounts.secrets import hash_secret, new_secret, read_prefix
from core.audit import record
from core.errors import Conflict, NotFound, WrongClient
from core.one_line import clean_label

_SECRETS_START_WITH = "hps"
_MAX_NAME_CHARACTERS = 255
# Of a tenant: one page shows them all.
MAX_CLIENTS: Final = 200


@dataclass(frozen=True, slots=True)
class IssuedClient:
    """A new client. The secret is only here: the database has its hash."""

    client_id: str
    client_secret: str = field(repr=False)


@transaction.atomic
def issue_client(name: str, *, prefix: str, pinned_version: str | None = None) -> IssuedClient:
    """Create a client whose id starts with `prefix`.

    Raises `Invalid` for a name that is no line of text, or too long, and `Conflict` beyond `MAX_CLIENTS`.
    `pinned_version`: the API version that answers its requests without a version header.
    """
    if Client.objects.count() >= MAX_CLIENTS:
        raise Conflict("OAuth client", f"can't be added: a tenant may have at most {MAX_CLIENTS}")
    client_id, secret = new_secret(prefix), new_secret(_SECRETS_START_WITH)
    Client.objects.create(
        name=clean_label(name, field="name", limit=_MAX_NAME_CHARACTERS),
        client_id=client_id,
        secret_hash=hash_secret(secret),
        pinned_version=pinned_version,
    )
    record("oauthclient.create", client_id, version=pinned_version)
    return IssuedClient(client_id=client_id, client_secret=secret)


def authenticate_client(client_id: str, *, secret: str) -> Client:
    """Return the client; raise `WrongClient` for an unknown id and for a wrong secret alike."""
    client = find_client(client_id)
    if client is None or not hmac.compare_digest(bytes(client.secret_hash), hash_secret(secret)):
        raise WrongClient
    return client


def find_client(client_id: str) -> Client | None:
    """Return the client with that id, or None; a malformed id costs no query."""
    if read_prefix(client_id) is None:
        return None
    client: Client | None = Client.objects.filter(client_id=client_id).first()
    return client


def find_pinned_version(client_id: str) -> str | None:
    """Return the API version that the client is pinned to; None without a pin or without such a client."""
    client = find_client(client_id)
    return client.pinned_version if client is not None else None


def list_clients() -> Sequence[Client]:
    """Return all clients, oldest first."""
    return list(Client.objects.order_by("id"))


@transaction.atomic
def pin_version(client_id: str, version: str | None) -> None:
    """Set the API version that answers this client's requests without a version header; raise `NotFound`."""
    if not Client.objects.filter(client_id=client_id).update(pinned_version=version):
        raise NotFound("oauth client", client_id)
    record("oauthclient.pin", client_id, version=version)


@transaction.atomic
def remove_client(client_id: str) -> None:
    """Delete a client and all its tokens; raise `NotFound`."""
    deleted, _ = Client.objects.filter(client_id=client_id).delete()
    if not deleted:
        raise NotFound("oauth client", client_id)
    record("oauthclient.remove", client_id)
