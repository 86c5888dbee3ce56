"""Linked accounts at providers, the tenant's OAuth applications there, and the counters of failed log-ins."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from providers.limits import MAX_EMAIL_CHARACTERS, MAX_SUBJECT_CHARACTERS

# Of an application that the tenant has registered at a provider.
MAX_CLIENT_ID_CHARACTERS: Final = 255
MAX_CLIENT_SECRET_CHARACTERS: Final = 1_000


class LinkedIdentity(models.Model):
    """An account at a provider with which a user logs in; at most one per user and provider.

    `grant`: the provider's token, encrypted (`core.encryption`), as JSON of `providers.values.Grant`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="identities",
        db_index=False,
    )
    provider = models.CharField(max_length=50)
    # The provider's stable key of the account (OpenID Connect: `sub`), never an e-mail address.
    subject = models.CharField(max_length=MAX_SUBJECT_CHARACTERS)
    # The verified address that the account showed last; empty if it never showed one.
    email = models.CharField(max_length=MAX_EMAIL_CHARACTERS, default="", db_default="")
    grant = models.BinaryField(null=True)
    grant_expires_at = models.DateTimeField(null=True)
    # When the provider first refused the grant; None while it is accepted.
    grant_dead_since = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "provider"], name="identity_once_per_provider"),
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_one_user"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.subject}"


class ProviderApplication(models.Model):
    """An OAuth application that the tenant has registered at a provider (its OAuth client there).

    Users log in only with tokens that the provider issued to one of these.
    """

    provider = models.CharField(max_length=50)
    client_id = models.CharField(max_length=MAX_CLIENT_ID_CHARACTERS)
    # Encrypted (`core.encryption`); None for a mobile application, which has none.
    secret = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        # The table keeps the name that its first release gave it.
        db_table = "logins_providerclient"
        constraints = [
            models.UniqueConstraint(fields=["provider", "client_id"], name="provider_client_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.client_id}"


class ProviderOptions(models.Model):
    """The options that the tenant's operator set for an auth provider or a mailbox, which its plugin declares."""

    provider = models.CharField(max_length=100, primary_key=True)
    # A JSON object of texts, encrypted as a whole (`core.encryption`): only the plugin knows which are secret.
    options = models.BinaryField()

    def __str__(self) -> str:
        return self.provider


class AttemptCounter(models.Model):
    """The recent attempts that `limits` counts: failed log-ins of an account or an IP address, registrations from one.

    `subject`: SHA-256 of the kind and of the account or IP address, which are stored nowhere here.
    """

    subject = models.BinaryField(primary_key=True, max_length=32)
    counted_at = ArrayField(models.DateTimeField(), db_column="failed_at")
    # When the newest attempt no longer counts.
    expires_at = models.DateTimeField()

    class Meta:
        # The table keeps the name that its first release gave it.
        db_table = "logins_failedlogins"
        indexes = [models.Index(fields=["expires_at"], name="failedlogins_age")]
