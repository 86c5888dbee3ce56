"""Issue, rotate and revoke access and refresh tokens (RFC 6749; rotation and reuse detection as in RFC 9700).

django-oauth-toolkit stores them. Its token endpoint isn't used, because oauthlib writes tokens to its debug log.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.tokens import BearerToken

from core.accounts.models import User
from core.accounts.oauth.models import AccessToken, Client, RefreshToken
from core.accounts.oauth.validator import TokenStore
from core.accounts.queries import lock_logged_in
from core.accounts.secrets import new_secret
from core.accounts.values import BOTH_SCOPES
from core.audit import Actor, record
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


@transaction.atomic
def issue_tokens(client: Client, *, user: User, prefixes: TokenPrefixes) -> IssuedTokens:
    """Issue a pair of tokens for `user`, who has just logged in, to `client`: the first of a new token family.

    Raises `WrongPassword` as `lock_logged_in`.
    """
    lock_logged_in(user)
    request = Request("")
    request.client, request.user, request.scopes = client, user, BOTH_SCOPES
    issued = _save_pair(request, prefixes=prefixes)
    record("user.login", user.uuid, actor=_actor(user), client=client.client_id)
    return issued


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
    known = RefreshToken.objects.select_for_update().filter(token_checksum=_checksum(refresh_token))
    users = [token.user_id for token in known]
    request = Request("")
    request.client = client
    if (
        not TokenStore().validate_refresh_token(refresh_token, client, request)
        or not request.user.is_active
    ):
        record(
            "user.refresh_refused",
            *User.objects.filter(id__in=users).values_list("uuid", flat=True),
        )
        return None
    request.scopes = request.refresh_token_instance.access_token.scope.split()
    issued = _save_pair(request, prefixes=prefixes)
    record("user.refresh", request.user.uuid, actor=_actor(request.user))
    return issued


def _actor(user: User) -> Actor:
    return Actor("user", str(user.uuid))


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
    """Revoke the access token and the refresh token of a session; `token` is any that it has or had.

    A token from before a refresh is accepted, because clients log out with the one that they got first, and so is an
    expired one. Raises `ForeignToken` where `token` is unknown, was not issued to `client`, or its session has ended.
    """
    with transaction.atomic():
        member = _find_member(client, checksum=_checksum(token))
        family = member.token_family
        session = RefreshToken.objects.filter(token_family=family)
        # A refresh locks one of these rows: afterwards either its new pair is seen here, or it finds its token revoked.
        list(session.select_for_update().values_list("id"))
        if not session.filter(revoked=None).exists():
            raise ForeignToken
        RefreshToken.revoke_family(family)
        record("user.logout", member.user.uuid, actor=_actor(member.user))


def _find_member(client: Client, *, checksum: str) -> RefreshToken:
    issued = RefreshToken.objects.filter(application=client).select_related("user")
    member: RefreshToken | None = (
        issued.filter(Q(token_checksum=checksum) | Q(access_checksum=checksum)).first()
        or issued.filter(access_token__token_checksum=checksum).first()
    )
    if member is None:
        raise ForeignToken
    return member


@transaction.atomic
def revoke_all_of(user: User) -> None:
    """Revoke every token of `user`."""
    sessions = RefreshToken.objects.filter(user=user, revoked=None)
    # A refresh locks one of these rows: afterwards either its new pair is seen here, or it finds its token revoked.
    list(sessions.select_for_update().values_list("id"))
    for family in sessions.values_list("token_family", flat=True):
        RefreshToken.revoke_family(family)
    AccessToken.objects.filter(user=user).delete()


def _checksum(token: str) -> str:
    return sha256(token.encode()).hexdigest()
