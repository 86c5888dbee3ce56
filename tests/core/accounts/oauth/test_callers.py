"""The caller of an access token."""

from core.accounts.models import User
from core.accounts.oauth.clients import issue_client
from core.accounts.oauth.models import Client
from core.accounts.oauth.queries import authenticate_access_token
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.services import register_confirmed_user
from core.accounts.values import Caller
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import client_prefix, token_prefixes

NUMBER = 77_777


def caller_of(tenant: TenantRef) -> Caller:
    """Return who a token of the tenant speaks for, whose user and client bear the same number in every tenant."""
    with tenant_scope(tenant):
        issued = issue_client("Web", prefix=client_prefix(tenant))
        Client.objects.filter(client_id=issued.client_id).update(id=NUMBER)
        email = register_confirmed_user("joe@smith.test").email
        User.objects.filter(email=email).update(id=NUMBER)
        user, client = User.objects.get(id=NUMBER), Client.objects.get(id=NUMBER)
        tokens = issue_tokens(client, user=user, prefixes=token_prefixes(tenant))
        return authenticate_access_token(tokens.access_token)


def test_no_two_tenants_share_a_credential_and_so_an_allowance(
    acme: TenantRef, globex: TenantRef
) -> None:
    first, second = caller_of(acme), caller_of(globex)
    assert first.user_id == second.user_id
    assert first.credential_id != second.credential_id
    # The column that the bucket is found by.
    assert len(first.credential_id) <= 64
