"""What holds across all processes of a server: limits, one row for many requests, revocations, crashes."""

import http.client
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from api_v1.versions import HEAD
from core.accounts.models import User
from core.accounts.services import IssuedKey, issue_api_key, revoke_api_key
from tenants.context import tenant_scope
from tenants.credentials import key_prefix
from tenants.provisioning.lifecycle import (
    CreatedTenant,
    create_tenant,
    delete_tenant,
    suspend_tenant,
)
from tests.clients import HappoClient, Reply, to_server
from tests.database import login_of
from tests.servers import Server, running_server
from tests.waiting import wait_until

pytestmark = pytest.mark.server

# A revocation takes effect within so many seconds.
REFUSED_WITHIN = 5.0
# At once, of one tenant: half of a process's threads, so that a busy machine ends none as a slow one.
REQUESTS = 16
THREADS = str(2 * REQUESTS)


def client_of(server: Server, key: str) -> HappoClient:
    """Return a client in the head's version; any of the server's processes takes each request."""
    return HappoClient(key, HEAD, transport=to_server(server.port))


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two processes for all tests; each test has a separate tenant there."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, workers=2, WEB_THREADS=THREADS) as server:
        yield server


@pytest.fixture
def other_tenant(committed_tenant: CreatedTenant) -> Iterator[CreatedTenant]:
    """A second one on the same server."""
    created = create_tenant(
        f"o{secrets.token_hex(4)}", name="Other", owner_email="owner@other.test"
    )
    yield created
    delete_tenant(created.ref.slug)


def key_of(tenant: CreatedTenant, **options: int) -> IssuedKey:
    with tenant_scope(tenant.ref) as ref:
        return issue_api_key(User.objects.get(), prefix=key_prefix(ref), **options)


def many(times: int, work: Callable[[], Reply], *, threads: int) -> list[Reply]:
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(times)]]


@pytest.mark.parametrize("burst", [20, 300])
def test_as_many_requests_pass_as_the_bucket_holds(
    server: Server, committed_tenant: CreatedTenant, burst: int
) -> None:
    key = key_of(committed_tenant, rate_per_second=1, burst=burst)
    started = time.monotonic()
    client = client_of(server, key.key)
    answers = many(burst + 100, lambda: client.call("GET", "/me"), threads=8)
    gained = int(time.monotonic() - started) + 1
    refused = [answer for answer in answers if answer.status == 429]
    assert burst <= len(answers) - len(refused) <= burst + gained
    for answer in answers:
        assert answer.headers["ratelimit-limit"] == str(burst)
        assert 0 <= int(answer.headers["ratelimit-remaining"]) < burst
        assert int(answer.headers["ratelimit-reset"]) <= burst
        assert ("retry-after" in answer.headers) == (answer.status == 429)
    assert {answer.body["code"] for answer in refused} == {"rate_limited"}


def test_many_requests_at_once_make_one_row(
    server: Server, committed_tenant: CreatedTenant
) -> None:
    client = client_of(server, committed_tenant.api_key)
    path = f"/positions/{client.post('/positions', {'title': 'T'}).data['id']}/candidates"
    for body, to in (
        ({"name": "N"}, path),
        ({"candidates": [{"name": "M"}] * 50}, f"{path}/bulk"),
    ):
        answers = many(
            50,
            lambda body=body, to=to: client.post(to, body, idempotency_key="once"),
            threads=REQUESTS,
        )
        assert {answer.status for answer in answers} == {200}
        assert sum(not answer.is_replayed for answer in answers) == 1
        assert all(answer.body == answers[0].body for answer in answers)
    assert len(client.call("GET", f"{path}?limit=200").data) == 51


def test_a_revoked_key_and_a_suspended_tenant_are_refused_by_every_process(
    server: Server, committed_tenant: CreatedTenant, other_tenant: CreatedTenant
) -> None:
    kept, revoked, of_suspended = (
        key_of(tenant) for tenant in (committed_tenant, committed_tenant, other_tenant)
    )

    def all_answer(key: IssuedKey, status: int) -> bool:
        return {client_of(server, key.key).call("GET", "/me").status for _ in range(12)} == {status}

    for key in (kept, revoked, of_suspended):
        assert all_answer(key, 200)
    with tenant_scope(committed_tenant.ref):
        revoke_api_key(revoked.id)
    suspend_tenant(other_tenant.ref.slug)
    time.sleep(REFUSED_WITHIN)
    assert all_answer(revoked, 401)
    assert all_answer(of_suspended, 403)
    assert all_answer(kept, 200)


def test_what_a_killed_server_had_half_done_is_done_once_by_the_next(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    with running_server(tmp_path, workers=2) as server, ThreadPoolExecutor(1) as pool:
        client = client_of(server, committed_tenant.api_key)
        position = client.post("/positions", {"title": "T"}).data["id"]
        path = f"/positions/{position}/candidates"
        with _position_locked(committed_tenant, position) as waited_for:
            lost = pool.submit(client.post, path, {"name": "N"}, idempotency_key="once")
            # It has claimed its key by then.
            _await(waited_for, lost)
            os.killpg(server.process.pid, signal.SIGKILL)
            with pytest.raises((OSError, http.client.HTTPException)):
                lost.result()
    with running_server(tmp_path, workers=2) as server:
        client = client_of(server, committed_tenant.api_key)
        answers = [client.post(path, {"name": "N"}, idempotency_key="once") for _ in range(2)]
        assert [(answer.status, answer.is_replayed) for answer in answers] == [
            (200, False),
            (200, True),
        ]
        assert len(client.call("GET", path).data) == 1


@contextmanager
def _position_locked(tenant: CreatedTenant, position: str) -> Iterator[Callable[[], bool]]:
    """Keep the position's row locked; yield a function that tells whether a transaction waits for it."""
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as owner:
        owner.execute(
            f"SELECT FROM {tenant.ref.schema_name}.recruiting_position WHERE id = %s FOR UPDATE",
            [position],
        )

        def is_waited_for() -> bool:
            [waiting] = owner.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
            ).fetchone() or [0]
            return bool(waiting)

        yield is_waited_for


def _await(condition: Callable[[], bool], request: "Future[Reply]") -> None:
    wait_until(lambda: condition() or request.done())
    assert not request.done()
