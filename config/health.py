"""`/healthz` and `/readyz`, for whoever watches this process: load balancers, orchestrators, `make run`."""

import select
import threading
import time
from collections.abc import Callable
from functools import cache
from http import HTTPStatus

import psycopg
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from tenants.provisioning.head import tenant_head

# Seconds for one answer, waiting for another thread's included; libpq connects in no less than two.
LIMIT = 3.0
CONNECT_LIMIT = 2


class Unhealthy(Exception):
    """The check failed; the text says why, without addresses or names, as anybody may read it."""


class HealthMiddleware:
    """Answer before anything else does: on every host, without credential, session or tenant."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.checks = {"/healthz": PROBE.check_answers, "/readyz": PROBE.check_schema}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        check = self.checks.get(request.path_info)
        return self.get_response(request) if check is None else _response(request, check)


class Probe:
    """A connection of its own, that gives up in time, and that never starts the embedded server."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def check_answers(self) -> None:
        """Return when the database answers; raise `Unhealthy` when it doesn't within `LIMIT` seconds."""
        self._ask("SELECT 1")

    def check_schema(self) -> None:
        """Return when `public` and every tenant stand at this code's schema; raise `Unhealthy` otherwise."""
        applied = self._ask("SELECT app || '.' || name FROM public.django_migrations")
        if not _known_migrations() <= set(applied):
            raise Unhealthy("the schema of this version is not migrated yet")
        digests = self._ask(
            "SELECT DISTINCT schema_digest FROM public.tenants_tenant WHERE status <> 'deleting'"
        )
        if not {tenant_head().digest} >= set(digests):
            raise Unhealthy("the schemas of some tenants are not migrated yet")

    def _ask(self, statement: str) -> list[str]:
        deadline = time.monotonic() + LIMIT
        if not self._turn.acquire(timeout=LIMIT):
            raise Unhealthy("the database does not answer")
        try:
            return self._ask_anew(statement, deadline)
        except (psycopg.OperationalError, TimeoutError) as error:
            # Whatever still comes on this connection would be taken for the answer to the next question.
            self.hang_up()
            raise Unhealthy("the database does not answer") from error
        except psycopg.ProgrammingError as error:
            raise Unhealthy("the database holds no schema yet") from error
        finally:
            self._turn.release()

    def _ask_anew(self, statement: str, deadline: float) -> list[str]:
        """Ask on the connection of last time; on a new one where that has broken since."""
        if self._connection is not None:
            try:
                return _first_column(self._connection.pgconn, statement, deadline)
            except psycopg.OperationalError:
                self.hang_up()
        parameters = connections["default"].get_connection_params() | {
            "connect_timeout": CONNECT_LIMIT
        }
        self._connection = psycopg.connect(**parameters, autocommit=True)
        return _first_column(self._connection.pgconn, statement, deadline)

    def hang_up(self) -> None:
        """Close the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


PROBE = Probe()


def _first_column(server: PGconn, statement: str, deadline: float) -> list[str]:
    """Run `statement` and return its first column as text; psycopg's own `execute` would wait without a limit."""
    server.send_query(statement.encode())
    poll = select.poll()
    poll.register(server.socket, select.POLLIN)
    while server.flush() or server.is_busy():
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError("no answer in time")
        server.consume_input()
    results: list[PGresult] = []
    while (result := server.get_result()) is not None:
        results.append(result)
    if results[0].status != ExecStatus.TUPLES_OK:
        raise psycopg.errors.error_from_result(results[0])
    return [(results[0].get_value(row, 0) or b"").decode() for row in range(results[0].ntuples)]


@cache
def _known_migrations() -> frozenset[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(f"{app}.{name}" for app, name in loader.graph.nodes)


def _response(request: HttpRequest, check: Callable[[], None]) -> HttpResponseBase:
    headers = {"Cache-Control": "no-store"}
    if request.method not in ("GET", "HEAD"):
        return JsonResponse(
            {"status": "method not allowed"},
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            headers=headers | {"Allow": "GET, HEAD"},
        )
    try:
        check()
    except Unhealthy as reason:
        answer = {"status": "unavailable", "reason": str(reason)}
        return JsonResponse(answer, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return JsonResponse({"status": "ok"}, headers=headers)
