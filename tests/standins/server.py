"""The HTTP side of a stand-in: strict routing, a record of what went wrong, and failures on demand."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tests.standins.failures import Failures, fail_with

FORM = "application/x-www-form-urlencoded"
# Paths below this one control the stand-in; failures on demand leave them alone.
CONTROL = "/_standin/"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as it came in. `query` and `form` hold each name once: a repeated one is refused before."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def bearer(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme == "Bearer" and token else None

    def json(self) -> dict[str, object]:
        document = json.loads(self.body or b"{}")
        if not isinstance(document, dict):
            raise TypeError("a JSON object, please")
        return document


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent. `is_cut`: the connection ends in the middle of the body.

    `base64`: further members of the document, which has some. They are not encoded as JSON, which would hold up all
    other answers for each mail of 25 MB.
    """

    status: int
    document: object
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    base64: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def pieces(self) -> list[bytes]:
        """Return the body in pieces."""
        # Without `indent`: else Python's own encoder holds up all other answers for each large one.
        document = json.dumps(self.document, ensure_ascii=False).encode()
        if not self.base64:
            return [document]
        pieces = [document.removesuffix(b"}")]
        for name, text in self.base64.items():
            pieces += [f', "{name}": "'.encode(), text, b'"']
        return [*pieces, b"}"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the service; `query` and `form` are the names that it knows."""

    answer: Callable[[Call], Reply]
    query: frozenset[str] = frozenset()
    form: frozenset[str] = frozenset()
    takes_json: bool = False


Endpoints = Mapping[tuple[str, str], Endpoint]


@dataclass
class Standin:
    """A service on loopback. Use as a context manager: leaving it fails when a request wasn't the service's."""

    endpoints: Endpoints
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failures: Failures = field(default_factory=Failures)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server, "not started"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        self._server = _Server(("127.0.0.1", self.port), _handler_of(self))
        # So soon it notices that it is to stop, which most tests wait for.
        threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server:
            self.failures.release()
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if error is None:
            self.check()

    def check(self) -> None:
        """Fail where a request came that the real service wouldn't know."""
        assert not self.problems, "; ".join(self.problems)

    def answer(self, call: Call) -> Reply:
        """Return the service's answer, or a refusal that is kept as a problem."""
        endpoint = self.endpoints.get((call.method, call.path))
        if endpoint is None:
            known = any(path == call.path for _, path in self.endpoints)
            return self.refuse(405 if known else 404, f"{call.method} {call.path}")
        unknown = (call.query.keys() - endpoint.query) | (call.form.keys() - endpoint.form)
        if unknown:
            return self.refuse(
                400, f"{call.method} {call.path}: unknown {', '.join(sorted(unknown))}"
            )
        if call.body and not call.form and not endpoint.takes_json:
            return self.refuse(415, f"{call.method} {call.path}: a body that is no form")
        return endpoint.answer(call)

    def refuse(self, status: int, problem: str) -> Reply:
        self.problems.append(problem)
        return Reply(status, {"standin": "refused", "problem": problem})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # The default of 5 turns callers away as soon as a few come at once.
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Report it, unless the client went before it had its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler_of(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # Else the body waits until the client has acknowledged the headers, which takes it 40 ms.
        disable_nagle_algorithm = True
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = _call_of(self, body)
            if isinstance(call, Reply):
                standin.problems.append(
                    f"{self.command} {urlsplit(self.path).path}: a repeated name"
                )
                self.send(call)
                return
            standin.calls.append(call)
            is_control = call.path.startswith(CONTROL)
            failure = None if is_control else standin.failures.take(call.path)
            reply = standin.answer(call) if failure is None or failure == "slow" else None
            if failure is not None:
                fail_with(self, failure, standin.failures)
            if reply is not None:
                self.send(reply)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_any  # noqa: N815 - named by the base

        def send(self, reply: Reply) -> None:
            pieces = reply.pieces
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(sum(map(len, pieces))))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.is_cut:
                body = b"".join(pieces)
                pieces = [body[: len(body) // 2]]
            for piece in pieces:
                self.wfile.write(piece)
            self.close_connection = self.close_connection or reply.is_cut

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep standard error for what matters."""

    return Handler


def _call_of(handler: BaseHTTPRequestHandler, body: bytes) -> Call | Reply:
    parts = urlsplit(handler.path)
    query = parse_qsl(parts.query, keep_blank_values=True)
    is_form = (handler.headers.get("Content-Type") or "").partition(";")[0] == FORM
    form = parse_qsl(body.decode(), keep_blank_values=True) if is_form else []
    if len(dict(query)) < len(query) or len(dict(form)) < len(form):
        return Reply(400, {"standin": "refused"})
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return Call(handler.command, parts.path, dict(query), dict(form), headers, body)
