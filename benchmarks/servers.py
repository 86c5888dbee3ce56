"""Servers under measurement: each a Granian of two workers with four threads each, on a free port of loopback."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil

WORKERS, THREADS = 2, 4
_START_SECONDS = 30.0


@contextmanager
def serving(application: str, *, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve a WSGI application (`module:name`) and yield its port."""
    with serving_processes(application, environment=environment) as (port, _):
        yield port


@contextmanager
def serving_processes(
    application: str, *, environment: Mapping[str, str]
) -> Iterator[tuple[int, psutil.Process]]:
    """Serve a WSGI application and yield its port and the process whose children are the workers."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += [
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--log-level",
        "warning",
    ]
    command += ["--no-access-log", application]
    # Into a file, as in a production; on the terminal the lines of the requests would hide the table.
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, env={**os.environ, **environment}, stderr=log)
    try:
        _wait_for(server, port)
        yield port, psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def free_port() -> int:
    """Return a port of loopback that no process listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(
                f"The server ended with status {server.returncode} before it listened"
            )
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The server didn't listen in time")
