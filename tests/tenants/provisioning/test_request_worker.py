"""The provisioning worker as a process: its heartbeat, and its death in the middle of a request."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from core.accounts.models import User
from core.accounts.queries import authenticate_api_key
from tenants.context import tenant_scope
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.provisioning import requests, worker
from tenants.provisioning.models import ProvisioningWorker
from tenants.provisioning.performing import perform_waiting_requests
from tenants.provisioning.requests import is_worker_running, take_credentials
from tenants.registry import require_tenant
from tests.forking.processes import Forked
from tests.servers import server_environment
from tests.tenants.provisioning.requests import ask, new_tenant, status_of
from tests.waiting import wait_until


def test_the_page_knows_whether_a_worker_runs(
    autocommit: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with owner_connection():
        ProvisioningWorker.objects.all().delete()
    assert not is_worker_running()
    with working_in_a_thread():
        wait_until(is_worker_running)
        monkeypatch.setattr(requests, "SILENT_AFTER", -requests.SILENT_AFTER)
        assert not is_worker_running()
        monkeypatch.undo()
    assert not is_worker_running()


def test_a_running_worker_begins_at_once(operator: User, slug: str) -> None:
    with working_in_a_thread():
        wait_until(is_worker_running)
        request, key = ask(new_tenant(slug), operator)
        wait_until(lambda: status_of(request, operator).state == "done")
    assert take_credentials(request, private_key=key, operator=operator)


@contextmanager
def working_in_a_thread() -> Iterator[None]:
    stopping = threading.Event()

    def work() -> None:
        try:
            worker.work(concurrency=2, stopping=stopping)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(60)


# A worker that stops in the middle of making a tenant, until it is killed.
_HALTING = """
import os, time
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import call_command
from tenants.provisioning import lifecycle
def halt(*arguments, **more):
    Path({halt!r}).touch()
    time.sleep(60)
lifecycle._create_owner = halt
call_command("worker", "--provisioning")
"""


@pytest.mark.server
def test_a_killed_worker_leaves_nothing_and_the_next_one_makes_the_tenant(
    operator: User, slug: str, tmp_path: Path
) -> None:
    halt = tmp_path / "halt"
    doomed = Forked(
        ["-c", _HALTING.format(halt=str(halt))], environment=server_environment(tmp_path)
    )
    request, key = ask(new_tenant(slug), operator)
    try:
        wait_until(halt.exists)
        assert status_of(request, operator).state == "running"
    finally:
        os.kill(doomed.pid, signal.SIGKILL)
        doomed.wait(60)
    assert not Tenant.objects.filter(slug=slug).exists()

    def is_released() -> bool:
        # PostgreSQL notices the end of the process on its own time.
        return perform_waiting_requests() == 1

    wait_until(is_released)
    assert status_of(request, operator).state == "done"
    given = take_credentials(request, private_key=key, operator=operator)
    with tenant_scope(require_tenant(slug)):
        assert authenticate_api_key(given["api_key"])
