"""The trace of the request or job that is running: what its log lines say, and what its jobs are told.

It holds names and figures only: never a secret, and nothing that people wrote.
"""

from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import dataclass


@dataclass(slots=True)
class Trace:
    """One request or job; what is not known stays empty.

    `tenant`: its slug. `credential_id`: the id of an API key, or the client and user of an access token. `route`: the
    template of the path, `/positions/{id}`. `database_seconds`: spent waiting for PostgreSQL. `backend_pid`: the
    process of PostgreSQL that served it. `failure`: the type of the error behind a 503; `sqlstate`: PostgreSQL's code.
    """

    request_id: str
    tenant: str = ""
    credential_id: str = ""
    route: str = ""
    version: str = ""
    database_seconds: float = 0.0
    backend_pid: int | None = None
    failure: str = ""
    sqlstate: str = ""


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace() -> Trace | None:
    """Return the trace of the running request or job, or None outside of both."""
    return _current.get()


def begin_trace(request_id: str) -> "tuple[Trace, Token[Trace | None]]":
    """Begin a trace; give the token to `end_trace`."""
    trace = Trace(request_id)
    return trace, _current.set(trace)


def end_trace(token: "Token[Trace | None]") -> None:
    """Go back to the trace before, none in most cases."""
    with suppress(ValueError):
        # A streamed response may end in another context, where this trace was never current.
        _current.reset(token)


def note_route(template: str) -> None:
    """Keep the template of the path, such as `/v1/positions/{id}`."""
    trace = _current.get()
    if trace is not None:
        trace.route = template


def note_tenant(slug: str) -> None:
    """Keep the slug of the tenant."""
    trace = _current.get()
    if trace is not None:
        trace.tenant = slug


def note_database_time(seconds: float, *, backend_pid: int | None = None) -> None:
    """Add what a request or job has waited for PostgreSQL; keep the process that served it."""
    trace = _current.get()
    if trace is not None:
        trace.database_seconds += seconds
        trace.backend_pid = backend_pid or trace.backend_pid


def note_failure(error: BaseException) -> None:
    """Keep the type of the error that the client gets a 503 for, and the SQLSTATE of the database's error behind it."""
    trace = _current.get()
    if trace is not None:
        trace.failure = type(error).__name__
        trace.sqlstate = str(getattr(error.__cause__ or error, "sqlstate", None) or "")
