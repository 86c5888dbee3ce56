"""The lifecycle of tenants: creation, migration, and the memory that many of them cost a worker."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from django.core.management import call_command

from benchmarks.happo import HEAD
from benchmarks.servers import WORKERS, serving_processes
from benchmarks.stage import Stage, product_environment
from benchmarks.table import Row
from tenants.database.owner import owner_connection
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.provisioning.migrating import migrate_everything
from tests.tenants.provisioning.migration_files import migration_files

FEW, MANY = 10, 1_000
MIGRATED, THROUGH_DJANGO = 200, 20
_COLUMN = 'migrations.AddField("position", "{name}", models.CharField(max_length=10, null=True))'


def create(stage: Stage) -> Iterator[Row]:
    """Create a tenant, compared with the library's migrating create."""
    seconds = []
    for number in range(10):
        start = time.perf_counter()
        lifecycle.create_tenant(f"life{number}", name="Life", owner_email="owner@bench.test")
        seconds.append(time.perf_counter() - start)
    mine, its = median(seconds), median(stage.plain_create_seconds)
    yield Row(
        "create a tenant",
        f"{mine:.3f} s",
        "15 x (a)'s migrating create, at most 0.2 s",
        f"{its / mine:.0f} x ({its:.2f} s)",
        its / mine >= 15 and mine <= 0.2,
    )


def migrate(stage: Stage) -> Iterator[Row]:
    """Add a column for 200 tenants with `migrate_tenants`, compared with Django's executor, tenant by tenant."""
    refs = [
        lifecycle.create_tenant(f"migrated{number}", name="M", owner_email="owner@bench.test").ref
        for number in range(MIGRATED)
    ]
    with TemporaryDirectory() as folder, migration_files(Path(folder), label="recruiting") as files:
        files.add("0900_mood", _COLUMN.format(name="mood"))
        start = time.perf_counter()
        with owner_connection() as owner:
            for ref in refs[:THROUGH_DJANGO]:
                with owner.schema_search_path(ref.schema_name):
                    # What django-tenants' `migrate_schemas` does for each tenant.
                    call_command("migrate_public_tables", verbosity=0, interactive=False)
        through_django = (time.perf_counter() - start) / THROUGH_DJANGO
        for ref in refs[:THROUGH_DJANGO]:
            lifecycle.delete_tenant(ref.slug)
        start = time.perf_counter()
        report = migrate_everything()
        seconds = time.perf_counter() - start
    each = seconds / len(report.migrated)
    yield Row(
        f"add a column for {MIGRATED} tenants",
        f"{each * MIGRATED:.1f} s",
        "30 x faster than through Django, tenant by tenant",
        f"{through_django / each:.0f} x ({through_django:.2f} s each, of {THROUGH_DJANGO})",
        not report.failed and through_django / each >= 30,
    )


def memory(stage: Stage) -> Iterator[Row]:
    """Memory of a worker after requests to 1,000 tenants, compared with that after 10."""
    tenants = [
        lifecycle.create_tenant(f"memory{number}", name="Memory", owner_email="owner@bench.test")
        for number in range(MANY)
    ]
    with serving_processes("config.wsgi:application", environment=product_environment()) as (
        port,
        server,
    ):
        _ask_all(port, tenants[:FEW], times=20)
        few = _largest_worker(server)
        _ask_all(port, tenants, times=2)
        many = _largest_worker(server)
    yield Row(
        f"memory of a worker after requests to {MANY:,} tenants",
        f"{many / 2**20:.0f} MiB",
        f"at most 1.3 x that after {FEW}",
        f"{many / few:.2f} x ({few / 2**20:.0f} MiB)",
        many / few <= 1.3,
    )


def _ask_all(port: int, tenants: list[CreatedTenant], *, times: int) -> None:
    # Several connections, so that every worker and thread gets requests.
    connections = [HTTPConnection("127.0.0.1", port) for _ in range(8)]
    for round_number in range(times):
        for number, tenant in enumerate(tenants):
            connection = connections[(number + round_number) % len(connections)]
            headers = {
                "Host": "localhost",
                "Authorization": f"Bearer {tenant.api_key}",
                "x-happo-api-version": HEAD,
            }
            connection.request("GET", "/v1/positions", headers=headers)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"A tenant's list was answered with {response.status}")
    for connection in connections:
        connection.close()


def _largest_worker(server: psutil.Process) -> int:
    workers = sorted(
        (child.memory_info().rss for child in server.children(recursive=True)), reverse=True
    )
    if len(workers) < WORKERS:
        raise RuntimeError("The server has fewer workers than requested")
    return workers[0]
