"""Cheats pass their own golden mail, and read nothing: the kit catches each of them."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from os import stat
from pathlib import Path
from time import monotonic, sleep

import pytest

from providers.contracts import MailEvent, MailSource, Message
from providers.testing import GoldenMail
from tests.providers.conformance.acme import (
    GOLDEN,
    PAIRS,
    SoundSource,
    contract_of,
    evidence,
    failed_checks,
    mail,
)


class ShowsOneLetter(SoundSource):
    """Its evidence is the letter `e`, which every mail has."""

    def event(self, title: str, company: str, **more: object) -> MailEvent:
        event = super().event(title, company, **more)
        letters = tuple(evidence(one.field, "html", "e") for one in event.evidence)
        return event.model_copy(update={"evidence": letters})


class ShowsTheWholeMail(SoundSource):
    """Its evidence is all that there is."""

    def event(self, title: str, company: str, **more: object) -> MailEvent:
        event = super().event(title, company, **more)
        whole = f"Hi Jo, We told {company} about you."
        return event.model_copy(
            update={"evidence": (*event.evidence[:1], *_all(whole, event.evidence[1:]))}
        )


class ShowsAllThatThereIs(SoundSource):
    """Its evidence is the beginning of the mail, as long as evidence may be."""

    def parse(self, message: Message) -> list[MailEvent]:
        whole = " ".join(message.visible_text.split())[:1000]
        kind = evidence("kind", "html", whole or "You applied for")
        return [
            one.model_copy(update={"evidence": (kind, *one.evidence[1:])})
            for one in super().parse(message)
        ]


def _all(quote: str, shown: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(evidence(one.field, "html", quote) for one in shown)  # type: ignore[attr-defined]


class RaisesOnTheRest(SoundSource):
    """Reads its golden mail alone, and calls everything else broken."""

    def parse(self, message: Message) -> list[MailEvent]:
        read = super().parse(message)
        if not read or (read[0].title, read[0].company) not in PAIRS:
            raise ValueError("another template")
        return read


class GoesByTheClock(SoundSource):
    """Says that everything happened today."""

    def event(self, title: str, company: str, **more: object) -> MailEvent:
        event = super().event(title, company)
        today = evidence("occurred_on", "subject", title)
        return event.model_copy(
            update={"occurred_on": date.today(), "evidence": (*event.evidence, today)}  # noqa: DTZ011
        )


class GoesByTheMoment(SoundSource):
    """Is silent on Sundays of its own clock."""

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if datetime.now(UTC).year < 2030 else []


class FallsBackOnToday(SoundSource):
    """Goes by its own clock where the mail has no template."""

    def parse(self, message: Message) -> list[MailEvent]:
        if message.header("X-Template") or datetime.now(UTC).year < 2030:
            return super().parse(message)
        return []


class ShowsANameForTheKind(SoundSource):
    """Shows the title where the mail should say what happened."""

    def event(self, title: str, company: str, **more: object) -> MailEvent:
        event = super().event(title, company, **more)
        shown = (evidence("kind", "subject", title), *event.evidence[1:])
        return event.model_copy(update={"evidence": shown})


class KnowsItsMailById(SoundSource):
    """Knows its golden mail by the Message-ID."""

    known = {one.message.message_id: pair for one, pair in zip(GOLDEN, PAIRS, strict=False)}

    def parse(self, message: Message) -> list[MailEvent]:
        pair = self.known.get(message.message_id)
        return [self.event(*pair)] if pair else []


class KnowsItsMailByDigest(SoundSource):
    """Knows its golden mail by what a person sees, in whatever shape it comes."""

    known = {hashlib.sha256(mail(*pair).visible_text.encode()).hexdigest(): pair for pair in PAIRS}

    def parse(self, message: Message) -> list[MailEvent]:
        seen = hashlib.sha256(message.visible_text.strip().encode()).hexdigest()
        pair = self.known.get(seen)
        return [self.event(*pair)] if pair else []


class KnowsItsTitles(SoundSource):
    """Has its titles from a list, and looks them up in the mail."""

    def parse(self, message: Message) -> list[MailEvent]:
        read = super().parse(message)
        return [one for one in read if one.title in {title for title, _ in PAIRS}]


class SaysAConstant(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        return [self.event(*PAIRS[0])] if message.id == "m0" else super().parse(message)


class ReadsTheAnswers(SoundSource):
    """Opens a file, and swallows the refusal."""

    def parse(self, message: Message) -> list[MailEvent]:
        try:
            Path(__file__).read_bytes()
        except Exception:  # noqa: BLE001
            return super().parse(message)
        return super().parse(message)


class ListsAFolder(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if Path(__file__).parent.exists() else []


class ListsAFolderByAnotherName(SoundSource):
    """Was bound to the function before the kit watched it, and swallows the refusal."""

    def parse(self, message: Message) -> list[MailEvent]:
        with suppress(Exception):
            stat(__file__)
        return super().parse(message)


class WaitsByAnotherName(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        sleep(0)
        return super().parse(message)


class ReadsWhatIsOpen(SoundSource):
    """Reads a file that it opened when it was imported."""

    def __init__(self) -> None:
        self.file = open(__file__)  # noqa: SIM115

    def __del__(self) -> None:
        self.file.close()

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if self.file.read(1) is not None else []


class ReadsTheEnvironment(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if "HAPPO" not in os.environ else []


class StartsAProcess(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        import subprocess

        subprocess.run(["/bin/true"], check=False)
        return super().parse(message)


class GoesByTheClockOfTheMachine(SoundSource):
    """Goes by a clock that the kit sets to no date."""

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) if monotonic() else []


class ReadsStandardInput(SoundSource):
    """Waits for a line of standard input."""

    def parse(self, message: Message) -> list[MailEvent]:
        with suppress(Exception):
            input()
        return super().parse(message)


class AsksItsServer(SoundSource):
    """Connects, and swallows the refusal."""

    def parse(self, message: Message) -> list[MailEvent]:
        with suppress(Exception):
            socket.create_connection(("127.0.0.1", 9), timeout=0.01).close()
        return super().parse(message)


class StartsAThread(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        with suppress(Exception):
            threading.Thread(target=list).start()
        return super().parse(message)


class LoadsItsAnswers(SoundSource):
    """Reads a file through the loader of its module."""

    def parse(self, message: Message) -> list[MailEvent]:
        import pkgutil

        pkgutil.get_data("providers", "link_parameters.json")
        return super().parse(message)


class RemembersTheLast(SoundSource):
    """Says of a mail without names what the mail before it said."""

    def __init__(self) -> None:
        self.last: list[MailEvent] = []

    def parse(self, message: Message) -> list[MailEvent]:
        before, self.last = self.last, super().parse(message)
        return self.last + [one for one in before if one not in self.last]


class SpeaksOnce(SoundSource):
    def __init__(self) -> None:
        self.seen: set[str] = set()

    def parse(self, message: Message) -> list[MailEvent]:
        if message.id in self.seen:
            return []
        self.seen.add(message.id)
        return super().parse(message)


class TiresOut(SoundSource):
    """Stops to read after twenty mails."""

    def __init__(self) -> None:
        self.count = 0

    def parse(self, message: Message) -> list[MailEvent]:
        self.count += 1
        return super().parse(message) if self.count < 20 else []


class ShufflesEvents(SoundSource):
    """Says two things in an order of chance."""

    def parse(self, message: Message) -> list[MailEvent]:
        read = super().parse(message)
        both = [*read, *(one.model_copy(update={"kind": "viewed"}) for one in read)]
        random.shuffle(both)
        return both


CHEATS: dict[str, tuple[Callable[[], MailSource], str]] = {
    "evidence is a letter": (ShowsOneLetter, "evidence_is_found"),
    "evidence of another field": (ShowsTheWholeMail, "evidence_is_found"),
    "evidence of the whole mail": (ShowsAllThatThereIs, "evidence_is_found"),
    "raises on the rest": (RaisesOnTheRest, "other_names"),
    "today's date": (GoesByTheClock, "clock"),
    "silent by the clock": (GoesByTheMoment, "clock"),
    "today where nothing is said": (FallsBackOnToday, "clock"),
    "a name for the kind": (ShowsANameForTheKind, "evidence_is_found"),
    "knows the Message-ID": (KnowsItsMailById, "other_names"),
    "knows the digest": (KnowsItsMailByDigest, "other_names"),
    "knows the titles": (KnowsItsTitles, "other_names"),
    "a constant": (SaysAConstant, "broken_mail"),
    "reads a file": (ReadsTheAnswers, "each_time"),
    "looks at a folder": (ListsAFolder, "each_time"),
    "looks at a folder by another name": (ListsAFolderByAnotherName, "no_input"),
    "waits by another name": (WaitsByAnotherName, "no_input"),
    "reads an open file": (ReadsWhatIsOpen, "no_input"),
    "reads the environment": (ReadsTheEnvironment, "no_input"),
    "starts a process": (StartsAProcess, "each_time"),
    "another clock": (GoesByTheClockOfTheMachine, "no_input"),
    "reads standard input": (ReadsStandardInput, "each_time"),
    "connects": (AsksItsServer, "each_time"),
    "starts a thread": (StartsAThread, "no_input"),
    "reads package data": (LoadsItsAnswers, "each_time"),
    "remembers": (RemembersTheLast, "each_time"),
    "speaks once": (SpeaksOnce, "each_time"),
    "tires out": (TiresOut, "broken_mail"),
    "shuffles": (ShufflesEvents, "each_time"),
}


def golden_of(cheat: MailSource) -> list[GoldenMail]:
    """Return golden mail that the cheat passes when it is asked about it for the first time."""
    if isinstance(
        cheat, GoesByTheClock | ShowsOneLetter | ShowsTheWholeMail | ShowsANameForTheKind
    ):
        return [
            GoldenMail(message=one.message, events=tuple(cheat.parse(one.message)))
            for one in GOLDEN[:2]
        ]
    if isinstance(cheat, FallsBackOnToday):
        headers = (("X-Template", "receipt"),)
        return [
            replace(one, message=one.message.model_copy(update={"headers": headers}))
            for one in GOLDEN
        ]
    if isinstance(cheat, ShufflesEvents):
        return [
            GoldenMail(
                message=one.message,
                events=(*one.events, one.events[0].model_copy(update={"kind": "viewed"})),  # type: ignore[union-attr]
            )
            for one in GOLDEN[:2]
        ]
    return list(GOLDEN)


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_caught(name: str) -> None:
    cheat, part = CHEATS[name]
    assert failed_checks(contract_of(cheat(), golden_of(cheat())), part)
