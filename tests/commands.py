"""Commands of the checkout, as an operator runs them."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from tests.servers import CHECKOUT, free_port


def run(
    command: Sequence[str], data_dir: Path, *, given: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command of the checkout with Python, until it ends; `given` is its standard input."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "SECRET_KEY": settings.SECRET_KEY,
            "HAPPO_DATA_DIR": str(data_dir),
            "PORT": str(free_port()),
            **environment,
        },
        input=given,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def assert_refused(command: list[str], data_dir: Path, reason: str, **environment: str) -> None:
    """Run a command; its standard error is one line, which says the reason."""
    ran = run(command, data_dir, **environment)
    assert ran.returncode == 1, ran.stdout
    assert reason in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr
