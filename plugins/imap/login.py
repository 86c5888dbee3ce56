"""Connects to the server that a mailbox's owner named, and logs in: always encrypted before anything secret is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from imapclient.exceptions import LoginError

from plugins.imap.client import BoundedClient
from plugins.imap.failures import NAME, translated_failures
from providers.contracts import (
    CredentialsRefused,
    MailboxContext,
    MailServer,
    ProviderMisconfigured,
    ProviderUnavailable,
)

# Port 143 begins in plain text and is encrypted by STARTTLS (RFC 9051, section 11.1); each other is TLS from the start.
STARTTLS_PORT: Final = 143


def open_client(context: MailboxContext, *, seconds: float | None = None) -> BoundedClient:
    """Return a client that is logged in; the caller closes it. `seconds`: how long it may live at most.

    Raises `CredentialsRefused`, `ProviderUnavailable`, or `ProviderMisconfigured` where the context has no server.
    """
    server = context.server
    if server is None:
        raise ProviderMisconfigured(NAME, "server")
    with translated_failures():
        client = _connect(context, server, seconds)
        try:
            _log_in(client, server, context)
        except BaseException:
            close_client(client)
            raise
    return client


def close_client(client: BoundedClient) -> None:
    """Close the connection without a word: for one that may have failed."""
    with suppress(OSError):
        client.shutdown()


def _connect(context: MailboxContext, server: MailServer, seconds: float | None) -> BoundedClient:
    is_plain = server.port == STARTTLS_PORT
    connection = context.connect(server.host, server.port, tls=not is_plain, seconds=seconds)
    try:
        client = BoundedClient(connection, server.host)
        if client.has_skipped_login:
            raise ProviderUnavailable(NAME, "tls" if is_plain else "malformed")
        if is_plain:
            _start_tls(client)
    except BaseException:
        connection.close()
        raise
    return client


def _start_tls(client: BoundedClient) -> None:
    if not client.has_capability("STARTTLS"):
        raise ProviderUnavailable(NAME, "tls")
    client.starttls()


def _log_in(client: BoundedClient, server: MailServer, context: MailboxContext) -> None:
    if not server.username.isprintable() or "\0" in (server.password or ""):
        raise CredentialsRefused(NAME)
    if server.password is not None:
        _log_in_with_password(client, server.username, server.password)
    elif context.grant is not None:
        _log_in_with_token(client, server, context.grant.access_token)
    else:
        raise CredentialsRefused(NAME)


def _log_in_with_password(client: BoundedClient, username: str, password: str) -> None:
    if client.has_capability("AUTH=PLAIN"):
        client.sasl_login("PLAIN", _answer_once(f"\0{username}\0{password}"))
        return
    # LOGIN takes ASCII alone, and a line end would begin another command.
    if client.has_capability("LOGINDISABLED") or not _is_printable_ascii(username + password):
        raise LoginError("no way to log in")
    client.login(username, password)


def _log_in_with_token(client: BoundedClient, server: MailServer, token: str) -> None:
    """Log in with OAuth: XOAUTH2, or where a server has only that OAUTHBEARER (RFC 7628)."""
    if client.has_capability("AUTH=XOAUTH2"):
        mechanism, said = "XOAUTH2", f"user={server.username}\1auth=Bearer {token}\1\1"
    elif client.has_capability("AUTH=OAUTHBEARER"):
        identity = server.username.replace("=", "=3D").replace(",", "=2C")
        mechanism, said = "OAUTHBEARER", f"n,a={identity},\1auth=Bearer {token}\1\1"
    else:
        raise LoginError("no way to log in with a token")
    client.sasl_login(mechanism, _answer_once(said))


def _answer_once(said: str) -> Callable[[bytes], str]:
    """Return what answers the server's first challenge, and the second, which is the error, with nothing."""
    answers = iter((said, ""))

    def answer(challenge: bytes) -> str:
        with suppress(StopIteration):
            return next(answers)
        # A server could ask for ever.
        raise ProviderUnavailable(NAME, "malformed")

    return answer


def _is_printable_ascii(text: str) -> bool:
    return text.isascii() and text.isprintable()
