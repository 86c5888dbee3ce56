"""Cheats whose cost grows faster than the mail: what they read is right, and the kit catches each of them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from providers.contracts import MailEvent, MailSource, Message
from tests.providers.conformance.acme import GOLDEN, SoundSource, contract_of, failed_checks


class IsQuadratic(SoundSource):
    """Its regular expression costs the square of a run of words."""

    slow = re.compile(r"(?:\w+\s+)*(?:applied|told)\s*\Z")

    def parse(self, message: Message) -> list[MailEvent]:
        self.slow.search(message.visible_text)
        return super().parse(message)


class IsExponential(IsQuadratic):
    slow = re.compile(r"(?:a|a|e\s?)+\Z")


class IsExponentialInAWordOfItsOwn(IsQuadratic):
    """No mail holds the word."""

    slow = re.compile(r"(?:zwitter|zwitter|x\s?)+\Z")


class IsQuadraticInATextOfItsOwn(SoundSource):
    """Goes through the whole text once for each time that the line stands in it which is in its code alone."""

    def parse(self, message: Message) -> list[MailEvent]:
        for _ in range(message.subject.count("No. of openings:")):
            message.subject.lower().upper().lower().casefold()
        return super().parse(message)


class IsQuadraticInTheSender(IsQuadratic):
    slow = re.compile(r"\w+ via Acme\Z")

    def parse(self, message: Message) -> list[MailEvent]:
        self.slow.search(message.sender.name)
        return SoundSource.parse(self, message)


class IsQuadraticInAHeader(IsQuadratic):
    slow = re.compile(r"\w+#")

    def parse(self, message: Message) -> list[MailEvent]:
        self.slow.search(message.header("X-Template") or "")
        return SoundSource.parse(self, message)


class CopiesTheRest(SoundSource):
    """Each step costs a copy of what is left: quick in short mail."""

    def parse(self, message: Message) -> list[MailEvent]:
        rest = message.visible_text
        while rest:
            rest = rest[1:]
        return super().parse(message)


class LooksBack(SoundSource):
    """Compares each line with all that it saw before."""

    def parse(self, message: Message) -> list[MailEvent]:
        seen: list[str] = []
        for number, line in enumerate(message.visible_text.splitlines()):
            if f"{line} {number}" not in seen:
                seen.append(f"{line} {number}")
        return super().parse(message)


class IsQuadraticInItsOwnPhrase(SoundSource):
    """Looks through the whole subject once for each time that its own phrase stands in it."""

    def parse(self, message: Message) -> list[MailEvent]:
        folded = message.subject.lower()
        for _ in range(folded.count("you applied for")):
            folded.count("you applied for")
            message.subject.lower()
        return super().parse(message)


CHEATS: dict[str, type[MailSource]] = {
    "quadratic expression": IsQuadratic,
    "exponential expression": IsExponential,
    "exponential in a word of its own": IsExponentialInAWordOfItsOwn,
    "quadratic in a text of its own": IsQuadraticInATextOfItsOwn,
    "quadratic in the sender": IsQuadraticInTheSender,
    "quadratic in a header": IsQuadraticInAHeader,
    "a copy for each sign": CopiesTheRest,
    "a look back for each line": LooksBack,
    "quadratic in its own phrase": IsQuadraticInItsOwnPhrase,
}
HEADERS = (("X-Template", "receipt"),)


@pytest.mark.parametrize("name", CHEATS)
def test_a_costly_cheat_is_caught(name: str) -> None:
    golden = [
        replace(one, message=one.message.model_copy(update={"headers": HEADERS})) for one in GOLDEN
    ]
    assert failed_checks(contract_of(CHEATS[name](), golden), "cost_grows")
