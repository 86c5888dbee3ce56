"""Removes tokens that nobody can use any more, nor recognise as used twice."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from oauth2_provider.settings import oauth2_settings

from core.accounts.oauth.models import AccessToken, RefreshToken
from core.jobs import task


@task("oauth.sweep_tokens")
def sweep_tokens() -> str:
    """Delete the tenant's tokens that are dead for good; return how many, in words."""
    with transaction.atomic():
        # A refresh token is good for so long from its own issue; afterwards even its re-use says nothing.
        life = (
            oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS
            + oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS
        )
        ended = timezone.now() - timedelta(seconds=life)
        refresh_tokens = RefreshToken.objects.filter(created__lt=ended).delete()[0]
        access_tokens = AccessToken.objects.filter(created__lt=ended).delete()[0]
    return f"{refresh_tokens + access_tokens} tokens"
