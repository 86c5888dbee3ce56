"""Log-in with a LinkedIn access token, and the profile behind it."""

from __future__ import annotations

from plugins.linkedin.provider import LinkedinProvider
from providers.contracts import AuthProvider
from providers.hookspecs import hookimpl


@hookimpl
def register_auth_providers() -> list[AuthProvider]:
    return [LinkedinProvider()]
