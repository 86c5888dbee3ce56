"""Operators in browser tests: made for a file of tests, signed in by a session that the database has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Page

from core.accounts.models import User
from tenants.context import public_scope
from tenants.database.owner import owner_connection
from tenants.operators.accounts import create_operator
from tenants.operators.session_store import SECOND_FACTOR, SessionStore
from tests.browser.visits import Site

EMAIL: Final = "ops@happo.test"
PASSWORD: Final = "a long way to Tipperary"


@contextmanager
def the_only_operator(*, may_change: bool = True) -> Iterator[User]:
    """Make an operator, and remove all that there are before and after."""
    _remove_all()
    yield create_operator(EMAIL, password=PASSWORD, may_change=may_change)
    _remove_all()


def sign_in(page: Page, site: Site, operator: User) -> None:
    """Give the browser the cookie of a session that was started with both factors."""
    with public_scope():
        session = SessionStore()
        session[SESSION_KEY] = str(operator.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = operator.get_session_auth_hash()
        session[SECOND_FACTOR] = True
        session.create()
    page.context.add_cookies(
        [{"name": "happo-operator", "value": session.session_key or "", "url": site.url()}]
    )


def _remove_all() -> None:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("TRUNCATE tenants_operatorattemptcounter")
        cursor.execute("TRUNCATE accounts_user CASCADE")
