"""Job seekers of the JobHax API's tests."""

from collections.abc import Iterator

import pytest

from api_v1.versions import HEAD
from config.wiring import SHIPPED_PLUGINS
from core.accounts.logins.provider_settings import set_provider_application
from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.plugins import plugins, use_plugins
from providers.loading import load_registry
from tenants.context import TenantRef
from tenants.plugins import TenantPlugins
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD, client_of, seeker_of
from tests.standins.identity import IdentityStandin


@pytest.fixture
def api(acme: TenantRef) -> JobHaxClient:
    """A client of acme."""
    return client_of(acme)


@pytest.fixture
def joe(acme: TenantRef) -> User:
    """Registered and confirmed, as `joesmith`."""
    return register_confirmed_user("joe@smith.test", username="joesmith", password=PASSWORD)


@pytest.fixture
def joe_api(api: JobHaxClient, joe: User) -> JobHaxClient:
    """A client that Joe has logged in with."""
    assert api.login("joesmith", PASSWORD).code == 0
    return api


@pytest.fixture
def seeker(acme: TenantRef) -> JobHaxClient:
    """A job seeker who is logged in."""
    return seeker_of(acme, "seeker@jobs.test")


@pytest.fixture
def stranger(acme: TenantRef) -> JobHaxClient:
    """Another one, of the same tenant."""
    return seeker_of(acme, "stranger@jobs.test")


@pytest.fixture
def head(seeker: JobHaxClient) -> JobHaxClient:
    """The seeker, in the newest version."""
    seeker.version = HEAD
    return seeker


@pytest.fixture
def standin(acme: TenantRef) -> Iterator[IdentityStandin]:
    """Google and LinkedIn on loopback; acme has an application `ours` at both, and another company `theirs`."""
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
