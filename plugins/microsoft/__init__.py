"""Access to mail at Microsoft 365 and Outlook.com, whose IMAP servers take no passwords."""

from __future__ import annotations

from plugins.microsoft.provider import MicrosoftProvider
from providers.contracts import AuthProvider
from providers.hookspecs import hookimpl


@hookimpl
def register_auth_providers() -> list[AuthProvider]:
    return [MicrosoftProvider()]
