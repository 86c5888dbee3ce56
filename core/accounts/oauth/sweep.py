"""Deletes tokens that are expired and no longer needed to detect reuse."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider.settings import oauth2_settings

from core.accounts.oauth.models import AccessToken, RefreshToken
from core.jobs import every, task
from core.sweeping import BATCH, BATCHES


@every(timedelta(hours=1))
@task("oauth.sweep_tokens", in_transaction=False)
def sweep_tokens() -> str:
    """Delete the active tenant's expired tokens; return their number for the job's record."""
    # A refresh token is valid for at most this long after its issue. After that, reuse need not be detected.
    life = (
        oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS + oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS
    )
    ended = timezone.now() - timedelta(seconds=life)
    refresh_tokens = _delete(RefreshToken.objects.filter(created__lt=ended))
    access_tokens = _delete(AccessToken.objects.filter(created__lt=ended))
    return f"{refresh_tokens + access_tokens} tokens"


def _delete(tokens: QuerySet[Any]) -> int:  # Any: either kind of token
    """Delete through the models, which know the references between tokens."""
    deleted = 0
    for _ in range(BATCHES):
        ids = list(tokens.values_list("pk", flat=True)[:BATCH])
        deleted += tokens.model.objects.filter(pk__in=ids).delete()[0] if ids else 0
        if len(ids) < BATCH:
            break
    return deleted
