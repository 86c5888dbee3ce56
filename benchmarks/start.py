"""How long `make run` takes to start, and to say that it can't."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.servers import free_port
from benchmarks.stage import Stage
from benchmarks.table import Row

_STARTS = 3
# The environment of the benchmark's own installation, which would make this one a production.
_NOT_INHERITED = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "STORAGE_URL", "EMAIL_URL")


def start(stage: Stage) -> Iterator[Row]:
    """A second `make run` on the same data directory, and one on a port that is in use."""
    with _data_directory() as data_dir:
        _start(data_dir)
        seconds = median(_start(data_dir) for _ in range(_STARTS))
        refused = median(_start_on_used_port(data_dir) for _ in range(_STARTS))
    yield Row(
        "second start of `make run`, until it serves",
        f"{seconds:.1f} s",
        "at most 5 s",
        f"{seconds:.1f} s",
        seconds <= 5,
    )
    yield Row(
        "start on a port in use, until it ends",
        f"{refused:.1f} s",
        "at most 2 s",
        f"{refused:.1f} s",
        refused <= 2,
    )


def _start(data_dir: Path) -> float:
    """Return the seconds until the banner is printed, which is when everything answers; then stop."""
    began = time.perf_counter()
    process = _run(data_dir, free_port())
    assert process.stdout is not None
    for line in process.stdout:
        if "x-happo-api-version" in line:
            break
    else:
        raise RuntimeError("`make run` ended before it served")
    seconds = time.perf_counter() - began
    process.terminate()
    process.communicate()
    return seconds


def _start_on_used_port(data_dir: Path) -> float:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        began = time.perf_counter()
        process = _run(data_dir, other.getsockname()[1])
        process.communicate()
    if process.returncode != 1:
        raise RuntimeError(f"A start on a used port ended with status {process.returncode}")
    return time.perf_counter() - began


def _run(data_dir: Path, port: int) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        env=inherited | {"HAPPO_DATA_DIR": str(data_dir), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def _data_directory() -> Iterator[Path]:
    # For root the embedded server runs as an account of its own, which must be able to enter.
    data_dir = Path(tempfile.mkdtemp(prefix="happo-bench-"))
    data_dir.chmod(0o711)
    try:
        yield data_dir
    finally:
        cluster = data_dir / "postgres" / "cluster"
        if cluster.is_symlink():
            shutil.rmtree(cluster.readlink().parent)
        shutil.rmtree(data_dir)
