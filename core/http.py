"""Requests to other servers: ports, which `config.wiring` sets. `providers.context.HttpClient` is their protocol."""

from providers.context import HttpClient

_client: HttpClient | None = None
_mailbox_client: HttpClient | None = None
_named_client: HttpClient | None = None


def use_http_client(
    client: HttpClient,
    *,
    for_mailboxes: HttpClient | None = None,
    for_named_servers: HttpClient | None = None,
) -> None:
    """Set the HTTP clients of this process; called once, at start-up.

    `for_mailboxes`: one that takes longer responses and keeps connections; None: `client` too. `for_named_servers`: one
    that checks the address that it connects to; None: `client` too.
    """
    global _client, _mailbox_client, _named_client
    _client, _mailbox_client = client, for_mailboxes or client
    _named_client = for_named_servers or client


def http_client() -> HttpClient:
    """Return the HTTP client of this process. Raises `RuntimeError` before `use_http_client` was called."""
    return _require(_client)


def mailbox_http_client() -> HttpClient:
    """Return the client for the mailboxes of users. Raises `RuntimeError` before `use_http_client` was called."""
    return _require(_mailbox_client)


def named_server_http_client() -> HttpClient:
    """Return the client for servers that a tenant's settings name, and for those that they refer to.

    Raises `RuntimeError` before `use_http_client` was called.
    """
    return _require(_named_client)


def _require(client: HttpClient | None) -> HttpClient:
    if client is None:
        raise RuntimeError("The HTTP client is not set: call use_http_client at start-up.")
    return client
