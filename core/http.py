"""Requests to other servers: a port, which `config.wiring` sets. `providers.context.HttpClient` is its protocol."""

from providers.context import HttpClient

_client: HttpClient | None = None


def use_http_client(client: HttpClient) -> None:
    """Set the HTTP client of this process; called once, at start-up."""
    global _client
    _client = client


def http_client() -> HttpClient:
    """Return the HTTP client of this process. Raises `RuntimeError` before `use_http_client` was called."""
    if _client is None:
        raise RuntimeError("The HTTP client is not set: call use_http_client at start-up.")
    return _client
