"""Access and refresh tokens: issued, rotated, revoked.

django-oauth-toolkit keeps them. Its token endpoint isn't used: oauthlib writes tokens into its debug log.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from secrets import randbelow

from django.db import transaction
from oauth2_provider.models import get_refresh_token_model
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.tokens import BearerToken

from core.accounts.models import User
from core.accounts.oauth.models import AccessToken, Client, RefreshToken
from core.accounts.oauth.sweep import sweep_tokens
from core.accounts.oauth.validator import TokenStore
from core.accounts.secrets import new_secret
from core.accounts.values import BOTH_SCOPES
from core.errors import ForeignToken, TokenRefused
from core.jobs import enqueue

# Nobody has to tidy up: now and then whoever gets tokens has the dead ones removed.
_SWEEP_ONE_IN = 200


@dataclass(frozen=True, slots=True)
class TokenPrefixes:
    """What the tenant's new tokens start with."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """A new pair. The tokens are in here and nowhere else; `expires_in` in seconds, `scope` separated by spaces."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scope: str


def issue_tokens(client: Client, *, user: User, prefixes: TokenPrefixes) -> IssuedTokens:
    """Give `client` a first pair of tokens that speak for `user`, the first of a new family."""
    request = Request("")
    request.client, request.user, request.scopes = client, user, BOTH_SCOPES
    return _save_pair(request, prefixes=prefixes)


def rotate_tokens(client: Client, *, refresh_token: str, prefixes: TokenPrefixes) -> IssuedTokens:
    """Exchange a refresh token for a new pair; the old access token ends.

    Raises `TokenRefused` where it is unknown, expired, another client's or its user gone. One that was used before
    has been stolen from somebody: its whole family ends with it. Never call it inside a transaction: the exception
    would undo the revocation, so that raises.
    """
    issued = _rotate(client, refresh_token=refresh_token, prefixes=prefixes)
    if issued is None:
        raise TokenRefused("refresh")
    return issued


@transaction.atomic(durable=True)
def _rotate(client: Client, *, refresh_token: str, prefixes: TokenPrefixes) -> IssuedTokens | None:
    # Two requests with the same token come one after the other: the second one finds it used.
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
    if randbelow(_SWEEP_ONE_IN) == 0:
        enqueue(sweep_tokens, key="")
    return IssuedTokens(
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        expires_in=pair["expires_in"],
        scope=pair["scope"],
    )


def revoke_pair(client: Client, *, token: str) -> None:
    """End an access token and its refresh token (either may be named).

    An expired one is fine, its refresh token still counts. Raises `ForeignToken` for one not issued to `client`.
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
    """End every token that speaks for `user`."""
    for family in (
        get_refresh_token_model()
        .objects.filter(user=user, revoked=None)
        .values_list("token_family", flat=True)
    ):
        RefreshToken.revoke_family(family)
    AccessToken.objects.filter(user=user).delete()


def _checksum(token: str) -> str:
    return sha256(token.encode()).hexdigest()
