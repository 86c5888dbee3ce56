"""The hooks of a plugin. Each is called once, at start-up."""

from __future__ import annotations

import pluggy

from providers.contracts import AuthProvider, Mailbox, MailSource

PROJECT = "happo"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_auth_providers() -> list[AuthProvider]:  # type: ignore[empty-body]
    """Return the ways to prove who a user is."""


@hookspec
def register_mail_sources() -> list[MailSource]:  # type: ignore[empty-body]
    """Return the readers of job boards' mail."""


@hookspec
def register_mailboxes() -> list[Mailbox]:  # type: ignore[empty-body]
    """Return the ways to fetch a user's mail."""
