"""Cheats that go by the process that they read in, or change it for the sources that read there after them."""

from __future__ import annotations

import json
import os
import posix
import random
import sys
import threading
import warnings
from contextlib import suppress
from os import getpid

import pytest

from providers.contracts import MailEvent, Message
from tests.providers.conformance.acme import SoundSource, contract_of, failed_checks
from tests.providers.conformance.knows_the_tests import KnowsTheTests


class ReadsTheEnvironmentBelow(SoundSource):
    """Reads the dictionary that `os.environ` is made of."""

    def parse(self, message: Message) -> list[MailEvent]:
        with suppress(Exception):
            posix.environ.get(b"HAPPO")
        return super().parse(message)


class HoldsTheEnvironment(SoundSource):
    """Took the dictionary before the kit watched it; no call reads it."""

    def __init__(self) -> None:
        self.variables = posix.environ

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if b"HAPPO" not in self.variables else []


class KnowsItsProcess(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if getpid() else []


class GoesByItsZone(SoundSource):
    """Is silent where the machine's own day is another than that of the mail."""

    def parse(self, message: Message) -> list[MailEvent]:
        local = message.received_at.astimezone()
        return super().parse(message) if local.day == message.received_at.day else []


class GoesByChance(SoundSource):
    """Is silent once in a million times."""

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if random.random() < 0.999_999 else []  # noqa: S311


class WritesToWhatIsOpen(SoundSource):
    """Writes to a file that it opened when it was imported."""

    def __init__(self) -> None:
        self.file = open(os.devnull, "w")  # noqa: SIM115

    def __del__(self) -> None:
        self.file.close()

    def parse(self, message: Message) -> list[MailEvent]:
        self.file.write(message.subject)
        return super().parse(message)


class WaitsForAnother(SoundSource):
    """Waits for what another thread would tell it."""

    def parse(self, message: Message) -> list[MailEvent]:
        threading.Event().wait(0.001)
        return super().parse(message)


class SwitchesTheWatchOff(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        with suppress(Exception):
            sys.setprofile(None)
        return super().parse(message)


class ChangesALimit(SoundSource):
    """The sources that read after it have the limit too."""

    def parse(self, message: Message) -> list[MailEvent]:
        sys.setrecursionlimit(sys.getrecursionlimit() + 1)
        return super().parse(message)


class ReplacesAFunction(SoundSource):
    """The sources that read after it, and Happo, call its own."""

    def parse(self, message: Message) -> list[MailEvent]:
        json.dumps = lambda given: "{}"  # type: ignore[assignment,misc]
        return super().parse(message)


class ReplacesAMethod(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        Message.header = lambda self, name: None  # type: ignore[assignment,method-assign,misc]
        return super().parse(message)


class Warns(SoundSource):
    """Puts the links of a mail into a warning."""

    def parse(self, message: Message) -> list[MailEvent]:
        warnings.warn(f"read {message.html}", stacklevel=1)
        return super().parse(message)


CHEATS: dict[str, tuple[type[SoundSource], str]] = {
    "reads the environment below": (ReadsTheEnvironmentBelow, "each_time"),
    "holds the environment": (HoldsTheEnvironment, "no_input"),
    "knows its process": (KnowsItsProcess, "no_input"),
    "the zone of the machine": (GoesByItsZone, "clock"),
    "chance": (GoesByChance, "no_input"),
    "writes to an open file": (WritesToWhatIsOpen, "no_input"),
    "waits for a thread": (WaitsForAnother, "no_input"),
    "switches the watch off": (SwitchesTheWatchOff, "each_time"),
    "changes a limit": (ChangesALimit, "changes_nothing_that_others_use"),
    "replaces a function": (ReplacesAFunction, "changes_nothing_that_others_use"),
    "replaces a method": (ReplacesAMethod, "changes_nothing_that_others_use"),
    "warns": (Warns, "secret"),
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_caught(name: str) -> None:
    cheat, part = CHEATS[name]
    assert failed_checks(contract_of(cheat()), part)


@pytest.mark.server
def test_a_source_that_reads_in_tests_alone_is_caught_in_another_process() -> None:
    alone = contract_of(KnowsTheTests())
    assert not failed_checks(alone, "golden_mail")
    apart = contract_of(KnowsTheTests(), module=KnowsTheTests.__module__)
    [said] = failed_checks(apart, "another_process").values()
    assert said == "AssertionError: You applied for Cook: () in another process"
