"""Issue, rotate and revoke access and refresh tokens (RFC 6749; rotation and reuse detection as in RFC 9700).

django-oauth-toolkit stores them. Its token endpoint isn't used, because oauthlib writes tokens to its debug log.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction
from oauth2_provider.models import get_refresh_token_model
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.tokens import BearerToken

from core.accounts.models import User
from core.accounts.oauth.models import AccessToken, Client, RefreshToken
from core.accounts.oauth.validator import TokenStore
from core.accounts.secrets import new_secret
from core.accounts.values import BOTH_SCOPES
from core.errors import ForeignToken, TokenRefused


@dataclass(frozen=True, slots=True)
class TokenPrefixes:
    """The prefixes of the tenant's new tokens."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """A new pair. The tokens are only here: the database has their checksums.

    `expires_in`: seconds until the access token expires; `scope`: scopes separated by spaces (RFC 6749, 5.1).
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scope: str


def issue_tokens(client: Client, *, user: User, prefixes: TokenPrefixes) -> IssuedTokens:
    """Issue a pair of tokens for `user` to `client`, the first of a new token family."""
    request = Request("")
    request.client, request.user, request.scopes = client, user, BOTH_SCOPES
    return _save_pair(request, prefixes=prefixes)


def rotate_tokens(client: Client, *, refresh_token: str, prefixes: TokenPrefixes) -> IssuedTokens:
    """Exchange a refresh token for a new pair; the old access token is revoked.

    Raises `TokenRefused` where it is unknown, expired, another client's or its user inactive. A refresh token that was
    used before must have been stolen from the user or the client, so its whole family is revoked. Calling it inside a
    transaction raises `RuntimeError`, because the rollback would undo that revocation.
    """
    issued = _rotate(client, refresh_token=refresh_token, prefixes=prefixes)
    if issued is None:
        raise TokenRefused("refresh")
    return issued


@transaction.atomic(durable=True)
def _rotate(client: Client, *, refresh_token: str, prefixes: TokenPrefixes) -> IssuedTokens | None:
    # The lock serializes requests with the same token: the second one finds it used.
    list(RefreshToken.objects.select_for_update().filter(token_checksum=_checksum(refresh_token)))
    request = Request("")
    request.client = client
    if (
        not TokenStore().validate_refresh_token(refresh_token, client, request)
        or not request.user.is_active
    ):
        return None
    request.scopes = request.refresh_token_instance.access_token.scope.split()
    return _save_pair(request, prefixes=prefixes)


def _save_pair(request: Request, *, prefixes: TokenPrefixes) -> IssuedTokens:
    store = TokenStore()
    bearer = BearerToken(
        store,
        token_generator=lambda _: new_secret(prefixes.access),
        refresh_token_generator=lambda _: new_secret(prefixes.refresh),
        expires_in=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS,
    )
    pair = bearer.create_token(request, refresh_token=True)
    store.save_bearer_token(pair, request)
    return IssuedTokens(
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        expires_in=pair["expires_in"],
        scope=pair["scope"],
    )


def revoke_pair(client: Client, *, token: str) -> None:
    """Revoke an access token and its refresh token; `token` is either of them.

    An expired access token is accepted, since its refresh token may still be valid. Raises `ForeignToken` where `token`
    is unknown or was not issued to `client`.
    """
    checksum = _checksum(token)
    with transaction.atomic():
        access = AccessToken.objects.filter(token_checksum=checksum, application=client).first()
        wanted = (
            {"access_token": access} if access else {"token_checksum": checksum, "revoked": None}
        )
        refresh = RefreshToken.objects.filter(application=client, **wanted).first()
        if access is None and refresh is None:
            raise ForeignToken
        if refresh is not None:
            refresh.revoke()
        elif access is not None:
            access.revoke()


def revoke_all_of(user: User) -> None:
    """Revoke every token of `user`."""
    for family in (
        get_refresh_token_model()
        .objects.filter(user=user, revoked=None)
        .values_list("token_family", flat=True)
    ):
        RefreshToken.revoke_family(family)
    AccessToken.objects.filter(user=user).delete()


def _checksum(token: str) -> str:
    return sha256(token.encode()).hexdigest()
