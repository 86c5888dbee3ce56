"""Commands of the checkout, as an operator runs them."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from tests.forking.processes import run_fork
from tests.servers import free_port


def run(
    command: Sequence[str], data_dir: Path, *, given: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of the checkout with Python, until it ends; `given` is its standard input."""
    return run_fork(
        command,
        environment={
            **os.environ,
            "SECRET_KEY": settings.SECRET_KEY,
            "HAPPO_DATA_DIR": str(data_dir),
            "PORT": str(free_port()),
            **environment,
        },
        given=given,
        timeout=100,
    )


def assert_refused(command: list[str], data_dir: Path, reason: str, **environment: str) -> None:
    """Run a command; its standard error is one line, which says the reason."""
    ran = run(command, data_dir, **environment)
    assert ran.returncode == 1, ran.stdout
    assert reason in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
