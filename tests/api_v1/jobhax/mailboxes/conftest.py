"""A job seeker, and the servers that mailboxes are connected at."""

from collections.abc import Iterator

import pytest

from config.network.connector import OutsideConnector
from core import connecting
from core.accounts.models import User
from core.plugins import plugins, use_plugins
from tenants.context import TenantRef
from tenants.plugins import TenantPlugins
from tests.clients import JobHaxClient
from tests.plugins.imap.conftest import PASSWORD, authority, connector, dovecot
from tests.standins.dovecot import Dovecot
from tests.standins.identity import IdentityStandin

REDIRECT = "https://app.example/connected"
GMAIL = "openid email https://www.googleapis.com/auth/gmail.readonly"

__all__ = ["PASSWORD", "authority", "connector", "dovecot"]


@pytest.fixture
def ann(acme: TenantRef, head: JobHaxClient) -> User:
    """The user of `head`."""
    return User.objects.get(email="seeker@jobs.test")


@pytest.fixture
def server(dovecot: Dovecot, connector: OutsideConnector) -> Iterator[Dovecot]:
    """Dovecot, to which Happo may connect although it is on loopback."""
    before = connecting._connector
    connecting.use_connector(connector)
    yield dovecot
    connecting._connector = before


@pytest.fixture
def google(standin: IdentityStandin) -> IdentityStandin:
    """Google with Gmail."""
    known = plugins()
    urls = dict.fromkeys(("google-oauth2", "gmail"), standin.url)
    use_plugins(TenantPlugins(known.installed(), base_urls=urls))
    return standin


def consent(google: IdentityStandin, *, scope: str = GMAIL, sub: str = "g1") -> str:
    """Return an authorization code, as the page of an application gets it from Google."""
    return google.google.consent(sub=sub, client_id="ours", redirect_uri=REDIRECT, scope=scope)


def log_in_of(server: Dovecot, **changes: object) -> dict[str, object]:
    """Return the body that connects the mailbox of `user150`."""
    return {
        "plugin": "imap",
        "host": "localhost",
        "port": server.port,
        "username": "user150",
        "password": PASSWORD,
        **changes,
    }
