"""Authenticate access tokens: the hot path, one query."""

from hashlib import sha256

from django.conf import settings
from django.db import connection

from core.accounts.values import Caller
from core.errors import Unauthenticated

_CALLER = """
    SELECT t.scope, t.expires, c.id, c.client_id, c.pinned_version, u.id, u.uuid, u.email
      FROM oauth_accesstoken t
      JOIN oauth_client c ON c.id = t.application_id
      JOIN accounts_user u ON u.id = t.user_id
     WHERE t.token_checksum = %s AND t.expires > now() AND u.is_active
"""


def authenticate_access_token(token: str) -> Caller:
    """Return the caller of `token`; raise `Unauthenticated`.

    That is where it is unknown, revoked or expired, or its user inactive.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, [sha256(token.encode()).hexdigest()])
        row = cursor.fetchone()
    if row is None:
        raise Unauthenticated("wrong")
    scope, expires_at, client, client_id, pinned_version, user_id, user_uuid, email = row
    scopes = scope.split()
    return Caller(
        user_id=user_id,
        user_uuid=user_uuid,
        email=email,
        # All tokens of this client for this user share one rate limit, so that a new token doesn't reset it. It has the
        # user's UUID, because one process counts the requests of all tenants and numeric ids repeat between them.
        credential_id=f"oauth:{client}:{user_uuid}",
        can_read="read" in scopes,
        can_write="write" in scopes,
        pinned_version=pinned_version,
        rate_per_second=settings.RATE_LIMIT_PER_SECOND,
        burst=settings.RATE_LIMIT_BURST,
        expires_at=expires_at,
        client_id=client_id,
    )
