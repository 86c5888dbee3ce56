"""The process that loads the plugins once, and from which the processes are forked in which mail sources read.

`providers.isolation.forking` starts it with the file descriptor of a connection, the seconds that a mail may take of
the processor, and the plugins to load. Over the connection it sends one message once it is ready, and an answer to each
order.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle

from providers.conformance.mail_sources.golden import GOLDEN_FOLDER, GoldenMail
from providers.interpretation import ask_one
from providers.isolation.orders import Order
from providers.isolation.worker import answer_mail
from providers.loading import load_registry
from providers.registry import Registry

# As it is now: a source may replace it in its process.
_exit = os._exit


def main() -> None:
    """Do what is ordered until the other side closes the connection."""
    seconds, plugins = float(sys.argv[2]), json.loads(sys.argv[3])
    registry = load_registry(
        plugins["shipped"], installed=plugins["installed"], without=plugins["without"]
    )
    control = Connection(int(sys.argv[1]))
    _warm_up(registry)
    # The processes share this memory as long as none writes to it.
    gc.collect()
    gc.freeze()
    control.send(None)
    forks = _Forks()
    while True:
        try:
            order, pid = control.recv()
        except EOFError:
            return
        match order:
            case Order.FORK:
                with Connection(recv_handle(control)) as connection:
                    pid = os.fork()
                    if pid == 0:
                        _read_mail(registry, connection, control, seconds=seconds)
                control.send(pid)
            case Order.STATUS:
                control.send(forks.find_status(pid))
            case Order.END:
                control.send(forks.end(pid))


def _warm_up(registry: Registry) -> None:
    """Have the shipped sources read golden mail: tables that most mail needs are compiled before it comes."""
    for path in sorted(GOLDEN_FOLDER.glob("*/*.eml"))[::8]:
        source = registry.mail_source(path.parent.name)
        if source is not None:
            ask_one(source, GoldenMail.from_eml(path).message)


def _read_mail(
    registry: Registry, connection: Connection, control: Connection, *, seconds: float
) -> None:
    """Answer mail in this forked process, and end it: it must never do what the loader is ordered."""
    status = 1
    try:
        control.close()
        answer_mail(registry, connection, seconds=seconds)
        status = 0
    finally:
        _exit(status)


class _Forks:
    """The processes that were forked: how they ended, which the system says once."""

    def __init__(self) -> None:
        self._ended: dict[int, int] = {}

    def find_status(self, pid: int) -> int | None:
        if pid not in self._ended:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                return None
            self._ended[pid] = os.waitstatus_to_exitcode(status)
        return self._ended[pid]

    def end(self, pid: int) -> int:
        if pid in self._ended:
            return self._ended.pop(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main()
