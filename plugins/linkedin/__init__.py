"""Log-in with a LinkedIn access token, and the profile behind it; mail about applications."""

from __future__ import annotations

from plugins.linkedin.provider import LinkedinProvider
from plugins.linkedin.source import LinkedinSource
from providers.contracts import AuthProvider, MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_auth_providers() -> list[AuthProvider]:
    return [LinkedinProvider()]


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [LinkedinSource()]
