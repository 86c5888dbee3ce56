"""Runs mail sources in processes of their own: one that loops for ever or eats memory harms one mail."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import Pipe
from threading import Lock
from typing import Any, Final

from providers.claims import claimed_by
from providers.contracts import MailEvent, MailSource, Message
from providers.interpretation import NOTHING, AskSource, Interpretation
from providers.isolation.leftovers import LEFT_A_THREAD
from providers.isolation.time_limit import SIGNAL_OF_TIME

# Of processor time, which doesn't depend on what else the machine does.
MAX_SECONDS_PER_MAIL: Final = 2.0
# A source that waits takes no processor time. On a busy machine good mail may wait for long.
MAX_SECONDS_BY_THE_CLOCK: Final = 30.0
# A source that was stopped this often within that time isn't asked for that owner's mail meanwhile: what it wastes
# stays a small part, and hostile mail to one owner delays no other's. A source that the mail of so many owners stopped
# is broken: it is asked for no mail.
MAX_STOPS, MAX_STOPPED_OWNERS, SECONDS_OF_REST = 2, 5, 30.0
# How the errors begin that say nothing of the mail: the mail is worth another try.
STOPPED: Final = "Stopped: "
NOT_ASKED: Final = STOPPED + "not asked"
_SECONDS_TO_START, _SECONDS_TO_END = 60.0, 5.0
_log = logging.getLogger(__name__)


class _Ended(Exception):
    """A process doesn't answer. The text says why."""


class _Process:
    """One process that has loaded the plugins."""

    def __init__(self, plugins: str, *, seconds: float, by_the_clock: float) -> None:
        self._seconds, self._by_the_clock = seconds, by_the_clock
        self.connection, other = Pipe()
        # It gets nothing of this process's environment: no secret, no address of a database.
        self.popen = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "providers.isolation.worker",
                str(other.fileno()),
                str(seconds),
                plugins,
            ],
            pass_fds=[other.fileno()],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        other.close()
        self.is_ready = False

    def ask(self, name: str, message: Message) -> bytes:
        """Return the answer. Raises `_Ended`, after which the process takes no mail."""
        try:
            if not self.is_ready:
                self._receive(_SECONDS_TO_START)
                self.is_ready = True
            self.connection.send((name, message))
            return self._receive(self._by_the_clock)
        except (EOFError, OSError) as error:
            raise _Ended(self._find_reason()) from error

    def _receive(self, seconds: float) -> bytes:
        if not self.connection.poll(seconds):
            raise _Ended(f"stopped after {seconds:g} s")
        return self.connection.recv_bytes()

    def _find_reason(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            # The connection is closed a moment before the process has ended.
            status = self.popen.wait(_SECONDS_TO_END)
            if status == -SIGNAL_OF_TIME:
                return f"stopped after {self._seconds:g} s of processor time"
            if status == LEFT_A_THREAD:
                return "it left a thread behind"
        return "its process ended"

    def end(self) -> None:
        self.popen.kill()
        self.popen.wait()
        self.connection.close()


class SourceProcesses:
    """Asks mail sources in other processes, which are started when they are first needed.

    `shipped`, `installed`, `without`: the plugins, as for `load_registry`. `seconds`: of processor time for one mail.
    `by_the_clock`: seconds for a source that waits. `ask` may be called by several threads; each uses a process of its
    own meanwhile.
    """

    def __init__(
        self,
        shipped: Sequence[str],
        *,
        installed: bool = True,
        without: Collection[str] = (),
        seconds: float = MAX_SECONDS_PER_MAIL,
        by_the_clock: float = MAX_SECONDS_BY_THE_CLOCK,
    ) -> None:
        self._plugins = json.dumps(
            {"shipped": list(shipped), "installed": installed, "without": list(without)}
        )
        self._start = partial(_Process, self._plugins, seconds=seconds, by_the_clock=by_the_clock)
        self._idle: list[_Process] = []
        # By source: when it was stopped, and the owner of the mail.
        self._stops: dict[str, deque[tuple[float, str]]] = {}
        self._lock = Lock()

    def ask_for(self, owner: str) -> AskSource:
        """Return `ask` for the mail of one owner: what their mail does to a source is no reason to ignore another's."""
        return partial(self.ask, owner=owner)

    def ask(self, source: MailSource, message: Message, *, owner: str = "") -> Interpretation:
        """Return what one source says of a mail that it claims. Never raises."""
        if self._rests(source.name, owner):
            return self._failed(source, message, f"{NOT_ASKED}: it was stopped repeatedly before")
        process = self._take()
        try:
            answer = json.loads(process.ask(source.name, message))
        except _Ended as ended:
            return self._stop(process, source, message, str(ended), owner)
        if answer["last"]:
            self._replace(process)
        else:
            with self._lock:
                self._idle.append(process)
        return _read_answer(answer, source, message)

    def close(self) -> None:
        """End the processes that are idle."""
        with self._lock:
            processes, self._idle = self._idle, []
        for process in processes:
            process.end()

    def _take(self) -> _Process:
        with self._lock:
            # One may have been ended while it was idle, by the system for want of memory.
            self._idle = [process for process in self._idle if process.popen.poll() is None]
            if not self._idle:
                # The second one takes over without delay where the first has to be ended.
                self._idle = [self._start(), self._start()]
            return self._idle.pop()

    def _stop(
        self, process: _Process, source: MailSource, message: Message, reason: str, owner: str
    ) -> Interpretation:
        _log.warning("mail source %s: %s", source.name, reason)
        self._replace(process)
        with self._lock:
            stops = self._stops.setdefault(
                source.name, deque(maxlen=MAX_STOPS * MAX_STOPPED_OWNERS)
            )
            stops.append((time.monotonic(), owner))
        return self._failed(source, message, STOPPED + reason)

    def _replace(self, process: _Process) -> None:
        with suppress(OSError):
            process.end()
        fresh = self._start()
        with self._lock:
            # It loads the plugins while the others, which are taken first, go on.
            self._idle.insert(0, fresh)

    def _rests(self, name: str, owner: str) -> bool:
        since = time.monotonic() - SECONDS_OF_REST
        with self._lock:
            owners = [one for at, one in self._stops.get(name, ()) if at > since]
        return owners.count(owner) >= MAX_STOPS or len(set(owners)) >= MAX_STOPPED_OWNERS

    def _failed(self, source: MailSource, message: Message, error: str) -> Interpretation:
        return Interpretation(
            source=source,
            accepted_by=source,
            claimed_by=claimed_by(source, message),
            error=error,
        )


def _read_answer(
    answer: Mapping[str, Any],  # Any: JSON
    source: MailSource,
    message: Message,
) -> Interpretation:
    error = answer.get("error")
    if not error and not answer["accepted"]:
        return NOTHING
    events = tuple(MailEvent.model_validate_json(one) for one in answer.get("events", ()))
    return Interpretation(
        source=source if events or error else None,
        accepted_by=source,
        claimed_by=claimed_by(source, message),
        events=events,
        error=error,
    )
