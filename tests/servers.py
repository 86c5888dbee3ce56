"""A real web server process on the session's test database, for tests that send requests as clients do."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Final

from django.conf import settings

from config.owner_login import VARIABLE
from tests.database import login_of
from tests.forking.processes import Forked

CHECKOUT = Path(__file__).resolve().parents[1]
START_LIMIT = 120.0


@dataclass(frozen=True)
class Server:
    """A server that answers; `url` has no slash at its end."""

    url: str
    port: int
    process: Forked


@contextmanager
def running_server(
    data_dir: Path, *, workers: int = 1, log: Path | None = None, **environment: str
) -> Iterator[Server]:
    """Serve the session's database on a free port of loopback until the block ends; nothing is left running.

    It is the web server of `make run`, with `workers` processes. Files go below `data_dir`. `environment` is added to
    the server's. `log`: the file for what it logs; its own standard error otherwise.
    """
    port = free_port()
    listens = {"HAPPO_HOST": "127.0.0.1", "PORT": str(port), "WEB_PROCESSES": str(workers)}
    # A session of its own, so that the workers can be ended with it.
    with log.open("ab") if log is not None else nullcontext() as stderr:
        process = Forked(
            ["manage.py", "serve"],
            environment=application_environment(data_dir) | listens | environment,
            leads_session=True,
            stderr=stderr,
        )
    try:
        _await_answer(port, process)
        yield Server(f"http://127.0.0.1:{port}", port, process)
    finally:
        _stop(process)


def shell_environment() -> dict[str, str]:
    """Return the environment for scripts of this checkout: `python3` is the one that runs the tests.

    What else has that name may be a starter which takes longer to find a Python than the script to use it.
    """
    # Where Python may write, the script may too.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | {"PATH": path, "TMPDIR": tempfile.gettempdir()}


def run_script(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a script of this checkout to its end, with `shell_environment()`."""
    return subprocess.run(
        [str(script), *arguments],
        env=shell_environment(),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def free_port() -> int:
    """Return a free port of loopback, which stays free until the caller's server listens on it.

    The system gives these ports to nothing else: connections, and servers that take any port, have higher ones.
    """
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable")


def _own_ports() -> Iterator[int]:
    """Yield the ports of this worker of pytest-xdist, again and again; each session begins elsewhere."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
    first, begin = 12_000 + 2_000 * worker, os.getpid() % 2_000
    return cycle([first + (begin + number) % 2_000 for number in range(2_000)])


_PORTS: Final = _own_ports()


def server_environment(data_dir: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": login_of(settings.DATABASES["default"]),
        "DATABASE_OWNER_URL": login_of(settings.OWNER_DATABASE),
        "HAPPO_DATA_DIR": str(data_dir),
        "SECRET_KEY": settings.SECRET_KEY,
    }


def application_environment(data_dir: Path) -> dict[str, str]:
    """Return it without the owner's login, with which a server would first start itself anew without it."""
    known = server_environment(data_dir)
    del known[VARIABLE]
    return known


def _await_answer(port: int, process: Forked) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(
                f"The server ended with status {process.returncode} before it answered"
            )
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not answer within {START_LIMIT} s")


def _stop(process: Forked) -> None:
    for sent in (SIGTERM, SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, sent)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            continue
        return
