"""A plugin whose sources fail in every way, and one that reads."""

from __future__ import annotations

import os
import time

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
    Prints(),
)


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return list(SOURCES)
