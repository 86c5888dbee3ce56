"""How many requests a client may send: by its key, or by its address where it has no valid one."""

from collections.abc import Callable

import pytest
from django.test import Client

from api_v1 import throttling
from core.accounts.secrets import new_secret
from core.accounts.services import issue_api_key
from core.limits.local_buckets import LocalBuckets
from core.recruiting.models import Position
from tenants.context import TenantRef, current_tenant
from tenants.credentials import key_prefix
from tests.recruiters import Recruiter, candidates_of

VERSION = {"x-happo-api-version": "v20261201"}


@pytest.fixture
def three_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address may send three requests without a credential."""
    monkeypatch.setattr(throttling, "anonymous", LocalBuckets(rate=0.001, burst=3))


def statuses(send: Callable[[], int], times: int = 4) -> list[int]:
    return [send() for _ in range(times)]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/positions", {}, 401),
        ("/v1/positions", {"authorization": "Bearer nonsense"}, 401),
        ("/v1/positions", {"authorization": f"Bearer {new_secret('hpk_live_acme')}"}, 401),
        ("/v1/nowhere", {}, 404),
        ("/v1/versions", {}, 200),
        ("/v1/docs", {}, 200),
        ("/v1/openapi.json?version=v20261201", {}, 200),
        ("/v1/files/nonsense", {}, 403),
        ("/api/jobapps/get_jobapps", {}, 401),
        ("/api/jobapps/get_jobapps", {"authorization": "Bearer nonsense"}, 401),
        ("/confirm-email/acme", {}, 400),
    ],
)
def test_requests_without_a_valid_credential_are_counted_by_address(
    acme: TenantRef, three_requests: None, path: str, headers: dict[str, str], status: int
) -> None:
    def send() -> int:
        return Client().get(path, headers=VERSION | headers).status_code

    assert statuses(send) == [status, status, status, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.1").get(path, headers=VERSION | headers)
    assert elsewhere.status_code == status


def test_a_valid_key_passes_from_an_address_that_has_no_requests_left(
    anna: Recruiter, three_requests: None
) -> None:
    assert statuses(lambda: Client().get("/v1/nowhere", headers=VERSION).status_code)[-1] == 429
    assert anna.get("/positions").status == 200


@pytest.mark.parametrize(("length", "cost"), [(0, 1), (100_000, 1), (100_001, 2), (350_000, 4)])
def test_a_body_costs_a_token_for_each_further_100_kb(
    anna: Recruiter, length: int, cost: int
) -> None:
    start = int(anna.get("/positions").headers["RateLimit-Remaining"])
    body = b'{"title": "T"}'.ljust(length)
    reply = anna.call("POST", "/positions", raw=body)
    assert reply.status == 200
    spent = start - int(reply.headers["RateLimit-Remaining"])
    # The bucket may have gained a token meanwhile.
    assert spent in (cost, cost - 1)


def test_a_large_body_is_refused_before_it_is_read(anna: Recruiter, position: Position) -> None:
    issued = issue_api_key(
        anna.user, prefix=key_prefix(current_tenant()), rate_per_second=1, burst=30
    )
    anna = Recruiter(anna.user, issued.key)
    body = b'{"candidates": "no list"}'.ljust(2_000_000)
    path = f"{candidates_of(position)}/bulk"
    first, second = (anna.call("POST", path, raw=body) for _ in range(2))
    assert (first.status, second.status) == (400, 429)
    assert 5 <= int(second.headers["Retry-After"]) <= 20
    assert anna.get("/positions").status == 200


def test_a_body_that_is_refused_for_its_size_costs_one_token(anna: Recruiter) -> None:
    start = int(anna.get("/positions").headers["RateLimit-Remaining"])
    reply = anna.call("POST", "/positions", raw=b" " * 1_100_000)
    assert reply.status == 413
    assert start - int(reply.headers["RateLimit-Remaining"]) in (0, 1)
