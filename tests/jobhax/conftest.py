"""Job seekers of the JobHax API's tests."""

import pytest

from core.accounts.models import User
from core.accounts.oauth.clients import issue_client
from core.accounts.oauth.models import Client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.services import register_confirmed_user
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import client_prefix, token_prefixes
from tests.jobhax.calls import JobHax
from tests.jobhax.jobapp_calls import HEAD

PASSWORD = "correct horse battery"


def client_of(tenant: TenantRef) -> JobHax:
    """Return a client of the tenant's that nobody has logged in with."""
    with tenant_scope(tenant):
        issued = issue_client("Tests", prefix=client_prefix(tenant))
    return JobHax(client_id=issued.client_id, client_secret=issued.client_secret)


@pytest.fixture
def api(acme: TenantRef) -> JobHax:
    """A client of acme."""
    return client_of(acme)


@pytest.fixture
def joe(acme: TenantRef) -> User:
    """Registered and confirmed, as `joesmith`."""
    return register_confirmed_user("joe@smith.test", username="joesmith", password=PASSWORD)


@pytest.fixture
def joe_api(api: JobHax, joe: User) -> JobHax:
    """A client that Joe has logged in with."""
    assert api.login("joesmith", PASSWORD).code == 0
    return api


def seeker_of(tenant: TenantRef, email: str) -> JobHax:
    """Return a client with a token of somebody new, who has no password: to hash one takes its time."""
    api = client_of(tenant)
    with tenant_scope(tenant):
        client = Client.objects.get(client_id=api.client_id)
        user = register_confirmed_user(email)
        api.token = issue_tokens(client, user=user, prefixes=token_prefixes(tenant)).access_token
    return api


@pytest.fixture
def seeker(acme: TenantRef) -> JobHax:
    """Somebody who looks for a job and has logged in."""
    return seeker_of(acme, "seeker@jobs.test")


@pytest.fixture
def stranger(acme: TenantRef) -> JobHax:
    """Another one, of the same tenant."""
    return seeker_of(acme, "stranger@jobs.test")


@pytest.fixture
def head(seeker: JobHax) -> JobHax:
    """The seeker, in the newest version."""
    seeker.version = HEAD
    return seeker
