"""A source that does what its contract forbids harms one mail, which is kept with the error, to be read again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.models import StoredMessage
from core.mail.rereading import Rereading, reread_mail
from plugins.indeed.source import IndeedSource
from providers.contracts import MailEvent, Message
from providers.messages import MAX_EVENTS, MAX_EVIDENCE
from tests.core.mail.received import receive
from tests.mail.indeed import receipt
from tests.mail.linkedin import Job, confirmation

COOK, WAITER = receipt("Cook", "Acme"), confirmation(Job(title="Waiter", company="Globex"))
Fault = Callable[[list[MailEvent]], object]


class Wordless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def raises(error: BaseException) -> Fault:
    def fail(read: list[MailEvent]) -> NoReturn:
        raise error

    return fail


def says(**values: Any) -> Fault:  # Any: fields of an event, unchecked
    return lambda read: [one.model_copy(update=values) for one in read]


def shows(quote: str) -> Fault:
    def change(one: MailEvent) -> MailEvent:
        shown = tuple(evidence.model_copy(update={"quote": quote}) for evidence in one.evidence)
        return one.model_copy(update={"evidence": shown})

    return lambda read: [change(one) for one in read]


def shows_often(times: int) -> Fault:
    return lambda read: [one.model_copy(update={"evidence": one.evidence * times}) for one in read]


class Panic(BaseException):
    """What libraries written in Rust raise."""


FAULTS: dict[str, tuple[Fault, str]] = {
    "half a surrogate pair in an error": (raises(KeyError("\ud83d")), "KeyError: "),
    "an error without a text": (raises(Wordless()), "Wordless: "),
    "the end of the process": (lambda read: sys.exit("bye"), "SystemExit: bye"),
    "a panic": (raises(Panic("at the disco")), "Panic: at the disco"),
    "more quotes than an event needs": (shows_often(MAX_EVIDENCE), "ValueError: "),
    "too long a title": (says(title="x" * 5_000), "ValidationError: "),
    "NUL in the evidence": (shows("a\x00b"), "ValidationError: "),
    "an unknown kind": (says(kind="hired"), "ValidationError: "),
    "a moment without a zone": (says(occurred_at=datetime(2026, 1, 1)), "ValidationError: "),  # noqa: DTZ001
    "a private link": (says(link="https://acme.example/?token=1"), "ValidationError: "),
    "evidence of nothing": (says(evidence=()), "ValidationError: "),
    "more events than a mail has": (
        lambda read: read * (MAX_EVENTS + 1),
        f"ValueError: {MAX_EVENTS + 1} events of one mail",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_its_mail_is_kept_with_the_error_and_the_others_are_read(
    seeker: User, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fault, error = FAULTS[name]
    parse = IndeedSource.parse

    def faulty(self: IndeedSource, message: Message) -> object:
        return fault(parse(self, message))

    with monkeypatch.context() as patch:
        patch.setattr(IndeedSource, "parse", faulty)
        count = receive(seeker, COOK, WAITER)
    assert (count.total("applications"), count.all_failed) == (1, 1)
    kept = StoredMessage.objects.get(user=seeker, state="failed")
    assert kept.error.startswith(error)
    reread_mail(seeker.id, Rereading(failed=True))
    titles = Application.objects.filter(user=seeker).values_list("job_title", flat=True)
    assert sorted(titles) == ["Cook", "Waiter"]


def test_an_event_is_stored_as_its_contract_has_it(
    seeker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = IndeedSource.parse

    def unclean(self: IndeedSource, message: Message) -> list[MailEvent]:
        return [
            one.model_copy(update={"title": " Head\u200b \n Cook "}) for one in parse(self, message)
        ]

    monkeypatch.setattr(IndeedSource, "parse", unclean)
    receive(seeker, COOK)
    assert Application.objects.get(user=seeker).job_title == "Head Cook"
