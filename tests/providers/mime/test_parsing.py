"""Rows of files: only mail that some source asks for is read to its end, and forwards of such mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.conformance.mail_writer import build_mail
from providers.contracts import Evidence, MailEvent, Message
from providers.loading import load_registry
from providers.mime.files import FileMail
from providers.mime.parsing import ParsedMail, parse_mail
from providers.registry import Registry
from tests.providers.fakes import FakeSource, plugin_module

HEAD = (
    "---------- Forwarded message ---------\nFrom: Acme <jobs@acme.test>\n"
    "Date: Tue, 8 Sep 2026\nSubject: You applied\nTo: <jo@mail.example>\n\n"
)


class Source(FakeSource):
    def parse(self, message: Message) -> list[MailEvent]:
        evidence = Evidence(field="kind", place="subject", quote=message.subject)
        return [MailEvent(kind="applied", evidence=(evidence,))]


@pytest.fixture
def registry() -> Registry:
    source = Source("acme", "acme.test", headers=(("X-Board", "acme"),))
    with plugin_module("fake.boards", register_mail_sources=[source]) as module:
        return load_registry([module], installed=False)


def parse(registry: Registry, **said: object) -> ParsedMail:
    return parse_mail(FileMail(Path("a.eml"), build_mail(**said)), registry)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        {"sender": "Acme <jobs@acme.test>", "subject": "You applied", "text": "hi"},
        {"sender": "hr@other.test", "subject": "s", "text": "hi", "headers": {"X-Board": "ACME"}},
        {"sender": "jo@mail.example", "subject": "Fwd: s", "text": HEAD + "hi"},
        {"sender": "jo@mail.example", "subject": "look", "text": "fyi\n\n" + HEAD + "hi"},
        {
            "sender": "jo@mail.example",
            "subject": "look",
            "html": HEAD.replace("<", "&lt;").replace("\n", "<br>") + "hi",
            "shape": "html",
        },
        {"sender": "a@acme.test", "subject": "s", "text": "hi", "shape": "forwarded"},
    ],
)
def test_mail_of_a_source_is_read_however_it_came(
    registry: Registry, said: dict[str, object]
) -> None:
    row = parse(registry, **said)
    assert [event.kind for event in row.answer.events] == ["applied"]
    assert row.plugin
    assert row.plugin.name == "boards"


def test_of_other_mail_the_header_is_enough(registry: Registry) -> None:
    row = parse(registry, sender="Jo <jo@mail.example>", subject="Grüße", html="<p>hi</p>")
    assert (row.subject, row.trust, row.plugin, row.reason) == ("Grüße", "passed", None, None)


def test_other_mail_that_is_kept_out_says_why(registry: Registry) -> None:
    row = parse(registry, sender="jo@mail.example", subject="s", text="t", authentication="failed")
    assert row.trust == "failed"
    assert row.reason


def test_other_mail_that_only_other_programs_open_says_so(registry: Registry) -> None:
    raw = build_mail(sender="jo@mail.example", subject="s", text="t").replace(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: application/ms-tnef"
    )
    row = parse_mail(FileMail(Path("a.eml"), raw), registry)
    assert row.reason == "winmail.dat, which only Outlook reads"
