"""Job seekers of the JobHax API's tests."""

from collections.abc import Iterator

import pytest

from config.wiring import SHIPPED_PLUGINS
from core.accounts.logins.provider_settings import set_provider_application
from core.accounts.models import User
from core.accounts.oauth.clients import issue_client
from core.accounts.oauth.models import Client
from core.accounts.oauth.tokens import issue_tokens
from core.accounts.services import register_confirmed_user
from core.plugins import plugins, use_plugins
from providers.loading import load_registry
from tenants.context import TenantRef, tenant_scope
from tenants.credentials import client_prefix, token_prefixes
from tenants.plugins import TenantPlugins
from tests.api_v1.jobhax.calls import JobHax
from tests.api_v1.jobhax.jobapp_calls import HEAD
from tests.standins.identity import IdentityStandin

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


@pytest.fixture
def standin(acme: TenantRef) -> Iterator[IdentityStandin]:
    """Google and LinkedIn on loopback; acme has an application `ours` at both, and somebody else `theirs`."""
    before = plugins()
    with IdentityStandin() as standin:
        base_urls = {"google-oauth2": standin.url, "linkedin-oauth2": standin.url}
        registry = load_registry(SHIPPED_PLUGINS, installed=False)
        use_plugins(TenantPlugins(registry, base_urls=base_urls))
        for service, provider in (
            (standin.google, "google-oauth2"),
            (standin.linkedin, "linkedin-oauth2"),
        ):
            service.add_client(client_id="ours", secret="our secret")
            service.add_client(client_id="theirs", secret="their secret")
            set_provider_application(provider, client_id="ours", secret="our secret")
        standin.google.add_account(
            sub="g1", email="nina@gmail.test", given_name="Nina", family_name="Ricci"
        )
        standin.google.add_account(sub="g2", email="Joe@Smith.test")
        standin.google.add_account(sub="g3", email="joe@smith.test", email_verified=False)
        standin.linkedin.add_member(id="l1", email="bob@linked.test")
        standin.linkedin.add_member(id="l2", email="joe@smith.test", email_verified=False)
        yield standin
    use_plugins(before)
