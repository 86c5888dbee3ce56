"""How people prove who they are: accounts elsewhere that are linked to ours, and what keeps guessing slow."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class LinkedIdentity(models.Model):
    """An account at a provider that logs a user in; at most one per user and provider.

    `grant`: the provider's token, encrypted (`core.encryption`), as JSON of `providers.values.Grant`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="identities",
        db_index=False,
    )
    provider = models.CharField(max_length=50)
    # The provider's own key of the person: never changes, and is never an e-mail address.
    subject = models.CharField(max_length=255)
    grant = models.BinaryField(null=True)
    grant_expires_at = models.DateTimeField(null=True)
    # Since when the provider is known to refuse it.
    grant_dead_since = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "provider"], name="identity_once_per_provider"),
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_of_one_user"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.subject}"


class ProviderClient(models.Model):
    """An application that the tenant has registered at a provider. Only tokens issued to one of these log in."""

    provider = models.CharField(max_length=50)
    client_id = models.CharField(max_length=255)
    # Encrypted; None for a mobile application, which has none.
    secret = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "client_id"], name="provider_client_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.client_id}"


class FailedLogins(models.Model):
    """When log-ins failed lately, for one account or one address, or an address registered users.

    Only a hash of which one is here.
    """

    subject = models.BinaryField(primary_key=True, max_length=32)
    failed_at = ArrayField(models.DateTimeField())
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="failedlogins_age")]
