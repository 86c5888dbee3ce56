"""OAuth clients and their tokens: django-oauth-toolkit's models, less what this product doesn't offer.

No authorization codes, redirects, OpenID Connect or resource indicators, so no columns and tables for them.
A token is nowhere in the clear: there is no column it could be written to.
"""

from django.db import models
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractRefreshToken,
    TokenChecksumField,
)


class Client(AbstractApplication):
    """An application that logs the tenant's people in: a web client, a mobile app."""

    client_id = models.CharField(max_length=100)
    # SHA-256: the secret carries 190 random bits, so a slow hash would protect nothing and cost each log-in 250 ms.
    secret_hash = models.BinaryField(max_length=32)
    # The version that answers where a request of this client names none.
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
    """What a client sends with each request, until it expires or is revoked (then the row is gone)."""

    token_checksum = TokenChecksumField(max_length=64)
    application = models.ForeignKey(Client, on_delete=models.CASCADE, db_index=False)

    token = id_token = resource = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="access_token_unique")
        ]


class RefreshToken(AbstractRefreshToken):
    """Gets one new pair of tokens. Used or revoked ones stay, to recognise one that is used again."""

    token_checksum = TokenChecksumField(max_length=64)
    application = models.ForeignKey(Client, on_delete=models.CASCADE, db_index=False)

    token = resource = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="refresh_token_unique")
        ]
        indexes = [models.Index(fields=["token_family"], name="refresh_token_family")]


class NoGrant(models.Model):
    """Stands where django-oauth-toolkit wants a model for authorization codes and devices; has no table."""

    class Meta:
        managed = False


class NoIdToken(models.Model):
    """Stands where django-oauth-toolkit wants a model for OpenID Connect; has no table."""

    class Meta:
        managed = False
