"""A secret that a person types at a terminal is asked for, and not shown."""

import os
import pty
import subprocess
import sys

from tests.servers import CHECKOUT

ASK = "from tenants.management.secret_input import read_secret; print(read_secret())"


def read_until(terminal: int, end: bytes) -> bytes:
    shown = b""
    while not shown.endswith(end):
        shown += os.read(terminal, 100)
    return shown


def test_a_terminal_does_not_show_the_password() -> None:
    person, terminal = pty.openpty()
    # A session of its own has no other terminal that it could ask.
    with subprocess.Popen(
        [sys.executable, "-c", ASK],
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
        start_new_session=True,
    ) as process:
        assert read_until(person, b": ") == b"Password: "
        os.write(person, b"a password\n")
        assert process.communicate()[0] == b"a password\n"
    assert read_until(person, b"\n") == b"\r\n"
    os.close(terminal)
    os.close(person)
