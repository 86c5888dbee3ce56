"""`/healthz` and `/readyz` on `HEALTH_PORT`, from threads that serve nothing else.

Clients that occupy every thread of the web processes then don't make an orchestrator restart the whole server.
"""

import json
import logging
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from config.health import Probe, Unhealthy
from config.startup_error import StartupError

log = logging.getLogger("happo.health")
# Seconds for a client to send its request, and to read the answer.
_CLIENT_LIMIT: Final = 5.0


class _HealthHandler(BaseHTTPRequestHandler):
    """Answers one request on a connection."""

    timeout = _CLIENT_LIMIT
    server: "HealthServer"

    def do_GET(self) -> None:
        """Answer like the web processes."""
        checks = {
            "/healthz": self.server.probe.check_answers,
            "/readyz": self.server.probe.check_schema,
        }
        check = checks.get(self.path.partition("?")[0])
        if check is None:
            self._answer(HTTPStatus.NOT_FOUND, {"status": "not found"})
            return
        try:
            check()
        except Unhealthy as reason:
            facts = {"status": "unavailable", "reason": str(reason)}
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, facts)
        else:
            self._answer(HTTPStatus.OK, {"status": "ok"})

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def _answer(self, status: HTTPStatus, facts: dict[str, str]) -> None:
        content = json.dumps(facts).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log what is not healthy; the others would fill the log."""
        if code == HTTPStatus.SERVICE_UNAVAILABLE:
            log.warning("A health check got 503")

    def log_message(self, format: str, *args: object) -> None:
        """Leave out what the library says of broken connections."""

    def version_string(self) -> str:
        """Return the name of the server, without the version of Python."""
        return "happo"


class HealthServer(ThreadingHTTPServer):
    """Listens from its construction on; answers in a thread for each connection."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        # Not the probe of the web processes: a connection must not be shared with a process that is forked later.
        self.probe = Probe()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), _HealthHandler)
        except OSError as error:
            raise StartupError(
                f"it can't listen on HEALTH_PORT {port} ({error.strerror}). "
                f"Choose another: HEALTH_PORT={port + 1}"
            ) from error

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error."""

    def start(self) -> None:
        """Answer from now on, until the process ends."""
        Thread(target=self.serve_forever, name="health", daemon=True).start()
