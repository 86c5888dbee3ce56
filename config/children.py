"""Child processes that live and die with this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

# Longer than the longest request, and shorter than the ten seconds after which containers are killed.
STOP_LIMIT = 8.0
_POLL = 0.05
_PR_SET_PDEATHSIG = 1


def end_with_parent(sent: signal.Signals) -> None:
    """Have the kernel send this process `sent` when its parent dies in whatever way (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sent, 0, 0, 0)


class Children:
    """The programs that one `make run` consists of, each with a name for messages."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def launch(self, name: str, command: Sequence[str]) -> None:
        """Start `command` in a session of its own: Ctrl-C is for us to pass on, in our order."""
        self._running[name] = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(signal.SIGTERM),
        )

    def first_ended(self) -> tuple[str, int] | None:
        """Return name and exit status of a program that has ended, None while all run."""
        for name, child in self._running.items():
            if (status := child.poll()) is not None:
                return name, status
        return None

    def stop(self) -> None:
        """Ask every program to stop and return when all of them, and all that they started, have ended."""
        for child in self._running.values():
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_LIMIT
        while any(_group_lives(child) for child in self._running.values()) and time.monotonic() < deadline:
            time.sleep(_POLL)
        self.kill()

    def kill(self) -> None:
        """End every program at once."""
        for child in self._running.values():
            _signal_group(child, signal.SIGKILL)
            child.wait()
        self._running.clear()


def _signal_group(child: "subprocess.Popen[bytes]", sent: signal.Signals) -> None:
    # The group outlives its leader: the workers of a server that was killed are still in it.
    with suppress(ProcessLookupError):
        os.killpg(child.pid, sent)


def _group_lives(child: "subprocess.Popen[bytes]") -> bool:
    child.poll()
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    return True
