"""`HEALTH_PORT` answers while clients occupy every thread that serves the APIs."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
import requests
from django.conf import settings

from tenants.provisioning.lifecycle import CreatedTenant
from tests.config.test_serve import run_manage
from tests.database import login_of
from tests.processes import eventually
from tests.servers import Server, free_port, running_server

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def health_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, health_port: int
) -> Iterator[Server]:
    """A server with one thread, for all tests."""
    environment = {
        "WEB_THREADS": "1",
        "HEALTH_PORT": str(health_port),
        # Longer than a test keeps a request waiting, however busy the machine is.
        "PGOPTIONS": "-c lock_timeout=100s",
    }
    with running_server(tmp_path_factory.mktemp("server"), **environment) as server:
        yield server


def test_it_answers_while_the_only_thread_waits(
    server: Server, committed_tenant: CreatedTenant, health_port: int
) -> None:
    known = {
        "authorization": f"Bearer {committed_tenant.api_key}",
        "x-happo-api-version": "v20180701",
    }
    asked: list[int] = []

    def ask() -> None:
        answer = requests.get(f"{server.url}/v1/positions", headers=known, timeout=60)
        asked.append(answer.status_code)

    waits = (
        "SELECT count(*) > 0 FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND application_name = %s"
    )
    name = f"happo web {committed_tenant.ref.slug}"
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as owner:
        owner.execute(f"LOCK TABLE {committed_tenant.ref.schema_name}.recruiting_position")
        waiting = Thread(target=ask)
        waiting.start()
        with psycopg.connect(login_of(settings.DATABASES["default"]), autocommit=True) as other:
            assert eventually(lambda: other.execute(waits, [name]).fetchone() == (True,))
        for path in ("/healthz", "/readyz"):
            answer = requests.get(f"http://127.0.0.1:{health_port}{path}", timeout=20)
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        with pytest.raises(requests.Timeout):
            requests.get(f"{server.url}/healthz", timeout=0.5)
    waiting.join()
    assert asked == [200]


def test_sockets_that_say_nothing_do_not_stop_it(server: Server, health_port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", health_port)) for _ in range(32)]
    try:
        answer = requests.get(f"http://127.0.0.1:{health_port}/healthz", timeout=20)
        assert answer.status_code == 200
    finally:
        for one in silent:
            one.close()


def test_it_serves_nothing_else(server: Server, health_port: int) -> None:
    url = f"http://127.0.0.1:{health_port}"
    assert requests.get(f"{url}/v1/positions", timeout=20).status_code == 404
    assert requests.post(f"{url}/healthz", timeout=20).status_code == 501
    assert requests.head(f"{url}/healthz", timeout=20).status_code == 200


def test_a_health_port_in_use_is_one_sentence(
    server: Server, health_port: int, tmp_path: Path
) -> None:
    ended = run_manage(
        "serve", data_dir=tmp_path, PORT=str(free_port()), HEALTH_PORT=str(health_port)
    )
    assert ended.returncode == 1
    assert f"HEALTH_PORT={health_port + 1}" in ended.stderr
    assert "Traceback" not in ended.stderr
