"""Whether a source reads the names in a mail: with other names in their places it says the other names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from providers.conformance.mail_sources.golden import GoldenMail, facts_of
from providers.conformance.mail_sources.variants import with_words
from providers.messages import MailEvent, Message

Parse = Callable[[Message], tuple[MailEvent, ...]]
# A mail may have a word of one of these elsewhere, or a source may read one kind of name alone.
_OTHERS = (
    {"title": "Beekeeper", "company": "Quillmark"},
    {"title": "Harbour Pilot", "company": "Norwick Foods"},
    {"title": "Senior Glass Blower", "company": "Tessellate Labs"},
    {"title": "Lighthouse Engineer", "company": "Brightwater"},
)


def says_other_names(parse: Parse, mail: GoldenMail) -> str | None:
    """Return what is wrong, None where the source follows the mail at least once."""
    # A shorter name may be part of other words.
    named = [(name, text) for name, text in _names(mail.events) if len(text) >= 4]
    if not named:
        return None
    faults = []
    for others in _OTHERS:
        replaced = {text: _other(others[name], text) for name, text in named}
        events = parse(with_words(mail.message, replaced))
        wanted = [_exchanged(facts_of(event), replaced) for event in mail.events]
        said = [_exchanged(facts_of(event), {}) for event in events]
        if said == wanted:
            return None
        faults.append(f"with {replaced} it says {said}")
    return faults[0]


def _names(events: Sequence[object]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for event in events:
        facts = facts_of(event)  # type: ignore[arg-type]
        for name in ("title", "company"):
            if isinstance(text := facts[name], str):
                found.setdefault(text, name)
    # The longer one first: one name may be part of the other.
    return sorted(((name, text) for text, name in found.items()), key=lambda one: -len(one[1]))


def _other(wanted: str, text: str) -> str:
    return wanted if wanted != text else f"{wanted} Two"


def _exchanged(facts: dict[str, object], replaced: dict[str, str]) -> dict[str, object]:
    kept = ("kind", "title", "company")
    return {name: replaced.get(str(facts[name]), facts[name]) for name in kept}
