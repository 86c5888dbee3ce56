"""Cached tenants and keys expire: a revocation takes effect within 5 s."""

import time
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import ProgrammingError, connection
from django.test import RequestFactory

from api_v1.happo import auth
from api_v1.happo.shapes import POSITION
from core.accounts.models import ApiKey
from core.accounts.services import revoke_api_key
from core.errors import TenantSuspended, Unauthenticated
from core.recruiting.queries.positions import list_positions
from core.recruiting.services.positions import create_position
from core.recruiting.values import PositionDraft
from tenants import registry
from tenants.brief_cache import CAPACITY, LIFE_SECONDS, BriefCache
from tenants.context import tenant_scope
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant

PROMISED_SECONDS = 5


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock of every cache of this process."""
    clock = Clock()
    for cache in (registry._by_slug, registry._by_host, auth.api_keys.callers):
        monkeypatch.setattr(cache, "_clock", clock)
        cache.clear()
    yield clock
    for cache in (registry._by_slug, registry._by_host, auth.api_keys.callers):
        cache.clear()


def knock(tenant: CreatedTenant) -> None:
    """Authenticate with the tenant's key, as a request does."""
    with auth.authenticate(request_of(tenant)):
        pass


def request_of(tenant: CreatedTenant) -> WSGIRequest:
    headers = {"authorization": f"Bearer {tenant.api_key}", "host": tenant.host}
    return RequestFactory().get("/", headers=headers)


def test_a_value_is_kept_for_its_life_and_no_longer() -> None:
    clock, values = Clock(), iter("ab")
    cache: BriefCache[str, str] = BriefCache(clock=clock)
    assert cache.get("key", lambda: next(values)) == "a"
    clock.now += LIFE_SECONDS - 0.1
    assert cache.get("key", lambda: next(values)) == "a"
    clock.now += 0.2
    assert cache.get("key", lambda: next(values)) == "b"


def test_the_life_begins_before_the_look_up() -> None:
    clock = Clock()
    cache: BriefCache[str, str] = BriefCache(clock=clock)

    def slow() -> str:
        clock.now += LIFE_SECONDS
        return "old"

    cache.get("key", slow)
    assert cache.get("key", lambda: "new") == "new"


def test_an_error_is_not_kept() -> None:
    cache: BriefCache[str, int] = BriefCache()
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 // 0)
    assert cache.get("key", lambda: 1) == 1


def test_invented_names_fill_no_memory() -> None:
    cache: BriefCache[int, None] = BriefCache()
    for number in range(CAPACITY * 2 + 5):
        cache.get(number, lambda: None)
    assert len(cache._entries) <= CAPACITY


def test_a_suspended_tenant_is_refused_in_time(
    committed_tenant: CreatedTenant, clock: Clock
) -> None:
    knock(committed_tenant)
    lifecycle.suspend_tenant(committed_tenant.ref.slug)
    clock.now += PROMISED_SECONDS
    with pytest.raises(TenantSuspended):
        knock(committed_tenant)
    lifecycle.resume_tenant(committed_tenant.ref.slug)
    clock.now += PROMISED_SECONDS
    knock(committed_tenant)


def test_a_revoked_key_is_refused_in_time(committed_tenant: CreatedTenant, clock: Clock) -> None:
    knock(committed_tenant)
    with tenant_scope(committed_tenant.ref):
        revoke_api_key(ApiKey.objects.get().id)
    clock.now += PROMISED_SECONDS
    with pytest.raises(Unauthenticated):
        knock(committed_tenant)


@pytest.mark.usefixtures("clock")
def test_a_cached_caller_that_was_deleted_is_unknown_and_no_crash(autocommit: None) -> None:
    created = lifecycle.create_tenant("brief", name="B", owner_email="b@b.test", sandbox=True)
    try:
        knock(created)
        lifecycle.reset_tenant("brief")
        # The key, and the user whose position it would be, are of the time before.
        with pytest.raises(Unauthenticated), auth.authenticate(request_of(created)) as caller:
            create_position(caller, PositionDraft(columns={"title": "T"}), shape=POSITION)
    finally:
        lifecycle.delete_tenant("brief")
    with pytest.raises(Unauthenticated), auth.authenticate(request_of(created)) as caller:
        list_positions(caller, shape=POSITION)


@pytest.mark.usefixtures("clock")
def test_an_error_of_a_known_user_stays_what_it_is(
    committed_tenant: CreatedTenant,
) -> None:
    with pytest.raises(ProgrammingError), auth.authenticate(request_of(committed_tenant)):
        connection.cursor().execute("SELECT * FROM nothing")


def test_both_by_a_real_clock(committed_tenant: CreatedTenant) -> None:
    knock(committed_tenant)
    lifecycle.suspend_tenant(committed_tenant.ref.slug)
    with tenant_scope(committed_tenant.ref):
        revoke_api_key(ApiKey.objects.get().id)
    deadline = time.monotonic() + PROMISED_SECONDS
    while True:
        asked = time.monotonic()
        try:
            knock(committed_tenant)
        except (TenantSuspended, Unauthenticated):
            break
        assert asked < deadline
        time.sleep(0.1)
