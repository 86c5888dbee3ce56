"""Operators' sessions and second factors. The tables are in `public` alone, where no tenant's role can look."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class OperatorSession(models.Model):
    """A session of the operators' console (`tenants.operators.session_store`). Only the hash of its key is stored."""

    key_hash = models.BinaryField(primary_key=True, max_length=32)
    # None until its operator has signed in with both factors.
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    # Signed, as Django writes it.
    content = models.TextField()
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        app_label = "tenants"
        indexes = [models.Index(fields=["expires_at"], name="operatorsession_age")]

    @property
    def name(self) -> str:
        """What a form calls the session: the hash of its key, as hexadecimal digits."""
        return bytes(self.key_hash).hex()


class OperatorSecondFactor(models.Model):
    """The authenticator of an operator (TOTP) and its recovery codes. Without a row the operator has none."""

    operator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Both encrypted (`core.encryption`). `pending_secret` becomes `secret` when a first code of it was right.
    secret = models.BinaryField(null=True)
    pending_secret = models.BinaryField(null=True)
    # Of the last code that was accepted, which is not accepted again.
    last_step = models.BigIntegerField(default=0)
    # SHA-256 of those that were not used.
    recovery_hashes = ArrayField(models.BinaryField(max_length=32), default=list)
    enrolled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "tenants"
