"""Log-in with a Google access token, and access to Gmail with it."""

from __future__ import annotations

from plugins.google.provider import GoogleProvider
from providers.contracts import AuthProvider
from providers.hookspecs import hookimpl


@hookimpl
def register_auth_providers() -> list[AuthProvider]:
    return [GoogleProvider()]
