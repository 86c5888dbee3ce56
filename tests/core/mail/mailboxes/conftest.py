"""A job seeker with a mailbox at the stand-in for Gmail."""

from collections.abc import Iterator

import pytest

from config.wiring import SHIPPED_PLUGINS
from core.accounts.logins.provider_settings import set_provider_application
from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.mail.models import UserMailbox
from core.plugins import plugins, use_plugins
from providers.loading import load_registry
from tenants.context import TenantRef, tenant_scope
from tenants.plugins import TenantPlugins
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.mail.mailboxes.gmail import GmailUser, connect_gmail
from tests.core.mail.mailboxes.scripted import PIECES, Scripted
from tests.standins.identity import IdentityStandin


@pytest.fixture
def google() -> Iterator[IdentityStandin]:
    """Google with Gmail on loopback, which has the application `ours`."""
    before = plugins()
    with IdentityStandin() as standin:
        standin.google.add_client(client_id="ours", secret="our secret")
        urls = dict.fromkeys(("google-oauth2", "gmail"), standin.url)
        registry = load_registry(SHIPPED_PLUGINS, installed=False)
        use_plugins(TenantPlugins(registry, base_urls=urls))
        yield standin
    use_plugins(before)


@pytest.fixture
def committed_ann(committed_tenant: CreatedTenant, google: IdentityStandin) -> Iterator[GmailUser]:
    """A user of a tenant of this test alone, whose scope is open."""
    with tenant_scope(committed_tenant.ref):
        set_provider_application("google-oauth2", client_id="ours", secret="our secret")
        yield connect_gmail(google, register_confirmed_user("ann@jobs.test"))


@pytest.fixture
def ann(acme: TenantRef, google: IdentityStandin) -> GmailUser:
    """A user whose Gmail is connected and empty."""
    set_provider_application("google-oauth2", client_id="ours", secret="our secret")
    user = User.objects.create(email="ann@jobs.test", is_registered=True)
    return connect_gmail(google, user)


@pytest.fixture
def script(ann: GmailUser, monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Ann's mailbox, which brings three pieces of one mail each."""
    scripted = Scripted(list(PIECES))
    registry = plugins().registry()
    monkeypatch.setattr(
        type(registry), "mailbox", lambda self, name: scripted if name == "scripted" else None
    )
    UserMailbox.objects.update(plugin="scripted", account="x")
    monkeypatch.setattr("core.mail.mailboxes.opening._server_of", lambda row: None)
    return scripted
