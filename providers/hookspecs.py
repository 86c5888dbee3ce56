"""The hooks of a plugin. Happo calls each of them once, at start-up."""

from __future__ import annotations

import pluggy

from providers.contracts import AuthProvider, Mailbox, MailSource

PROJECT = "happo"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_auth_providers() -> list[AuthProvider]:  # type: ignore[empty-body]
    """Return the auth providers, which verify who a user is."""


@hookspec
def register_mail_sources() -> list[MailSource]:  # type: ignore[empty-body]
    """Return the mail sources, which read the mail of job boards."""


@hookspec
def register_mailboxes() -> list[Mailbox]:  # type: ignore[empty-body]
    """Return the mailboxes, which fetch a user's mail."""
