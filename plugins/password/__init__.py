"""Log-in with e-mail or username and password."""

from __future__ import annotations

from plugins.password.provider import PasswordProvider
from providers.contracts import AuthProvider
from providers.hookspecs import hookimpl


@hookimpl
def register_auth_providers() -> list[AuthProvider]:
    return [PasswordProvider()]
