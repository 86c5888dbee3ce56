"""Refuse a server that Happo can't work on: too old, or behind a pooler that shares sessions between clients."""

import select
import time
from contextlib import closing
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

OLDEST_MAJOR = 16
# A pooler gives a free session to the client that asks next; several rounds, as other clients may be faster.
_ROUNDS = 5
# Seconds. In session mode a second client may have to wait for a session.
_PATIENCE = 3
_PROCESS = b"SELECT pg_backend_pid()"
# Host, port and database of servers that have passed, so that each process asks once.
_suitable: set[tuple[str, int, str]] = set()


class UnsuitableServer(ImproperlyConfigured):
    """Happo can't work on this server; the message says why, for the operator."""


def require_suitable_server(
    connection: "psycopg.Connection[Any]", parameters: dict[str, Any]
) -> None:  # Any: rows, and what libpq takes
    """Raise `UnsuitableServer` if the server of the new `connection`, made with `parameters`, can't be used."""
    info = connection.info
    if info.server_version < OLDEST_MAJOR * 10_000:
        version = f"{info.server_version // 10_000}.{info.server_version % 10_000}"
        raise UnsuitableServer(
            f"The database server is PostgreSQL {version}; Happo needs {OLDEST_MAJOR} or newer."
        )
    address = info.host, info.port, info.dbname
    if address in _suitable:
        return
    shares = _shares_sessions(connection, parameters)
    if shares:
        raise UnsuitableServer(
            "The database URL leads to a connection pooler in transaction or statement mode, which"
            " would run one tenant's statements in the session of another:"
            " set pool_mode = session, or connect to PostgreSQL itself."
        )
    if shares is not None:
        _suitable.add(address)


def _shares_sessions(
    connection: "psycopg.Connection[Any]", parameters: dict[str, Any]
) -> bool | None:  # Any: rows, and what libpq takes
    """Tell whether two open connections can get the same session, one after the other; None if the answer is late."""
    # A pooler doesn't tell a client the process that will answer it, so the number of the log-in is another.
    if _ask(connection.pgconn, _PROCESS) == connection.info.backend_pid:
        return False
    parameters = parameters | {"connect_timeout": _PATIENCE}
    for _ in range(_ROUNDS):
        with (
            closing(psycopg.connect(**parameters)) as first,
            closing(psycopg.connect(**parameters)) as second,
        ):
            before = _ask(first.pgconn, _PROCESS)
            try:
                begun = _ask(second.pgconn, b"BEGIN")
            except psycopg.Error:
                # Statement mode has no transactions.
                return True
            other = _ask(second.pgconn, _PROCESS) if begun is not None else None
            if before is None or other is None:
                return None
            if other == before or _ask(first.pgconn, _PROCESS) != before:
                return True
    return False


def _ask(server: PGconn, statement: bytes) -> int | None:
    """Return the number that `statement` gives (0 for none), None if it takes too long."""
    deadline = time.monotonic() + _PATIENCE
    server.send_query(statement)
    poll = select.poll()
    poll.register(server.socket, select.POLLIN)
    while server.flush() or server.is_busy():
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return None
        server.consume_input()
    number = 0
    while (result := server.get_result()) is not None:
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)
        if result.status == ExecStatus.TUPLES_OK:
            number = int(result.get_value(0, 0) or 0)
    return number
