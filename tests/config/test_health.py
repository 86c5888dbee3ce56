from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test import Client

from config import health
from config.env import django_database
from config.health import PROBE
from tenants.database.embedded.server import Embedded
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.provisioning.public_schema import PRIVILEGES
from tests.processes import postmaster_of, processes_of

BOTH = pytest.mark.parametrize("path", ["/healthz", "/readyz"])


@BOTH
def test_it_answers_on_every_host(client: Client, db: None, path: str) -> None:
    response = client.get(path, headers={"host": "of.nobody.example"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"


@BOTH
def test_nothing_can_be_written_to_it(client: Client, path: str) -> None:
    response = client.post(path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_a_tenant_at_another_schema_leaves_the_process_ready(
    client: Client, committed_tenant: CreatedTenant
) -> None:
    for digest in ("older", "newer"):
        with owner_connection():
            Tenant.objects.filter(slug=committed_tenant.ref.slug).update(schema_digest=digest)
        assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("take", "give_back"),
    [
        (
            "REVOKE SELECT ON tenants_schematemplate FROM {}",
            "GRANT SELECT (digest, migrations) ON tenants_schematemplate TO {}",
        ),
        (
            "REVOKE INSERT ON tenants_auditentry FROM {}",
            f"GRANT {PRIVILEGES['tenants_auditentry']} ON tenants_auditentry TO {{}}",
        ),
        (
            "UPDATE django_migrations SET app = 'x' WHERE app = 'tenants' AND name LIKE '0001%'",
            "UPDATE django_migrations SET app = 'tenants' WHERE app = 'x'",
        ),
    ],
)
def test_public_without_what_the_code_needs_is_not_ready(
    client: Client, autocommit: None, take: str, give_back: str
) -> None:
    role = connections["default"].settings_dict["USER"]
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(take.format(role))
        try:
            answer = client.get("/readyz")
        finally:
            cursor.execute(give_back.format(role))
    assert answer.status_code == 503
    assert answer.json()["reason"] == "the schema of this version is not migrated yet"
    assert client.get("/readyz").status_code == 200


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a database that does answer take its time: on a busy machine it starts slowly."""
    monkeypatch.setattr(health, "LIMIT", 60.0)
    monkeypatch.setattr(health, "CONNECT_LIMIT", 60)


@pytest.fixture
def other_database(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Embedded]:
    """Have the probe ask a server of this test, which is neither running nor migrated."""
    login = {**django_database(server.app_url), "OPTIONS": {}}
    monkeypatch.setattr(
        connections["default"], "settings_dict", {**connections["default"].settings_dict, **login}
    )
    PROBE.close_connection()
    yield server
    PROBE.close_connection()


@BOTH
def test_a_database_that_is_down_is_said_and_not_started(
    client: Client, other_database: Embedded, path: str
) -> None:
    response = client.get(path)
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "reason": "the database does not answer"}
    assert processes_of(other_database.home.parent) == []


def test_a_database_without_schema_answers_but_is_not_ready(
    client: Client, other_database: Embedded
) -> None:
    other_database.ensure_running()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json()["reason"] == "the database holds no schema yet"


def test_it_survives_a_restart_of_the_database(client: Client, other_database: Embedded) -> None:
    other_database.ensure_running()
    assert client.get("/healthz").status_code == 200
    other_database.release()
    assert client.get("/healthz").status_code == 503
    other_database.ensure_running()
    assert client.get("/healthz").status_code == 200


def test_it_does_not_wait_for_a_database_that_hangs(
    client: Client, other_database: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_database.ensure_running()
    assert client.get("/healthz").status_code == 200
    with frozen(other_database), monkeypatch.context() as hurried:
        hurried.setattr(health, "LIMIT", 0.2)
        assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").status_code == 200


@contextmanager
def frozen(server: Embedded) -> Iterator[None]:
    postmaster = postmaster_of(server.home.parent)
    everything = [postmaster, *postmaster.children()]
    for process in everything:
        process.suspend()
    try:
        yield
    finally:
        for process in everything:
            process.resume()
