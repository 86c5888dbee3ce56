"""The kit is held against a sound source, against one faulty for each thing it looks at, and against cheats."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from providers.contracts import MailEvent, MailSource, Message
from providers.testing import GoldenMail
from tests.providers.conformance.acme import (
    CHECKS,
    GOLDEN,
    SoundSource,
    contract_of,
    evidence,
    failed_checks,
    mail,
)


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_source_passes(check: str) -> None:
    getattr(contract_of(SoundSource()), check)()


class ClaimsEverybody(SoundSource):
    senders = ("acme.test", "jobs@gmail.com")


class ClaimsAnotherBoard(SoundSource):
    senders = ("other.test",)


class SpacedName(SoundSource):
    name = "Acme Jobs"


class SaysNothing(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        return []


class MakesUpEvidence(SoundSource):
    def event(self, title: str, company: str, **more: object) -> MailEvent:
        made_up = evidence("company", "html", company + " Ltd")
        event = super().event(title, company)
        return event.model_copy(update={"evidence": (*event.evidence[:2], made_up)})


class ReadsNewsletters(SoundSource):
    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return super().parse(message) or [
            MailEvent(kind="applied", evidence=(evidence("kind", "subject", message.subject),))
        ]


class TakesTheLastJob(SoundSource):
    """Reads the title behind the mail's last heading, where jobs are recommended."""

    def parse(self, message: Message) -> list[MailEvent]:
        read = super().parse(message)
        if "Jobs you may be interested in" not in message.visible_text:
            return read
        last = message.visible_text.split("\n\n")[-2].strip()
        place = evidence("title", "html", last)
        return [
            one.model_copy(
                update={"title": last, "evidence": (one.evidence[0], place, *one.evidence[2:])}
            )
            for one in read
        ]


class GoesByThePlainPart(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        return [] if message.header("MIME-Version") else super().parse(message)


class GivesTokensAway(SoundSource):
    def event(self, title: str, company: str, **more: object) -> MailEvent:
        return super().event(title, company, **more)

    def parse(self, message: Message) -> list[MailEvent]:
        key = message.header("X-Auth-Token")
        read = super().parse(message)
        if not key:
            return read
        return [
            one.model_copy(
                update={
                    "location": key,
                    "evidence": (*one.evidence, evidence("location", "header", key)),
                }
            )
            for one in read
        ]


class TakesItsTime(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        if len(message.html) > 10_000:
            time.sleep(3)
        return super().parse(message)


class LoopsForEver(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        while "You applied for" not in message.subject:
            pass
        return super().parse(message)


class EatsMemory(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        # More than earlier tests have left in the heap, which the limit takes for used.
        blocks = [b"x" * 2**20 for _ in range(2_000)] if len(message.html) > 10_000 else []
        return super().parse(message) if len(blocks) < 2_001 else []


class PrintsTheMail(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        print(message.headers)
        return super().parse(message)


@pytest.mark.parametrize(
    ("faulty", "check"),
    [
        (SpacedName, "test_is_a_mail_source_with_a_usable_name"),
        (ClaimsEverybody, "test_claims_only_senders_of_its_own"),
        (ClaimsAnotherBoard, "test_golden_mail_is_its_own"),
        (SaysNothing, "test_golden_mail_says_what_it_says_each_time"),
        (MakesUpEvidence, "test_evidence_is_found_where_it_is_said_to_be"),
        (ReadsNewsletters, "test_mail_of_others_is_not_mine"),
        (TakesTheLastJob, "test_recommended_jobs_change_nothing"),
        (GoesByThePlainPart, "test_ten_shapes_of_a_mail_say_the_same"),
        (GivesTokensAway, "test_no_secret_of_a_mail_comes_out"),
        (PrintsTheMail, "test_no_secret_of_a_mail_comes_out"),
        (TakesItsTime, "test_broken_mail_raises_nothing_and_is_read_soon"),
        (LoopsForEver, "test_broken_mail_raises_nothing_and_is_read_soon"),
        (EatsMemory, "test_broken_mail_raises_nothing_and_is_read_soon"),
    ],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_a_faulty_source_is_caught(faulty: Callable[[], MailSource], check: str) -> None:
    with pytest.raises(AssertionError):
        getattr(contract_of(faulty()), check)()


def test_an_error_says_nothing_of_the_mail_s_addresses() -> None:
    class SaysTheMail(SoundSource):
        def parse(self, message: Message) -> list[MailEvent]:
            if "%%TITLE%%" in message.subject:
                raise ValueError(f"the template wasn't filled in: {message.html}")
            return super().parse(message)

    linked = mail("%%TITLE%%", '<a href="https://acme.test/view">Acme</a>')
    broken = linked.model_copy(update={"html": linked.visible_text})
    failed = failed_checks(
        contract_of(SaysTheMail(), [*GOLDEN, GoldenMail(message=broken, raises=True)])
    )
    assert list(failed) == ["test_no_secret_of_a_mail_comes_out"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "a.json can't be read: No such file or directory"),
        (b"{", "a.json is no JSON: Expecting property name"),
        (b"\xff", "a.json is no JSON in UTF-8"),
        (b"[]", "a.json: there is no list of events, each an object"),
        (b'{"events": ["applied"]}', "a.json: there is no list of events, each an object"),
        (b'{"events": [{"name": "Cook"}]}', "a.json: unknown fields name"),
        (b'{"events": []}', "a.json: where no event is expected, `why` says why"),
    ],
    ids=lambda given: "",
)
def test_a_fault_in_a_golden_pair_is_said_in_a_sentence(
    tmp_path: Path, written: bytes | None, said: str
) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@acme.test\n\nHi")
    if written is not None:
        (tmp_path / "a.json").write_bytes(written)
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        GoldenMail.from_folder(tmp_path)


def test_golden_mail_that_is_broken_on_purpose_must_raise_and_nothing_else_may() -> None:
    class RaisesOnBroken(SoundSource):
        def parse(self, message: Message) -> list[MailEvent]:
            if "%%TITLE%%" in message.subject:
                raise ValueError("the template wasn't filled in")
            return super().parse(message)

    broken = GoldenMail(message=mail("%%TITLE%%", "Acme"), raises=True)
    assert failed_checks(contract_of(RaisesOnBroken(), [*GOLDEN, broken])) == {}
    failed = failed_checks(contract_of(SoundSource(), [*GOLDEN, broken]))
    assert list(failed) == ["test_golden_mail_that_is_broken_raises"]
