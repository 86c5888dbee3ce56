"""Golden pairs: `providers/conformance/golden/<plugin>/<trap>[-more].eml`, and beside it what the mail says (`.json`).

    {"events": [{"kind": "applied", "title": "Cook", "company": "Acme", "occurredAt": "2026-09-08T09:30:00Z"}]}
    {"events": [], "why": "a recommendation"}

A key that is left out stands for null; `why` is needed where nothing is said. `reason` is what `mail parse` says of a
mail that was kept from the sources. Evidence isn't written down: it must be in the mail.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from providers.conformance.mail_sources.golden import GOLDEN_FOLDER
from providers.event_facts import NAMES, event_facts
from providers.interpretation import Interpretation, interpret
from providers.mime.origin import A_FILE
from providers.mime.read import read_mail
from providers.registry import Registry

FOLDER = GOLDEN_FOLDER


@dataclass(frozen=True)
class Pair:
    """One golden mail, and its events with all keys."""

    path: Path
    events: list[dict[str, object]]
    why: str
    reason: str | None

    @property
    def plugin(self) -> str:
        return self.path.parent.name

    @property
    def raw(self) -> bytes:
        return self.path.read_bytes()

    def __str__(self) -> str:
        return f"{self.plugin}/{self.path.stem}"


def all_pairs() -> list[Pair]:
    return [_read(path) for path in sorted(FOLDER.glob("*/*.eml"))]


def _read(path: Path) -> Pair:
    written = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    events = [
        dict.fromkeys(NAMES) | {key: value for key, value in event.items() if key != "evidence"}
        for event in written["events"]
    ]
    return Pair(path, events, written.get("why", ""), written.get("reason"))


def read_events(raw: bytes, registry: Registry) -> tuple[list[dict[str, object]], Interpretation]:
    """Return what `mail parse` shows of a mail: its events without their evidence."""
    read = read_mail(raw, A_FILE)
    assert read.message is not None, read.reason
    answer = interpret(read.message, registry, proof_needed=False)
    facts = [event_facts(event) for event in answer.events]
    return [
        {key: value for key, value in event.items() if key != "evidence"} for event in facts
    ], answer
