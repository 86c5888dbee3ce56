"""Counters of real processes: written at an interval and at the end; one that is killed loses one interval."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection

from tenants.context import public_scope
from tenants.counters.models import TenantDay
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import login_of
from tests.forking.processes import Forked
from tests.waiting import wait_until

pytestmark = pytest.mark.server
NEVER = "3600"


@dataclass
class Counting:
    """A process that counts."""

    process: Forked

    def count(self, number: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        assert self._read() == "counted"

    def stop(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def await_ready(self) -> None:
        assert self._read() == "ready"

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def counting(tenant: CreatedTenant, *, seconds: str) -> Iterator[Counting]:
    process = Forked(
        ["-m", "tests.tenants.counters.counting_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        environment={
            **os.environ,
            "DATABASE_URL": login_of(settings.DATABASES["default"]),
            "SECRET_KEY": settings.SECRET_KEY,
            "TENANT": tenant.ref.slug,
            "SECONDS": seconds,
        },
    )
    try:
        yield Counting(process)
    finally:
        process.kill()
        process.communicate()


def counted(tenant: CreatedTenant) -> int:
    with public_scope():
        days = TenantDay.objects.filter(tenant_id=tenant.ref.id)
        found = sum(days.values_list("requests", flat=True))
    connection.close()
    return found


def test_processes_write_at_an_interval_and_at_their_end_and_add_up(
    committed_tenant: CreatedTenant,
) -> None:
    with (
        counting(committed_tenant, seconds="0.2") as often,
        counting(committed_tenant, seconds=NEVER) as stopped,
        counting(committed_tenant, seconds=NEVER) as killed,
    ):
        for one in (often, stopped, killed):
            one.await_ready()
            one.count(100)
        # The one that writes often; the others have not written yet.
        wait_until(lambda: counted(committed_tenant) == 100)
        stopped.stop()
        assert counted(committed_tenant) == 200
        # What it had counted since it last wrote is lost, and nothing else.
        killed.kill()
        often.count(7)
        wait_until(lambda: counted(committed_tenant) == 207)
        often.kill()
    assert counted(committed_tenant) == 207
