"""A client of the tenant and a user who logged in through it."""

import pytest

from core.accounts.models import User
from core.accounts.oauth.clients import authenticate_client, issue_client
from core.accounts.oauth.models import Client
from core.accounts.oauth.tokens import IssuedTokens, issue_tokens
from core.accounts.services import register_confirmed_user
from tenants.context import TenantRef
from tenants.credentials import client_prefix, token_prefixes


@pytest.fixture
def joe(acme: TenantRef) -> User:
    return register_confirmed_user("joe@smith.test", username="joesmith", password="correct horse")


@pytest.fixture
def client_of_acme(acme: TenantRef) -> Client:
    issued = issue_client("Web", prefix=client_prefix(acme))
    return authenticate_client(issued.client_id, secret=issued.client_secret)


@pytest.fixture
def tokens(acme: TenantRef, client_of_acme: Client, joe: User) -> IssuedTokens:
    return issue_tokens(client_of_acme, user=joe, prefixes=token_prefixes(acme))
