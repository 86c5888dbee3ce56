"""Commands of the checkout as processes that need not import the libraries: each is a fork of one that has them.

To import the libraries takes most of the time in which a command starts. What a fork can't show is how Python itself is
started: `tests/config/test_serve.py` and `tests/config/test_run.py` start `manage.py` and `make run` as their users do.
"""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import IO

CHECKOUT = Path(__file__).resolve().parents[2]


class Forked:
    """A running `python *command`, with what tests use of `subprocess.Popen`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        stdin: int | IO[str] | None = None,
        stdout: int | IO[str] | None = None,
        stderr: IO[bytes] | IO[str] | None = None,
        leads_session: bool = False,
    ) -> None:
        """Start it in the checkout. `stdin`, `stdout`: as there; a pipe is one of text."""
        self.args = list(command)
        self.returncode: int | None = None
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self._reports, theirs = socket.socketpair()
        with ExitStack() as closed, theirs:
            standard = [
                self._reading_end(stdin, closed),
                self._writing_end(stdout, closed),
                2 if stderr is None else stderr.fileno(),
            ]
            request = {
                "command": self.args,
                "environment": dict(environment),
                "folder": str(CHECKOUT),
                "leads_session": leads_session,
            }
            message = json.dumps(request).encode()
            socket.send_fds(_template(), [message], [theirs.fileno(), *standard])
        self.pid = self._read_report()

    def _reading_end(self, stdin: int | IO[str] | None, closed: ExitStack) -> int:
        if stdin != subprocess.PIPE:
            return 0 if stdin is None else _number_of(stdin)
        read, write = os.pipe()
        closed.callback(os.close, read)
        self.stdin = os.fdopen(write, "w")
        return read

    def _writing_end(self, stdout: int | IO[str] | None, closed: ExitStack) -> int:
        if stdout != subprocess.PIPE:
            return 1 if stdout is None else _number_of(stdout)
        read, write = os.pipe()
        closed.callback(os.close, write)
        self.stdout = os.fdopen(read, "r")
        return write

    def _read_report(self) -> int:
        report = b""
        while not report.endswith(b"\n"):
            part = self._reports.recv(1)
            if not part:
                raise RuntimeError(f"No process runs {self.args}: its parent has ended")
            report += part
        return int(report)

    def poll(self) -> int | None:
        """Return the exit status, None as long as it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status; raise `subprocess.TimeoutExpired` when it runs longer than so many seconds."""
        if self.returncode is None:
            if not select.select([self._reports], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = self._read_report()
            self._reports.close()
        return self.returncode

    def send_signal(self, sent: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sent)

    def kill(self) -> None:
        self.send_signal(SIGKILL)

    def terminate(self) -> None:
        self.send_signal(SIGTERM)

    def communicate(self, *, timeout: float | None = None) -> tuple[str, None]:
        """Close its input, wait for its end; return the rest of its output."""
        if self.stdin is not None:
            self.stdin.close()
        printed = ""
        if self.stdout is not None and not self.stdout.closed:
            printed = self.stdout.read()
            self.stdout.close()
        self.wait(timeout)
        return printed, None


def run_fork(
    command: Sequence[str], *, environment: Mapping[str, str], given: str = "", timeout: float
) -> "subprocess.CompletedProcess[str]":
    """Run `python *command` to its end, with `given` as its standard input; return what it wrote."""
    with (
        tempfile.TemporaryFile("w+") as stdin,
        tempfile.TemporaryFile("w+") as stdout,
        tempfile.TemporaryFile("w+") as stderr,
    ):
        stdin.write(given)
        stdin.seek(0)
        process = Forked(
            command, environment=environment, stdin=stdin, stdout=stdout, stderr=stderr
        )
        try:
            status = process.wait(timeout)
        finally:
            process.kill()
        for written in (stdout, stderr):
            written.seek(0)
        return subprocess.CompletedProcess(process.args, status, stdout.read(), stderr.read())


def link_manage(folder: Path) -> None:
    """Put a `manage.py` into a folder that shell scripts may run there: `inherit_template` gives it what it needs."""
    (folder / "manage.py").symlink_to(Path(__file__).with_name("manage.py"))


def inherit_template() -> tuple[dict[str, str], list[int]]:
    """Return the variables and the descriptors that a shell needs in which such a `manage.py` is run."""
    number = _template().fileno()
    return {"TEMPLATE_SOCKET": str(number)}, [number]


def _number_of(file: int | IO[str]) -> int:
    return file if isinstance(file, int) else file.fileno()


@cache
def _template() -> socket.socket:
    """Return the socket of this session's template, which ends when the socket is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking.template", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=CHECKOUT,
        )

    def end() -> None:
        ours.close()
        process.wait(60)

    atexit.register(end)
    return ours
