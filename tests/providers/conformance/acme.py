"""A sound source, and mail for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from providers.contracts import Evidence, MailEvent, MailSource, Message, Sender
from providers.testing import GoldenMail, MailSourceContract

_SUBJECT = re.compile(r"You applied for (?P<title>[^\n]{1,200})")
_COMPANY = re.compile(r"We told (?P<company>[^\n]{1,200}?) about you\.")
_WHEN = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)


def mail(title: str, company: str, *, number: int = 1) -> Message:
    """Return a receipt of Acme Jobs."""
    shown = company.replace("&", "&amp;")
    return Message(
        id=f"m{number}",
        message_id=f"<m{number}@acme.test>",
        received_at=_WHEN,
        sender=Sender(name="Acme Jobs", address="jobs@acme.test"),
        subject=f"You applied for {title}",
        html=f"<p>Hi Jo,</p><p>We told {shown} about you.</p>",
        visible_text=f"Hi Jo,\n\nWe told {company} about you.",
        trust="passed",
    )


def evidence(field: str, place: str, quote: str) -> Evidence:
    return Evidence.model_validate({"field": field, "place": place, "quote": quote})


class SoundSource:
    name = "acme"
    senders: tuple[str, ...] = ("acme.test",)
    headers: tuple[tuple[str, str], ...] = ()
    search: tuple[str, ...] = ("you applied for",)

    def matches(self, message: Message) -> bool:
        return message.subject.startswith("You applied")

    def parse(self, message: Message) -> list[MailEvent]:
        title = _SUBJECT.fullmatch(message.subject)
        company = _COMPANY.search(message.visible_text)
        if not title or not title["title"].strip() or not company or not company["company"].strip():
            return []
        return [self.event(title["title"], company["company"])]

    def event(self, title: str, company: str, **more: object) -> MailEvent:
        return MailEvent.model_validate(
            {
                "kind": "applied",
                "title": title,
                "company": company,
                "evidence": (
                    evidence("kind", "subject", "You applied for"),
                    evidence("title", "subject", title),
                    evidence("company", "html", company),
                ),
                **more,
            }
        )


SOUND = SoundSource()
PAIRS = (("Cook", "Bob & Sons"), ("Line Cook at Night", "Mill - North"))
GOLDEN = (
    *(
        GoldenMail(message=mail(*pair, number=number), events=(SOUND.event(*pair),))
        for number, pair in enumerate(PAIRS)
    ),
    GoldenMail(message=mail("", "").model_copy(update={"subject": "Jobs for you"}), events=()),
)


def contract_of(
    source_under_test: MailSource, golden_mail: Sequence[GoldenMail] = GOLDEN, **more: object
) -> MailSourceContract:
    """Return the contract's tests of a source, with few mutations."""

    class Contract(MailSourceContract):
        source = source_under_test
        golden = golden_mail
        mutations = 60
        phrases = 50
        hard_stop = 1.0

    for name, value in more.items():
        setattr(Contract, name, value)
    return Contract()


CHECKS = [name for name in vars(MailSourceContract) if name.startswith("test_")]


def failed_checks(contract: MailSourceContract, part: str = "") -> dict[str, str]:
    """Run the tests with this in their names, all by default; return those that failed, and what they said."""
    failed = {}
    for name in (check for check in CHECKS if part in check):
        try:
            getattr(contract, name)()
        except Exception as error:  # noqa: BLE001 - a source under test raises what it likes
            failed[name] = f"{type(error).__name__}: {error}"
    return failed
