"""Finds what a source would leave behind in its process: it takes the time and the memory of the next mail."""

from __future__ import annotations

import _posixsubprocess
import sys
import time
from pathlib import Path
from typing import Final, NoReturn

# The exit status of a process in which a source left a thread.
LEFT_A_THREAD: Final = 3
# Audit events (PEP 578).
_BEGINNINGS: Final = (
    "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn",
    "subprocess.Popen",
)  # fmt: skip
_SIGNALS: Final = ("os.kill", "os.killpg")
_THREADS: Final = Path("/proc/self/task")
# A thread that was waited for is seen for a moment longer.
_SECONDS_TO_END: Final = 0.1


def refuse_processes() -> None:
    """Raise `RuntimeError` for each process that is started in this one from now on, and for signals to others."""
    sys.addaudithook(_look)
    # `multiprocessing` calls it without an audit event.
    _posixsubprocess.fork_exec = _refuse_process


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_BEGINNINGS):
        _refuse_process()
    if event in _SIGNALS:
        raise RuntimeError("a mail source sends no signal")


def _refuse_process(*arguments: object) -> NoReturn:
    raise RuntimeError("a mail source starts no process")


def leaves_threads(before: int) -> bool:
    """Tell whether this process has more threads than before, also of C code; never where the system doesn't say."""
    ends = time.monotonic() + _SECONDS_TO_END
    while is_left := count_threads() > before:
        if time.monotonic() > ends:
            break
        time.sleep(0.001)
    return is_left


def count_threads() -> int:
    """Return how many threads this process has; 1 where the system doesn't say."""
    return sum(1 for _ in _THREADS.iterdir()) if _THREADS.exists() else 1
