"""Child processes that end when this process ends."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess

# Longer than the longest request, and shorter than the ten seconds after which containers are killed.
STOP_LIMIT = 8.0
_POLL = 0.05
_PR_SET_PDEATHSIG = 1
# What asks a process to stop.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A forked child doesn't import the program again and serves a second earlier. Only Linux forks safely.
_FORKS = sys.platform == "linux"
_PROCESSES = multiprocessing.get_context("fork") if _FORKS else multiprocessing.get_context("spawn")


def end_with_parent(sent: signal.Signals) -> None:
    """Have the kernel send this process the signal `sent` when its parent ends (on Linux only)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sent, 0, 0, 0)
    started_by = multiprocessing.parent_process()
    if started_by is not None and os.getppid() != started_by.pid:
        # The parent ended before the kernel knew, and another process has adopted this one.
        os.kill(os.getpid(), sent)


def parent_is_stopping() -> bool:
    """Return whether the parent received SIGINT or SIGHUP and now waits for this process. On Linux only; else False.

    `make` passes SIGTERM on. SIGINT and SIGHUP it doesn't, as a terminal sends them to all of its processes; when
    `make` alone receives one, it waits for its child inside its signal handler, where both signals are blocked.
    """
    if sys.platform != "linux":
        return False
    try:
        with open(f"/proc/{os.getppid()}/status") as status:
            blocked = next(
                (int(line.split()[1], 16) for line in status if line.startswith("SigBlk:")), 0
            )
    except OSError:
        return False
    return any(blocked & 1 << sent - 1 for sent in (signal.SIGINT, signal.SIGHUP))


class Children:
    """The processes that `make run` starts, each with a name for messages."""

    def __init__(self) -> None:
        self._running: dict[str, BaseProcess] = {}

    def launch(self, name: str, program: Callable[[], None]) -> None:
        """Run `program`, a module-level function, in a child process. No threads or connections may be open."""
        child = _PROCESSES.Process(name=name, target=_run, args=(program,))
        # Python forgets a signal that a new child receives before it has set itself up: it would never stop.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            child.start()
            self._running[name] = child
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def first_ended(self) -> tuple[str, int] | None:
        """Return the name and exit status of a process that has ended, or None while all run."""
        for name, child in self._running.items():
            if (status := child.exitcode) is not None:
                return name, status
        return None

    def stop(self) -> None:
        """Ask every process to stop; return when all of them and their children have ended."""
        for child in self._running.values():
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_LIMIT
        while (
            any(_group_lives(child) for child in self._running.values())
            and time.monotonic() < deadline
        ):
            time.sleep(_POLL)
        self.kill()

    def kill(self) -> None:
        """Kill every process."""
        for child in self._running.values():
            _signal_group(child, signal.SIGKILL)
            child.join()
        self._running.clear()


def _run(program: Callable[[], None]) -> None:
    # In a new session: a terminal sends Ctrl-C to its whole session, and only the parent should react to it.
    os.setsid()
    for inherited in STOPS:
        signal.signal(inherited, signal.SIG_DFL)
    end_with_parent(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    program()


def _signal_group(child: BaseProcess, sent: signal.Signals) -> None:
    assert child.pid is not None
    try:
        # The group outlives its leader: the workers of a killed server are still in it.
        os.killpg(child.pid, sent)
    except ProcessLookupError:
        # The process has ended, or is so new that it has no group yet.
        if child.exitcode is None:
            with suppress(ProcessLookupError):
                os.kill(child.pid, sent)


def _group_lives(child: BaseProcess) -> bool:
    assert child.pid is not None
    if child.exitcode is None:
        return True
    try:
        os.killpg(child.pid, 0)
    except ProcessLookupError:
        return False
    return True
