"""What becomes of one mail: which source speaks, what is kept from all of them, and what a faulty one does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from providers.contracts import Evidence, MailEvent, Message, Sender
from providers.interpretation import Interpretation, interpret
from providers.loading import load_registry
from providers.registry import Registry
from tests.providers.fakes import FakeSource, plugin_module

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
EVENT = MailEvent(
    kind="applied", evidence=(Evidence(field="kind", place="subject", quote="You applied"),)
)


class Source(FakeSource):
    def __init__(
        self, name: str, *senders: str, says: object = (), headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(name, *senders, headers=headers)
        self.says = says

    def parse(self, message: Message) -> list[MailEvent]:
        if isinstance(self.says, Exception):
            raise self.says
        return list(self.says) if isinstance(self.says, tuple) else self.says  # type: ignore[return-value]


def registry_of(*sources: Source) -> Registry:
    with plugin_module("fake.boards", register_mail_sources=list(sources)) as module:
        return load_registry([module], installed=False)


def a_message(**changes: object) -> Message:
    return Message.model_validate(
        {
            "id": "m1",
            "received_at": NOON,
            "subject": "You applied",
            "sender": Sender(address="a@b.test"),
            "trust": "passed",
        }
        | changes
    )


def ask(*sources: Source, proof_needed: bool = True, **changes: object) -> Interpretation:
    return interpret(a_message(**changes), registry_of(*sources), proof_needed=proof_needed)


def test_an_event_without_a_moment_has_that_of_its_mail() -> None:
    [event] = ask(Source("one", "b.test", says=(EVENT,))).events
    assert event.occurred_at == NOON
    assert event.evidence_for("occurred_at")[0].place == "received_at"


def test_a_moment_of_its_own_stays() -> None:
    earlier = datetime(2026, 1, 1, tzinfo=UTC)
    evidence = Evidence(field="occurred_at", place="text", quote="yesterday")
    own = EVENT.model_copy(update={"occurred_at": earlier, "evidence": (*EVENT.evidence, evidence)})
    assert ask(Source("one", "b.test", says=(own,))).events == (own,)


def test_the_first_source_that_finds_something_speaks() -> None:
    silent, speaking = Source("silent", "a@b.test"), Source("speaking", "b.test", says=(EVENT,))
    answer = ask(silent, speaking)
    assert (answer.source, answer.claimed_by) == (speaking, "sender")
    assert ask(silent) == Interpretation(accepted_by=silent, claimed_by="sender")


def test_it_is_told_that_a_header_alone_claimed_the_mail() -> None:
    source = Source("one", says=(EVENT,), headers=(("Feedback-ID", ":board"),))
    assert ask(source, headers=(("Feedback-ID", "1:board"),)).claimed_by == "header"
    assert ask(source).events == ()


def test_the_beginning_of_an_address_claims_as_a_header_does() -> None:
    source = Source("one", "jobs@careersat*", says=(EVENT,))
    answer = ask(source, sender=Sender(address="jobs@careersatacme.test"))
    assert (answer.source, answer.claimed_by) == (source, "header")
    assert ask(source, sender=Sender(address="jobs@careers.test")).source is None


@pytest.mark.parametrize(
    "fault", [ValueError("another template"), RecursionError("deep"), "text", 7, (EVENT, "x")]
)
def test_a_plugin_that_raises_harms_one_mail(fault: object) -> None:
    source = Source("one", "b.test", says=fault)
    answer = ask(source)
    assert (answer.events, answer.source) == ((), source)
    assert answer.error
    assert type(fault).__name__ in answer.error or "TypeError" in answer.error


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"folder": "spam"}, "in Spam"),
        ({"folder": "sent"}, "in Sent or Drafts"),
        ({"headers": (("X-Mozilla-Draft-Info", "1"),)}, "a draft"),
        (
            {"headers": (("Content-Type", "multipart/report; report-type=delivery-status"),)},
            "a bounce, or a report on delivery",
        ),
        ({"headers": (("X-Failed-Recipients", "a@b.test"),)}, "a bounce, or a report on delivery"),
        ({"sender": Sender(address="MAILER-DAEMON@b.test")}, "a bounce, or a report on delivery"),
        ({"headers": (("X-Original-From", "a@b.test"),)}, "a mailing list sent it on"),
        ({"headers": (("List-Post", "<mailto:l@b.test>"),)}, "a mailing list sent it on"),
        ({"trust": "failed"}, "the receiver's check says that its sender is forged (DMARC)"),
        ({"trust": "unknown"}, "nothing proves who sent it"),
    ],
)
def test_some_mail_is_kept_from_all_sources(changes: dict[str, object], reason: str) -> None:
    answer = ask(Source("one", "b.test", says=(EVENT,)), **changes)
    assert (answer.events, answer.reason) == ((), reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"folder": "trash"},
        {"folder": "other"},
        {
            "headers": (
                ("List-Unsubscribe", "<x>"),
                ("List-Id", "<y>"),
                ("Precedence", "bulk"),
                ("List-Post", "NO"),
            )
        },
    ],
)
def test_bulk_headers_and_other_folders_are_no_reason(changes: dict[str, object]) -> None:
    assert ask(Source("one", "b.test", says=(EVENT,)), **changes).events


def test_files_and_forwarding_addresses_need_no_proof() -> None:
    source = Source("one", "b.test", says=(EVENT,))
    assert ask(source, proof_needed=False, trust="unknown").events
    assert ask(source, proof_needed=False, trust="failed").reason


def test_a_source_that_does_not_match_says_nothing() -> None:
    refuse: Callable[[Message], bool] = lambda message: False  # noqa: E731
    source = Source("one", "b.test", says=(EVENT,))
    source.matches = refuse  # type: ignore[method-assign]
    assert ask(source) == Interpretation()
