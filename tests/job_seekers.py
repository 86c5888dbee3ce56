"""Clients of the JobHax API: an OAuth client of a tenant, and job seekers who are logged in through one."""

from core.accounts.oauth.clients import issue_client
from core.accounts.oauth.models import Client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.services import register_confirmed_user
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import client_prefix, token_prefixes
from tests.clients import JobHaxClient

PASSWORD = "correct horse battery"


def client_of(tenant: TenantRef) -> JobHaxClient:
    """Return a new client of the tenant, without a token."""
    with tenant_scope(tenant):
        issued = issue_client("Tests", prefix=client_prefix(tenant))
    return JobHaxClient(client_id=issued.client_id, client_secret=issued.client_secret)


def seeker_of(tenant: TenantRef, email: str) -> JobHaxClient:
    """Return a client with a token of a new user, who has no password: hashing one takes time."""
    api = client_of(tenant)
    with tenant_scope(tenant):
        client = Client.objects.get(client_id=api.client_id)
        user = register_confirmed_user(email)
        api.token = issue_tokens(client, user=user, prefixes=token_prefixes(tenant)).access_token
    return api
