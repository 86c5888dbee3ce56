"""How many requests to public routes an OAuth client may send from one address."""

from collections.abc import Callable

import pytest

from api_v1 import throttling
from core.accounts.secrets import new_secret
from core.limits.local_buckets import LocalBuckets
from tenants.context import TenantRef
from tests.clients import JobHaxClient


@pytest.fixture
def three_requests_of_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every client may send three requests from each address."""
    monkeypatch.setattr(throttling, "clients", LocalBuckets(rate=0.001, burst=3))


def statuses(send: Callable[[], int], times: int = 4) -> list[int]:
    return [send() for _ in range(times)]


PUBLIC = ("login", "register", "auth_social_user", "refresh_token", "logout")
FIELDS = {
    "username": "joe",
    "password": "wrong",
    "password2": "wrong too",
    "email": "joe@smith.test",
    "provider": "nonsense",
    "token": "nonsense",
    "refresh_token": "nonsense",
}


@pytest.mark.parametrize("route", PUBLIC)
def test_each_public_route_counts_by_client_and_address(
    api: JobHaxClient, three_requests_of_a_client: None, route: str
) -> None:
    answers = statuses(lambda: api.post_as_client(f"users/{route}", **FIELDS).status)
    assert 429 not in answers[:3]
    assert answers[3] == 429
    other = api.post_as_client(f"users/{route}", **FIELDS, client_id=new_secret("hpc_acme"))
    assert other.status == 401


def test_a_registration_without_a_client_counts_too(
    acme: TenantRef, three_requests_of_a_client: None
) -> None:
    api = JobHaxClient(client_id="", client_secret="")
    api.host = "acme.localhost"
    answers = statuses(lambda: api.post("users/register", **FIELDS).status)
    assert answers == [400, 400, 400, 429]


def test_a_pin_that_is_looked_up_is_not_counted_twice(
    api: JobHaxClient, three_requests_of_a_client: None
) -> None:
    assert 429 not in statuses(lambda: api.login("joe", "wrong").status, times=3)
