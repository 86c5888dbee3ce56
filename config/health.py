"""`/healthz` and `/readyz`, for load balancers, orchestrators and `make run`."""

import select
import threading
import time
from collections.abc import Callable
from functools import cache
from http import HTTPStatus

import psycopg
from django.db import connections
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from core.trace import note_failure, note_route
from tenants.provisioning.public_schema import missing_privileges
from tenants.schema_head import all_migrations

# Seconds for one answer, including the wait for another thread's; libpq's smallest time-out for connecting is 2 s.
LIMIT = 3.0
CONNECT_LIMIT = 2


class Unhealthy(Exception):
    """A check failed. The text gives the reason without addresses or names, since unauthenticated clients see it."""


class HealthMiddleware:
    """Answer health checks before all other middleware: on every host, without credential, session or tenant."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.checks = {"/healthz": PROBE.check_answers, "/readyz": PROBE.check_schema}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        check = self.checks.get(request.path_info)
        if check is None:
            return self.get_response(request)
        note_route(request.path_info)
        return _response(request, check)


class Probe:
    """A separate connection with a time limit, which never starts the embedded server."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def check_answers(self) -> None:
        """Return when the database answers; raise `Unhealthy` when it doesn't answer within `LIMIT` seconds."""
        self._query("SELECT 1")

    def check_schema(self) -> None:
        """Return when `public` has at least what this code needs; raise `Unhealthy` otherwise.

        Newer code may have added to it. A tenant that is not migrated is that tenant's affair: its requests get 503.
        """
        applied = self._query("SELECT app || '.' || name FROM public.django_migrations")
        if not _known_migrations() <= set(applied) or self._query(missing_privileges()):
            raise Unhealthy("the schema of this version is not migrated yet")

    def _query(self, statement: str) -> list[str]:
        deadline = time.monotonic() + LIMIT
        if not self._turn.acquire(timeout=LIMIT):
            raise Unhealthy("the database does not answer")
        try:
            return self._query_or_reconnect(statement, deadline)
        except (psycopg.OperationalError, TimeoutError) as error:
            # A late answer on this connection would be read as the answer to the next query.
            self.close_connection()
            raise Unhealthy("the database does not answer") from error
        except psycopg.ProgrammingError as error:
            raise Unhealthy("the database holds no schema yet") from error
        finally:
            self._turn.release()

    def _query_or_reconnect(self, statement: str, deadline: float) -> list[str]:
        """Run `statement` on the open connection, or on a new one when that has broken."""
        if self._connection is not None:
            try:
                return _first_column(self._connection.pgconn, statement, deadline)
            except psycopg.OperationalError:
                self.close_connection()
        parameters = connections["default"].get_connection_params() | {
            "connect_timeout": CONNECT_LIMIT,
            "application_name": "happo health",
        }
        self._connection = psycopg.connect(**parameters, autocommit=True)
        return _first_column(self._connection.pgconn, statement, deadline)

    def close_connection(self) -> None:
        """Close the connection; the next query opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


PROBE = Probe()


def _first_column(server: PGconn, statement: str, deadline: float) -> list[str]:
    """Run `statement` and return its first column as text; psycopg's `execute` has no time limit."""
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
    return frozenset(f"{app}.{name}" for app, name in all_migrations())


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
        note_failure(reason)
        answer = {"status": "unavailable", "reason": str(reason)}
        return JsonResponse(answer, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return JsonResponse({"status": "ok"}, headers=headers)
