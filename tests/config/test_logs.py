"""The log: a line for each request and job, a warning for each outage, and nothing that people wrote."""

import json
import logging
import os
import re
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import requests
from django.conf import settings
from django.db import connection, transaction

from config.logs import LineFormatter, write_line
from config.request_log import WARNINGS_PER_WINDOW, WINDOW_SECONDS, Outages
from core.accounts.models import User
from core.jobs import enqueue
from core.trace import Trace, begin_trace, end_trace
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.config.wsgi_calls import environ, send
from tests.database import login_of
from tests.forking.processes import run_fork
from tests.processes import eventually
from tests.servers import running_server
from tests.tenants.jobs.queue import jobs_of, work_until_empty, worker_process
from tests.tenants.jobs.tasks import add_letter, fail

if TYPE_CHECKING:
    from config.wsgi import Application

Line = dict[str, Any]  # Any: JSON
PERSON = "joan.of.arc@person.test"
HEADERS = {"x-happo-api-version": "v20261201"}


def lines_of(log: Path) -> list[Line]:
    """Return the lines of a log in JSON; every line must be one."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def requests_of(log: Path) -> list[Line]:
    return [line for line in lines_of(log) if line["logger"] == "happo.requests"]


@pytest.fixture
def application(autocommit: None) -> "Application":
    from config.wsgi import application

    return application


@pytest.mark.server
def test_each_request_has_one_line_with_its_facts(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    tenant, log = committed_tenant, tmp_path / "log"
    known = HEADERS | {"authorization": f"Bearer {tenant.api_key}", "x-request-id": "r-1"}
    with running_server(tmp_path, log=log, LOG_FORMAT="json", HTTPS="false") as server:
        for path in ("/v1/positions/0191f000-0000-7000-8000-000000000000", "/v1/me", "/healthz"):
            requests.get(server.url + path, headers=known, timeout=60)
        requests.get(f"{server.url}/v1/positions", headers=HEADERS, timeout=60)
        requests.get(f"{server.url}/confirm-email/acme?token=x", timeout=60)
    one, me, anonymous, page = requests_of(log)
    assert {name: one[name] for name in ("request_id", "tenant", "method", "route", "version")} == {
        "request_id": "r-1",
        "tenant": tenant.ref.slug,
        "method": "GET",
        "route": "/v1/positions/{position_id}",
        "version": "v20261201",
    }
    assert one["status"] == 404
    assert 0 < one["database_ms"] <= one["ms"]
    assert one["backend_pid"] > 0
    assert datetime.fromisoformat(one["time"]).utcoffset() == timedelta(0)
    assert one["credential_id"] == me["credential_id"]
    assert me["status"] == 200
    assert anonymous["status"] == 401
    assert "tenant" not in anonymous
    assert (page["route"], page["status"]) == ("/confirm-email/<slug:slug>", 400)


def test_text_has_the_same_facts_in_one_line(
    application: "Application", created_acme: CreatedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    call = environ("GET", "/v1/positions", HTTP_AUTHORIZATION=f"Bearer {created_acme.api_key}")
    send(application, call)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO happo.requests request"
        r" request_id=the-same tenant=acme credential_id=\S+ method=GET route=/v1/positions"
        r" version=v20261201 status=200 ms=[\d.]+ database_ms=[\d.]+ backend_pid=\d+\n",
        capsys.readouterr().err,
    )


def test_a_log_that_can_t_be_written_fails_no_request(
    application: "Application", created_acme: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = environ("GET", "/v1/positions", HTTP_AUTHORIZATION=f"Bearer {created_acme.api_key}")
    with open("/dev/full", "w", buffering=1) as full:
        monkeypatch.setattr(sys, "stderr", full)
        assert send(application, call).status == "200 OK"
        monkeypatch.undo()
        with suppress(OSError):
            full.close()


@pytest.mark.parametrize("kind", ["json", "text"])
def test_a_request_s_line_looks_like_every_other_line(
    kind: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    write_line(kind, logger="happo.requests", message="request", facts={"tenant": "acme", "ms": 1})
    written = capsys.readouterr().err
    record = logging.LogRecord("happo.requests", logging.INFO, "", 0, "request", None, None)
    record.__dict__.update(tenant="acme", ms=1)
    formatted = LineFormatter(kind=kind, shows_texts=False).format(record)
    time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")
    assert time.sub("T", written) == time.sub("T", formatted) + "\n"


@contextmanager
def locked_positions(tenant: CreatedTenant):
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as owner:
        owner.execute(f"LOCK TABLE {tenant.ref.schema_name}.recruiting_position")
        yield owner


@pytest.mark.server
def test_a_connection_that_the_server_ends_is_a_503_with_a_warning(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    if settings.EMBEDDED_POSTGRES is None:
        pytest.skip("needs a superuser, which only the embedded server gives")
    log, answers = tmp_path / "log", []
    known = HEADERS | {"authorization": f"Bearer {committed_tenant.api_key}"}
    name = f"happo web {committed_tenant.ref.slug}"
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = %s AND wait_event_type = 'Lock'"
    )
    with running_server(tmp_path, log=log, LOG_FORMAT="json") as server:

        def ask() -> None:
            answers.append(requests.get(f"{server.url}/v1/positions", headers=known, timeout=60))

        with (
            locked_positions(committed_tenant),
            psycopg.connect(settings.EMBEDDED_POSTGRES.admin_url, autocommit=True) as admin,
        ):
            asking = Thread(target=ask)
            asking.start()
            # The name shows kind and tenant; the request waits for the lock.
            assert eventually(lambda: admin.execute(ended, [name]).fetchone() == (True,))
            asking.join()
    assert answers[0].status_code == 503
    [warning] = [line for line in lines_of(log) if line["level"] == "WARNING"]
    assert (warning["sqlstate"], warning["tenant"]) == ("57P01", committed_tenant.ref.slug)
    assert warning["request_id"] == answers[0].headers["x-request-id"]


def test_warnings_of_one_cause_are_limited(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    outages = Outages(clock=lambda: now)
    for _ in range(1269):
        outages.warn(Trace("r", failure="OperationalError", sqlstate="57P01"))
    outages.warn(Trace("r", failure="OperationalError", sqlstate="53300"))
    assert len(caplog.records) == WARNINGS_PER_WINDOW + 1
    now += WINDOW_SECONDS
    outages.warn(Trace("r", failure="OperationalError", sqlstate="57P01"))
    unlogged = 1269 - WARNINGS_PER_WINDOW
    assert caplog.messages[-1] == f"A request got 503; {unlogged} earlier ones were not logged"


def test_the_connection_is_named_in_the_message_that_sets_the_role(
    created_acme: CreatedTenant, autocommit: None
) -> None:
    def shown() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('application_name'), current_user::text")
            return cursor.fetchone()

    with tenant_scope(created_acme.ref):
        assert shown() == ("happo command acme", created_acme.ref.schema_name)
    assert shown()[0] == "happo command"


def test_a_job_has_the_id_of_its_request(
    committed_tenant: CreatedTenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    trace, token = begin_trace("asked-once")
    with tenant_scope(committed_tenant.ref):
        enqueue(add_letter, key="1", user_uuid=committed_tenant.owner_uuid)
    end_trace(token)
    work_until_empty()
    [job] = jobs_of(committed_tenant.ref)
    assert (job.status, job.outcome) == ("succeeded", f"in {committed_tenant.ref.slug}")
    assert job.args["arguments"]["_request_id"] == trace.request_id
    [record] = [one for one in caplog.records if getattr(one, "job_id", None) == job.id]
    assert record.getMessage() == "A job is done"


@pytest.mark.server
def test_a_worker_logs_each_job_and_no_text_of_what_failed(
    committed_tenant: CreatedTenant, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with tenant_scope(committed_tenant.ref):
        enqueue(add_letter, key="1", user_uuid=committed_tenant.owner_uuid)
        enqueue(fail, key="1", user_uuid=committed_tenant.owner_uuid)
    with worker_process("--until-empty", LOG_FORMAT="json") as worker:
        assert worker.wait(60) == 0
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    jobs = {line["task"]: line for line in lines if "job_id" in line}
    assert jobs["tests.add_letter"]["tenant"] == committed_tenant.ref.slug
    assert jobs["tests.add_letter"]["database_ms"] > 0
    assert (jobs["tests.fail"]["level"], jobs["tests.fail"]["message"]) == (
        "ERROR",
        "A job is failed",
    )
    assert jobs["tests.fail"]["stack"].endswith("ValueError\n")
    assert "raise ValueError(" in jobs["tests.fail"]["stack"]
    assert str(committed_tenant.owner_uuid) not in json.dumps(lines)
    assert not any("secret of a user" in line.get("message", "") for line in lines)


def raise_value(person: str) -> None:
    int(person)


def raise_duplicate(person: str) -> None:
    for _ in range(2):
        User.objects.create(email=person, username=person)


def raise_data_error(person: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text::int", [person])


def raise_chain(person: str) -> None:
    try:
        raise_duplicate(person)
    except Exception as error:
        raise RuntimeError(f"no place for {person}") from error


def raise_group(person: str) -> None:
    raise ExceptionGroup(person, [ValueError(person), KeyError(person)])


@pytest.mark.parametrize("kind", ["json", "text"])
@pytest.mark.parametrize(
    "provoke", [raise_value, raise_duplicate, raise_data_error, raise_chain, raise_group]
)
def test_a_traceback_shows_the_way_and_not_the_values(
    acme: object, provoke: Callable[[str], None], kind: Any
) -> None:
    try:
        with transaction.atomic():
            provoke(PERSON)
    except Exception as error:  # noqa: BLE001 - any of them
        info = (type(error), error, error.__traceback__)
        record = logging.LogRecord("happo.api", logging.ERROR, "", 0, "It failed", None, info)
    line = LineFormatter(kind=kind, shows_texts=False).format(record)
    assert PERSON not in line
    assert provoke.__name__ in line
    assert record.exc_info[0].__name__ in line
    if provoke is raise_duplicate:
        assert "23505 duplicate key value violates unique constraint" in line


@pytest.mark.parametrize("provoke", [raise_duplicate, raise_data_error])
def test_no_line_shows_a_row_while_debugging_either(
    acme: object, provoke: Callable[[str], None]
) -> None:
    try:
        with transaction.atomic():
            provoke(PERSON)
    except Exception as error:  # noqa: BLE001 - either of them
        info = (type(error), error, error.__traceback__)
        record = logging.LogRecord("happo.api", logging.ERROR, "", 0, "It failed", None, info)
    line = LineFormatter(kind="text", shows_texts=True).format(record)
    assert PERSON not in line
    assert provoke.__name__ in line


@pytest.mark.parametrize(
    ("logger", "message", "arguments"),
    [
        ("django.request", "Internal Server Error: %s", (f"/admin/{PERSON}",)),
        ("django.security.DisallowedHost", f"Invalid HTTP_HOST header: '{PERSON}'.", ()),
        ("urllib3.connectionpool", "Retrying after %r: %s", ("x", f"/path?token={PERSON}")),
        ("asyncio", f"Task exception was never retrieved\nfuture: {PERSON}", ()),
        ("any.library", f"Composed: GET /v1/files?token={PERSON}", ()),
        ("any.library", "Composed: hpk_live_acme_0123456789abcdef0123456789abcdef01234567", ()),
    ],
)
def test_other_libraries_log_their_templates_alone(
    logger: str, message: str, arguments: tuple[str, ...]
) -> None:
    record = logging.LogRecord(logger, logging.WARNING, "", 0, message, arguments, None)
    line = LineFormatter(kind="text", shows_texts=False).format(record)
    assert PERSON not in line
    assert "hpk_live" not in line
    assert "\n" not in line


def test_a_record_is_one_line_whatever_a_client_sends() -> None:
    record = logging.LogRecord("happo.api", logging.INFO, "", 0, "%s", ("a\nb\rc",), None)
    assert LineFormatter(kind="text", shows_texts=False).format(record).endswith("a\\nb\\rc")


@pytest.mark.server
def test_a_command_that_crashes_shows_the_way_and_not_the_values(tmp_path: Path) -> None:
    source = f"def look_up(person): return {{}}[person]\nlook_up({PERSON!r})"
    environment = os.environ | {"HAPPO_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    ended = run_fork(["manage.py", "shell", "-c", source], environment=environment, timeout=100)
    assert ended.returncode == 1
    assert "CRITICAL happo.crash The process ends with an error" in ended.stderr
    assert "KeyError" in ended.stderr
    assert PERSON not in ended.stderr


@pytest.mark.server
def test_no_request_leaves_a_secret_or_a_person_in_the_log(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    """Send marked values in every place that a client fills, to both APIs, the pages and the admin."""
    tenant, log = committed_tenant, tmp_path / "log"
    mark = "marked0for0the0hunt"
    bearer = {"authorization": f"Bearer {tenant.api_key}"}
    log_in = {"username": mark, "password": mark, "client_id": tenant.client_id}
    with running_server(tmp_path, log=log, HTTPS="false") as server:

        def ask(method: str, path: str, **options: Any) -> int:  # Any: of requests
            options["headers"] = HEADERS | options.get("headers", {})
            url = server.url + path
            answer = requests.request(method, url, timeout=30, allow_redirects=False, **options)
            return answer.status_code

        assert ask("POST", "/v1/positions", headers=bearer, json={"title": mark}) == 200
        assert ask("POST", "/v1/positions", headers=bearer, json={"title": {"x": mark}}) == 400
        ask("GET", f"/v1/positions/{mark}", headers=bearer)
        ask("GET", f"/v1/files/{mark}", headers=bearer)
        ask("GET", f"/v1/positions?search={mark}", headers=bearer)
        ask("GET", f"/{mark}")
        ask("GET", "/v1/positions", headers={"authorization": f"Bearer hpk_live_acme_{mark}"})
        ask("GET", "/v1/positions", headers={"host": f"{mark}.test"})
        ask("GET", "/v1/positions", headers={"user-agent": mark, "cookie": mark, "referer": mark})
        ask("POST", "/api/users/login", json=log_in | {"client_secret": tenant.client_secret})
        ask("POST", "/api/users/register", json=log_in | {"email": f"{mark}@p.test"})
        ask("POST", "/admin/login/", data={"username": mark, "password": mark})
        ask("GET", f"/admin/{mark}/?q={mark}")
        ask("GET", f"/confirm-email/{tenant.ref.slug}?token={mark}")
    text = log.read_text()
    assert text.count("happo.requests request") == 14
    for secret in (mark, tenant.api_key, tenant.client_secret, settings.SECRET_KEY):
        assert secret not in text
