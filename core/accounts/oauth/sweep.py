"""Deletes tokens that are expired and no longer needed to detect reuse."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from oauth2_provider.settings import oauth2_settings

from core.accounts.oauth.models import AccessToken, RefreshToken
from core.jobs import task


@task("oauth.sweep_tokens")
def sweep_tokens() -> str:
    """Delete the active tenant's expired tokens; return their number as text for the job's record."""
    with transaction.atomic():
        # A refresh token is valid for at most this long after its issue. After that, reuse need not be detected.
        life = (
            oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS
            + oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS
        )
        ended = timezone.now() - timedelta(seconds=life)
        refresh_tokens = RefreshToken.objects.filter(created__lt=ended).delete()[0]
        access_tokens = AccessToken.objects.filter(created__lt=ended).delete()[0]
    return f"{refresh_tokens + access_tokens} tokens"
