"""Users of a tenant in browser tests, signed in by a session that the database has."""

from playwright.sync_api import Page

from core.accounts.models import User
from core.accounts.sessions.services import start_session
from tenants.context import TenantRef, tenant_scope
from tests.browser.visits import Site


def sign_in(page: Page, site: Site, user: User, *, tenant: TenantRef, host: str) -> None:
    """Give the browser the cookie of a session at the tenant's host, which no other host gets."""
    with tenant_scope(tenant):
        token = start_session(user, client_ip="127.0.0.1", user_agent="").token
    page.context.add_cookies(
        [{"name": "happo-session", "value": token, "url": site.url(host=host)}]
    )
