"""A plugin whose sources change or end the process that they read in, where the subject says so."""

from __future__ import annotations

import builtins
import decimal
import json
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable

from providers.contracts import MailEvent, MailSource, Message
from providers.hookspecs import hookimpl
from providers.isolation.answers import Answer
from tests.providers.conformance.acme import SoundSource

MARK = "Misdeed"


class Panic(BaseException):
    """What libraries written in Rust raise."""


def leave_a_thread() -> None:
    threading.Thread(target=time.sleep, args=(60,)).start()


def start_a_process() -> None:
    # It raises no audit event.
    multiprocessing.get_context("spawn").Process(target=list).start()


def set_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_IGN)
    signal.alarm(1)


def recurse() -> None:
    sys.setrecursionlimit(10**8)

    def down() -> None:
        down()

    down()


def keep_memory() -> None:
    builtins.kept = b"x" * (60 * 1024 * 1024)  # type: ignore[attr-defined]


def close_files() -> None:
    os.closerange(0, 1000)


def change_builtins() -> None:
    builtins.len = builtins.isinstance = None  # type: ignore[assignment]
    json.dumps = re.compile = None  # type: ignore[assignment]
    os._exit = time.sleep  # type: ignore[assignment]
    sys.modules.clear()


def change_settings() -> None:
    sys.setrecursionlimit(200)
    decimal.getcontext().prec = 1
    os.chdir("/")
    sys.path.clear()


def forge_the_answer() -> None:
    Answer.write = lambda self: b'{"accepted": "perhaps"}'  # type: ignore[method-assign]


def raise_a_panic() -> None:
    raise Panic("at the disco")


def write_much() -> None:
    for _ in range(100):
        os.write(1, b"x" * 1_000_000)


# What each does, and the beginning of the error that its mail is kept with; "" where there is none.
MISDEEDS: dict[str, tuple[Callable[[], object], str | tuple[str, ...]]] = {
    "thread": (leave_a_thread, "Stopped: it left a thread behind"),
    "child": (start_a_process, "RuntimeError: a mail source starts no process"),
    "signals": (set_signals, ""),
    "kills": (
        lambda: os.kill(os.getppid(), signal.SIGKILL),
        "RuntimeError: a mail source sends no signal",
    ),
    "kills-all": (lambda: os.killpg(0, signal.SIGKILL), "RuntimeError: a mail source sends"),
    "crashes": (lambda: signal.raise_signal(signal.SIGSEGV), "Stopped: its process ended"),
    "recursion": (recurse, ("MemoryError", "RecursionError", "Stopped: ")),
    "memory": (keep_memory, ""),
    "files": (close_files, "Stopped: its process ended"),
    "builtins": (change_builtins, "Stopped: its process ended"),
    "settings": (change_settings, ""),
    "forges": (forge_the_answer, "Stopped: its answer can't be read"),
    "panics": (raise_a_panic, "Panic: at the disco"),
    "ends": (lambda: os._exit(0), "Stopped: its process ended"),
    "exits": (lambda: sys.exit(0), "SystemExit: 0"),
    "output": (write_much, ""),
}


class Unruly(SoundSource):
    def __init__(self, name: str, misdeed: Callable[[], object]) -> None:
        self.name, self.senders, self._do = f"unruly-{name}", (f"{name}.unruly.test",), misdeed

    def parse(self, message: Message) -> list[MailEvent]:
        events = super().parse(message)
        if MARK in message.subject:
            self._do()
        return events


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [Unruly(name, misdeed) for name, (misdeed, _) in MISDEEDS.items()]
