"""PgBouncer in front of the database: fine in session mode, refused in words in the others."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from core.jobs import enqueue
from tenants.context import tenant_scope
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.commands import assert_refused, run
from tests.pooler import pgbouncer
from tests.servers import running_server
from tests.tenants.jobs.queue import jobs_of, worker_process
from tests.tenants.jobs.tasks import add_letter
from tests.waiting import wait_until

pytestmark = pytest.mark.server


def test_web_and_worker_work_in_session_mode(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    tenants = [committed_tenant]
    with pgbouncer("session") as pooled:
        made = run(
            [
                "manage.py",
                "tenant",
                "create",
                "pooled",
                "--json",
                "--name=P",
                "--owner-email=p@p.test",
            ],
            tmp_path,
            **pooled,
        )
        assert made.returncode == 0, made.stderr
        try:
            keys = [committed_tenant.api_key, json.loads(made.stdout)["apiKey"]]
            # Those of one tenant at once hold half of the threads, so that a busy machine ends none as slow.
            with running_server(tmp_path, WEB_THREADS="16", **pooled) as server:

                def whose(number: int) -> tuple[int, str]:
                    headers = {
                        "Authorization": f"Bearer {keys[number % 2]}",
                        "x-happo-api-version": "v20261201",
                    }
                    answer = requests.get(f"{server.url}/v1/me", headers=headers, timeout=30)
                    return number % 2, answer.text

                with ThreadPoolExecutor(8) as clients:
                    assert len(set(clients.map(whose, range(100)))) == 2
                assert requests.get(f"{server.url}/readyz", timeout=60).status_code == 200
            with tenant_scope(tenants[0].ref):
                enqueue(add_letter, key="1", user_uuid=committed_tenant.owner_uuid)
            with worker_process(**pooled):
                wait_until(lambda: jobs_of(committed_tenant.ref)[0].status == "succeeded")
        finally:
            lifecycle.delete_tenant("pooled")


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("transaction", {}),
        ("transaction", {"server_round_robin": "1"}),
        ("transaction", {"default_pool_size": "1"}),
        ("statement", {}),
    ],
)
def test_sessions_that_clients_share_are_refused(
    django_db_setup: None, tmp_path: Path, mode: str, options: dict[str, str]
) -> None:
    with pgbouncer(mode, **options) as pooled:
        assert_refused(["manage.py", "tenant", "list"], tmp_path, "pool_mode = session", **pooled)


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate_tenants"],
        ["manage.py", "worker"],
        ["manage.py", "check", "--database", "default"],
        ["-m", "config.run"],
    ],
)
def test_every_process_refuses_them(
    django_db_setup: None, tmp_path: Path, command: list[str]
) -> None:
    with pgbouncer("transaction") as pooled:
        assert_refused(command, tmp_path, "pool_mode = session", **pooled)


def test_the_web_server_alone_refuses_them(django_db_setup: None, tmp_path: Path) -> None:
    serve = ["-c", "from config.programs import serve; serve()"]
    with pgbouncer("transaction") as pooled:
        ran = run(serve, tmp_path, **pooled)
    assert ran.returncode == 1
    assert "pool_mode = session" in ran.stderr
