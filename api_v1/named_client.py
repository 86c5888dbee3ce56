"""The OAuth client that a request names, by its access token or in its body: a browser shows it the reply or not."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

_ATTRIBUTE: Final = "named_client"


@dataclass(frozen=True, slots=True)
class NamedClient:
    """`client_id` is None for a credential without a client: an API key."""

    client_id: str | None


def note_named_client(request: HttpRequest, client_id: str | None) -> None:
    """Remember which client the request names; the last one counts, as tokens go to the client of the body."""
    setattr(request, _ATTRIBUTE, NamedClient(client_id))


def find_named_client(request: HttpRequest) -> NamedClient | None:
    """Return what was noted; None where the request has no valid credential and names no client."""
    named: NamedClient | None = getattr(request, _ATTRIBUTE, None)
    return named
