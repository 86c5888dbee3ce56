"""OAuth clients and their tokens: django-oauth-toolkit's models without the parts that Happo doesn't offer.

Happo has no authorization codes, redirects, OpenID Connect or resource indicators, so no columns and tables for them.
Tokens are stored only as SHA-256 checksums: there is no column for a token itself.
"""

from django.db import models
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractRefreshToken,
    TokenChecksumField,
)


class Client(AbstractApplication):
    """An application with which the tenant's users log in: a web client, a mobile app."""

    client_id = models.CharField(max_length=100)
    # SHA-256: the secret has 190 random bits, so a slow hash would add no protection and cost each log-in 250 ms.
    secret_hash = models.BinaryField(max_length=32)
    # The API version that answers this client's requests without a version header.
    pinned_version = models.CharField(max_length=16, null=True, blank=True)
    client_type = models.CharField(max_length=12, default=AbstractApplication.CLIENT_CONFIDENTIAL)
    authorization_grant_type = models.CharField(
        max_length=18, default=AbstractApplication.GRANT_PASSWORD
    )

    client_secret = hash_client_secret = user = skip_authorization = algorithm = None
    redirect_uris = post_logout_redirect_uris = allowed_origins = None
    registration_source = cimd_expires_at = None

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id"], name="client_id_unique")]


class AccessToken(AbstractAccessToken):
    """Authenticates each request of a client, until it expires or is revoked; revoking deletes the row."""

    token_checksum = TokenChecksumField(max_length=64)
    application = models.ForeignKey(Client, on_delete=models.CASCADE, db_index=False)

    token = id_token = resource = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="access_token_unique")
        ]


class RefreshToken(AbstractRefreshToken):
    """Is exchanged for one new pair of tokens. Used and revoked rows are kept, to detect reuse."""

    token_checksum = TokenChecksumField(max_length=64)
    # Of the access token that was issued with it: a refresh deletes that one's row, and a client may still log out with
    # the token that it got first. Null in rows that are older than this column.
    access_checksum = models.CharField(max_length=64, null=True)
    application = models.ForeignKey(Client, on_delete=models.CASCADE, db_index=False)

    token = resource = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="refresh_token_unique")
        ]
        indexes = [
            models.Index(fields=["token_family"], name="refresh_token_family"),
            models.Index(fields=["access_checksum"], name="refresh_token_access"),
        ]


class NoGrant(models.Model):
    """Satisfies the settings of django-oauth-toolkit for authorization codes and devices; has no table."""

    class Meta:
        managed = False


class NoIdToken(models.Model):
    """Satisfies the setting of django-oauth-toolkit for OpenID Connect; has no table."""

    class Meta:
        managed = False
