"""Two slim tables: each costs once per tenant (docs/decisions/0021)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

MAX_BROWSER_CHARACTERS = 40
MAX_NETWORK_CHARACTERS = 45


class ConsoleSession(models.Model):
    """A browser in which a user has signed in. Only the SHA-256 of its cookie is stored."""

    id_hash = models.BinaryField(primary_key=True, max_length=32)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="console_sessions"
    )
    created_at = models.DateTimeField(default=timezone.now)
    # Written at most every few minutes.
    seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    # False while the user's second factor is still asked for: such a session opens no page.
    is_complete = models.BooleanField()
    # So that users recognise their sessions: no more of the address and the browser than that takes.
    network = models.CharField(max_length=MAX_NETWORK_CHARACTERS)
    browser = models.CharField(max_length=MAX_BROWSER_CHARACTERS)


class SecondFactor(models.Model):
    """A user's one-time passwords (TOTP, RFC 6238)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="second_factor",
        primary_key=True,
    )
    # Encrypted (`core.encryption`).
    secret = models.BinaryField()
    # Set once the user has typed a first code: before, log-ins ask for none.
    confirmed_at = models.DateTimeField(null=True)
    # The time step (30 s, counted from 1970) of the newest code that was used: no code is good twice.
    last_step = models.BigIntegerField(default=0)
    # SHA-256 of those that are left; each has 80 random bits, so a fast hash suffices.
    recovery_codes = ArrayField(models.BinaryField(max_length=32), default=list)
