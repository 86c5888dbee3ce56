"""Tokens: their shape, their storage, rotation, and what a second use of a refresh token does."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.utils import timezone
from oauthlib.common import Request

from core.accounts.models import User
from core.accounts.oauth import tokens as tokens_module
from core.accounts.oauth.clients import authenticate_client, issue_client
from core.accounts.oauth.models import AccessToken, Client, RefreshToken
from core.accounts.oauth.queries import authenticate_access_token
from core.accounts.oauth.sweep import sweep_tokens
from core.accounts.oauth.tokens import (
    IssuedTokens,
    TokenPrefixes,
    issue_tokens,
    revoke_all_of,
    revoke_pair,
    rotate_tokens,
)
from core.accounts.secrets import new_secret, read_prefix
from core.errors import ForeignToken, TokenRefused, Unauthenticated, WrongClient
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import (
    client_prefix,
    slug_of_access_token,
    slug_of_client,
    token_prefixes,
)
from tenants.provisioning.lifecycle import CreatedTenant

Result = TypeVar("Result")


def test_a_token_names_its_tenant_and_its_kind(
    tokens: IssuedTokens, client_of_acme: Client
) -> None:
    assert slug_of_access_token(tokens.access_token) == "acme"
    assert read_prefix(tokens.refresh_token) == "hpr_acme"
    assert slug_of_client(client_of_acme.client_id) == "acme"
    assert slug_of_access_token(tokens.refresh_token) is None


def test_a_new_pair_lasts_ten_hours_and_may_read_and_write(tokens: IssuedTokens) -> None:
    assert (tokens.expires_in, tokens.scope) == (36000, "read write")


def test_the_token_speaks_for_its_user(tokens: IssuedTokens, joe: User) -> None:
    caller = authenticate_access_token(tokens.access_token)
    assert (caller.user_id, caller.user_uuid, caller.email) == (joe.id, joe.uuid, "joe@smith.test")
    assert caller.can_read
    assert caller.can_write


def test_no_token_is_stored_in_the_clear(tokens: IssuedTokens) -> None:
    with connection.cursor() as cursor:
        for table in ("oauth_accesstoken", "oauth_refreshtoken"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608
            rows = cursor.fetchone()[0]
            assert rows
            assert tokens.access_token not in rows
            assert tokens.refresh_token not in rows


def test_a_token_shows_in_no_representation(tokens: IssuedTokens) -> None:
    assert tokens.access_token not in repr(tokens)
    assert tokens.refresh_token not in repr(tokens)


def test_an_expired_token_is_refused(tokens: IssuedTokens) -> None:
    AccessToken.objects.update(expires=timezone.now() - timedelta(hours=1))
    with pytest.raises(Unauthenticated):
        authenticate_access_token(tokens.access_token)


def test_the_token_of_a_deactivated_user_is_refused(tokens: IssuedTokens, joe: User) -> None:
    User.objects.filter(id=joe.id).update(is_active=False)
    with pytest.raises(Unauthenticated):
        authenticate_access_token(tokens.access_token)


def test_refreshing_ends_the_old_pair(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client
) -> None:
    fresh = rotate_tokens(
        client_of_acme, refresh_token=tokens.refresh_token, prefixes=token_prefixes(acme)
    )
    assert (fresh.expires_in, fresh.scope) == (36000, "read write")
    assert authenticate_access_token(fresh.access_token)
    with pytest.raises(Unauthenticated):
        authenticate_access_token(tokens.access_token)


def test_refreshing_twice_kills_the_family(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client
) -> None:
    prefixes = token_prefixes(acme)
    fresh = rotate_tokens(client_of_acme, refresh_token=tokens.refresh_token, prefixes=prefixes)
    with pytest.raises(TokenRefused):
        rotate_tokens(client_of_acme, refresh_token=tokens.refresh_token, prefixes=prefixes)
    with pytest.raises(Unauthenticated):
        authenticate_access_token(fresh.access_token)
    with pytest.raises(TokenRefused):
        rotate_tokens(client_of_acme, refresh_token=fresh.refresh_token, prefixes=prefixes)


def test_another_family_of_the_same_user_lives_on(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client, joe: User
) -> None:
    prefixes = token_prefixes(acme)
    other = issue_tokens(client_of_acme, user=joe, prefixes=prefixes)
    rotate_tokens(client_of_acme, refresh_token=tokens.refresh_token, prefixes=prefixes)
    with pytest.raises(TokenRefused):
        rotate_tokens(client_of_acme, refresh_token=tokens.refresh_token, prefixes=prefixes)
    assert authenticate_access_token(other.access_token)


def test_a_refresh_inside_a_transaction_is_a_mistake_that_shows(
    committed_tenant: CreatedTenant,
) -> None:
    ref = committed_tenant.ref
    with tenant_scope(ref):
        client = authenticate_client(
            committed_tenant.client_id, secret=committed_tenant.client_secret
        )
        tokens = issue_tokens(client, user=User.objects.get(), prefixes=token_prefixes(ref))
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            rotate_tokens(client, refresh_token=tokens.refresh_token, prefixes=token_prefixes(ref))


def test_a_refresh_at_the_moment_of_the_revocation_keeps_no_token(
    committed_tenant: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = committed_tenant.ref
    prefixes, saved, may_commit = token_prefixes(ref), Event(), Event()

    def save_slowly(request: Request, *, prefixes: TokenPrefixes) -> IssuedTokens:
        pair = save_pair(request, prefixes=prefixes)
        saved.set()
        assert may_commit.wait(60)
        return pair

    def in_tenant(act: Callable[[], Result]) -> Result:
        with tenant_scope(ref):
            try:
                return act()
            finally:
                connection.close()

    with tenant_scope(ref), ThreadPoolExecutor(2) as pool:
        client = authenticate_client(
            committed_tenant.client_id, secret=committed_tenant.client_secret
        )
        owner = User.objects.get()
        old = issue_tokens(client, user=owner, prefixes=prefixes).refresh_token
        save_pair = tokens_module._save_pair
        monkeypatch.setattr(tokens_module, "_save_pair", save_slowly)

        def refresh(token: str) -> IssuedTokens:
            return rotate_tokens(client, refresh_token=token, prefixes=prefixes)

        refreshed = pool.submit(in_tenant, lambda: refresh(old))
        assert saved.wait(60)
        revoked = pool.submit(in_tenant, lambda: revoke_all_of(owner))
        wait_until_a_transaction_waits()
        may_commit.set()
        revoked.result()
        newest = refreshed.result()
        with pytest.raises(Unauthenticated):
            authenticate_access_token(newest.access_token)
        with pytest.raises(TokenRefused):
            refresh(newest.refresh_token)


def wait_until_a_transaction_waits() -> None:
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE NOT l.granted AND a.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("No transaction waits for another one's lock.")


def test_a_deactivated_user_cannot_refresh(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client, joe: User
) -> None:
    User.objects.filter(id=joe.id).update(is_active=False)
    with pytest.raises(TokenRefused):
        rotate_tokens(
            client_of_acme, refresh_token=tokens.refresh_token, prefixes=token_prefixes(acme)
        )


def test_another_client_cannot_use_the_refresh_token(tokens: IssuedTokens, acme: TenantRef) -> None:
    issued = issue_client("Other", prefix=client_prefix(acme))
    other = authenticate_client(issued.client_id, secret=issued.client_secret)
    with pytest.raises(TokenRefused):
        rotate_tokens(other, refresh_token=tokens.refresh_token, prefixes=token_prefixes(acme))
    with pytest.raises(ForeignToken):
        revoke_pair(other, token=tokens.access_token)
    assert authenticate_access_token(tokens.access_token)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_ends_both(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client, which: str
) -> None:
    revoke_pair(client_of_acme, token=getattr(tokens, which))
    with pytest.raises(Unauthenticated):
        authenticate_access_token(tokens.access_token)
    with pytest.raises(TokenRefused):
        rotate_tokens(
            client_of_acme, refresh_token=tokens.refresh_token, prefixes=token_prefixes(acme)
        )


def test_all_tokens_of_a_user_end_at_once(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client, joe: User
) -> None:
    revoke_all_of(joe)
    with pytest.raises(Unauthenticated):
        authenticate_access_token(tokens.access_token)
    with pytest.raises(TokenRefused):
        rotate_tokens(
            client_of_acme, refresh_token=tokens.refresh_token, prefixes=token_prefixes(acme)
        )


def test_an_unknown_client_looks_like_a_wrong_secret(client_of_acme: Client) -> None:
    for client_id in (client_of_acme.client_id, new_secret("hpc_acme"), "nonsense", ""):
        with pytest.raises(WrongClient):
            authenticate_client(client_id, secret="wrong")


def test_a_token_of_one_tenant_is_unknown_to_another(
    tokens: IssuedTokens, globex: TenantRef
) -> None:
    with tenant_scope(globex), pytest.raises(Unauthenticated):
        authenticate_access_token(tokens.access_token)


def test_tokens_that_are_dead_for_good_are_swept(
    tokens: IssuedTokens, acme: TenantRef, client_of_acme: Client, joe: User
) -> None:
    rotate_tokens(client_of_acme, refresh_token=tokens.refresh_token, prefixes=token_prefixes(acme))
    long_ago = timezone.now() - timedelta(days=91)
    AccessToken.objects.update(created=long_ago)
    RefreshToken.objects.update(created=long_ago)
    fresh = issue_tokens(client_of_acme, user=joe, prefixes=token_prefixes(acme))
    assert sweep_tokens.run() == "3 tokens"
    assert authenticate_access_token(fresh.access_token)
    assert RefreshToken.objects.count() == 1
