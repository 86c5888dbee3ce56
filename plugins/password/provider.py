"""The auth provider for passwords: calls the password check of its context."""

from __future__ import annotations

from providers.contracts import (
    AuthContext,
    Credentials,
    CredentialsRefused,
    Identity,
    PasswordCredentials,
)
from providers.limits import MAX_PASSWORD_CHARACTERS


class PasswordProvider:
    """Gives the same error, after the same time, for an unknown user and for a wrong password."""

    name = "password"

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, PasswordCredentials):
            return None
        if len(credentials.password) > MAX_PASSWORD_CHARACTERS:
            # No stored password is longer, and hashing this one would cost time in proportion.
            raise CredentialsRefused(self.name)
        account = context.check_password(credentials.username, credentials.password)
        if account is None:
            raise CredentialsRefused(self.name)
        return Identity(
            provider=self.name,
            subject=account.subject,
            email=account.email,
            email_verified=account.email_verified,
            first_name=account.first_name,
            last_name=account.last_name,
        )
