"""A plugin whose sources fail in every way, and one that reads."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from typing import ClassVar

from providers.contracts import MailEvent, MailSource, Message
from providers.hookspecs import hookimpl
from tests.providers.conformance.acme import SoundSource


class Raises(SoundSource):
    name = "raises"
    senders = ("raises.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        raise ValueError("another template")


class Loops(SoundSource):
    name = "loops"
    senders = ("loops.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        while True:
            pass


class LoopsSometimes(SoundSource):
    name = "sometimes"
    senders = ("sometimes.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        while "Loop" in message.subject:
            pass
        return super().parse(message)


class Waits(SoundSource):
    """It takes no processor time, as good mail on a busy machine."""

    name = "waits"
    senders = ("waits.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        time.sleep(60 if "Ages" in message.subject else 1)
        return super().parse(message)


class EatsMemory(SoundSource):
    name = "eats"
    senders = ("eats.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if b"x" * (200 * 1024 * 1024) else []


class EndsTheProcess(SoundSource):
    name = "ends"
    senders = ("ends.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        os._exit(1)


class Breaks(EndsTheProcess):
    name = "breaks"
    senders = ("breaks.test",)


class StartsAThread(SoundSource):
    """The thread would take the time of the next mail, and of the one after it."""

    name = "thread"
    senders = ("thread.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        return super().parse(message)


class Forks(SoundSource):
    """The child would answer too."""

    name = "forks"
    senders = ("forks.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        os.fork()
        return super().parse(message)


class StartsAProcess(SoundSource):
    name = "starts"
    senders = ("starts.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        subprocess.run(["sleep", "60"], check=False)  # noqa: S607
        return super().parse(message)


class Tampers(SoundSource):
    """Switches its limit off, and sets a timer that would end the process while a later mail is read."""

    name = "tampers"
    senders = ("tampers.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
        signal.setitimer(signal.ITIMER_REAL, 3600)
        return super().parse(message)


class SeesTimers(SoundSource):
    """Says nothing while a timer runs that would end the process."""

    name = "timers"
    senders = ("timers.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        return [] if any(signal.getitimer(signal.ITIMER_REAL)) else super().parse(message)


class KeepsAll(SoundSource):
    """Keeps 20 MiB of each mail."""

    name = "keeps"
    senders = ("keeps.test",)
    kept: ClassVar[list[bytes]] = []

    def parse(self, message: Message) -> list[MailEvent]:
        self.kept.append(b"x" * (20 * 1024 * 1024))
        return super().parse(message)


class Prints(SoundSource):
    name = "prints"
    senders = ("prints.test",)

    def parse(self, message: Message) -> list[MailEvent]:
        print("x" * 1_000_000)
        return super().parse(message) if "SECRET_KEY" not in os.environ else []


SOURCES = (
    SoundSource(),
    Raises(),
    Loops(),
    LoopsSometimes(),
    Waits(),
    EatsMemory(),
    EndsTheProcess(),
    Breaks(),
    StartsAThread(),
    Forks(),
    StartsAProcess(),
    Tampers(),
    SeesTimers(),
    KeepsAll(),
    Prints(),
)


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return list(SOURCES)
