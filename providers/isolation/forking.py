"""The processes that mail sources read in, from the side of the process that asks them.

One process loads the plugins (`providers.isolation.loader`); those that read mail are forked from it. Loading takes
seconds of the processor, a fork milliseconds: a process that was stopped is replaced at once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from threading import Lock

from providers.isolation.answers import MAX_BYTES_OF_ANSWER, Answer
from providers.isolation.leftovers import LEFT_A_THREAD
from providers.isolation.orders import Order
from providers.isolation.time_limit import SIGNAL_OF_TIME
from providers.messages import Message

_SECONDS_TO_LOAD, _SECONDS_TO_END = 60.0, 5.0


class Ended(Exception):
    """A process doesn't answer. The text says why."""


class PluginLoader:
    """The process that has loaded the plugins. Creating it waits until it has; raises `Ended` where it doesn't.

    `plugins`: the arguments of `load_registry`, as JSON. `seconds`: of processor time for one mail.
    `by_the_clock`: seconds for a source that waits. Its methods may be called by several threads.
    """

    def __init__(self, plugins: str, *, seconds: float, by_the_clock: float) -> None:
        self.seconds, self.by_the_clock = seconds, by_the_clock
        self._lock = Lock()
        self._control, other = Pipe()
        # It gets nothing of this process's environment: no secret, no address of a database.
        self._popen = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "providers.isolation.loader",
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
        try:
            if not self._control.poll(_SECONDS_TO_LOAD):
                raise Ended(f"stopped after {_SECONDS_TO_LOAD:g} s")
            self._control.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise Ended("its process ended") from error
        except Ended:
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._popen.pid

    def start(self) -> ReadingProcess:
        """Fork a process that reads mail. Raises `Ended` where the loader has ended."""
        connection, other = Pipe()
        with other:
            pid = self.give(Order.FORK, descriptor=other.fileno())
        assert pid is not None
        return ReadingProcess(self, pid, connection)

    def give(self, order: Order, pid: int = 0, *, descriptor: int | None = None) -> int | None:
        """Give an order and return the answer to it. Raises `Ended` where the loader has ended."""
        try:
            with self._lock:
                self._control.send((order, pid))
                if descriptor is not None:
                    send_handle(self._control, descriptor, self.pid)
                answer: int | None = self._control.recv()
        except (EOFError, OSError) as error:
            raise Ended("its process ended") from error
        return answer

    def close(self) -> None:
        """End it. The processes that it has forked end with their connections."""
        self._popen.kill()
        self._popen.wait()
        self._control.close()


class ReadingProcess:
    """A process that reads one mail after another."""

    def __init__(self, loader: PluginLoader, pid: int, connection: Connection) -> None:
        self._loader, self.pid, self._connection = loader, pid, connection

    @property
    def is_alive(self) -> bool:
        """Whether it waits for a mail. An idle one may have been ended by the system, for want of memory."""
        # It says nothing unasked: what there is to receive is the end of the connection.
        return not self._connection.poll()

    def ask(self, name: str, message: Message) -> Answer:
        """Return the answer. Raises `Ended`, after which the process takes no mail."""
        by_the_clock = self._loader.by_the_clock
        try:
            self._connection.send((name, message))
            if not self._connection.poll(by_the_clock):
                raise Ended(f"stopped after {by_the_clock:g} s")
            return Answer.read(self._connection.recv_bytes(MAX_BYTES_OF_ANSWER))
        except (EOFError, OSError) as error:
            raise Ended(self._find_reason()) from error
        except ValueError as error:
            raise Ended("its answer can't be read") from error

    def _find_reason(self) -> str:
        until = time.monotonic() + _SECONDS_TO_END
        # The connection is closed a moment before the process has ended.
        while (status := self._loader.give(Order.STATUS, self.pid)) is None:
            if time.monotonic() > until:
                break
            time.sleep(0.005)
        if status == -SIGNAL_OF_TIME:
            return f"stopped after {self._loader.seconds:g} s of processor time"
        if status == LEFT_A_THREAD:
            return "it left a thread behind"
        return "its process ended"

    def end(self) -> None:
        """Kill it, unless it has ended."""
        self._connection.close()
        # Without its loader it ends at the end of the connection.
        with suppress(Ended):
            self._loader.give(Order.END, self.pid)
