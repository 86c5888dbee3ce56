"""The same refresh token used twice concurrently, and a log-out during a refresh."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier

from django.db import connections

from core.accounts.models import User
from core.accounts.oauth.clients import authenticate_client
from core.accounts.oauth.models import AccessToken, RefreshToken
from core.accounts.oauth.tokens import IssuedTokens, issue_tokens, revoke_pair, rotate_tokens
from core.errors import TokenRefused
from tenants.context import tenant_scope
from tenants.credentials import token_prefixes
from tenants.provisioning.lifecycle import CreatedTenant


def test_two_refreshes_at_once_give_one_pair_that_is_then_dead(
    committed_tenant: CreatedTenant,
) -> None:
    ref, prefixes = committed_tenant.ref, token_prefixes(committed_tenant.ref)
    with tenant_scope(ref):
        client = authenticate_client(
            committed_tenant.client_id, secret=committed_tenant.client_secret
        )
        tokens = issue_tokens(client, user=User.objects.get(), prefixes=prefixes)
    together = Barrier(2)

    def refresh(_: int) -> IssuedTokens | None:
        together.wait(60)
        try:
            with tenant_scope(ref):
                return rotate_tokens(client, refresh_token=tokens.refresh_token, prefixes=prefixes)
        except TokenRefused:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        issued = [pair for pair in threads.map(refresh, range(2)) if pair is not None]
    assert len(issued) == 1
    assert issued[0].access_token
    with tenant_scope(ref):
        # One of the two tokens was stolen; the server can't tell which.
        assert not AccessToken.objects.exists()
        assert not RefreshToken.objects.filter(revoked=None).exists()


def test_a_refresh_and_a_log_out_at_once_leave_no_session(committed_tenant: CreatedTenant) -> None:
    ref, prefixes = committed_tenant.ref, token_prefixes(committed_tenant.ref)
    with tenant_scope(ref):
        client = authenticate_client(
            committed_tenant.client_id, secret=committed_tenant.client_secret
        )
        tokens = issue_tokens(client, user=User.objects.get(), prefixes=prefixes)
    together = Barrier(2)

    def refresh() -> None:
        with suppress(TokenRefused):
            rotate_tokens(client, refresh_token=tokens.refresh_token, prefixes=prefixes)

    def run(action: Callable[[], None]) -> None:
        together.wait(60)
        try:
            with tenant_scope(ref):
                action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, (refresh, partial(revoke_pair, client, token=tokens.access_token))))
    with tenant_scope(ref):
        assert not AccessToken.objects.exists()
        assert not RefreshToken.objects.filter(revoked=None).exists()
