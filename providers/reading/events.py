"""Makes events: each field together with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from providers.messages import EventField, EventKind, Evidence, MailEvent
from providers.reading.passages import Passage
from providers.text import (
    MAX_NAME_CHARACTERS,
    MAX_REQUISITION_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    collapse,
    shorten,
)

MAX_QUOTE_CHARACTERS = 1000
_LIMITS: dict[EventField, int] = {
    "title": MAX_TITLE_CHARACTERS,
    "company": MAX_NAME_CHARACTERS,
    "location": MAX_NAME_CHARACTERS,
}


@dataclass(frozen=True, slots=True)
class Said:
    """One field of an event, with its evidence."""

    field: EventField
    value: object
    evidence: Evidence


def said(field: EventField, passage: Passage | None, value: object = None) -> Said | None:
    """Return a field and its evidence in one: `value`, or the passage's own text, cleaned and cut to size.

    None where `passage` is None or blank, so that what wasn't found is simply left out; and for a requisition that is
    too long, since a number that was cut is another one.
    """
    quote = collapse(passage.text) if passage else ""
    if passage is None or not quote:
        return None
    if field == "requisition" and len(quote) > MAX_REQUISITION_CHARACTERS:
        return None
    if value is None:
        value = shorten(quote, _LIMITS[field]) if field in _LIMITS else quote
    return Said(
        field,
        value,
        Evidence(field=field, place=passage.place, quote=quote[:MAX_QUOTE_CHARACTERS].strip()),
    )


def said_kind(kind: EventKind, passage: Passage) -> Said:
    """Return what happened, with the words that say so (never blank)."""
    fact = said("kind", passage, kind)
    if fact is None:
        raise ValueError(f"no words say {kind}")
    return fact


def make_event(kind: Said, *facts: Said | None) -> MailEvent:
    """Return the event that these facts make; of several for one field the first counts, None counts for nothing.

    Raises `ValidationError` where a value breaks the contract of its field.
    """
    fields: dict[EventField, Said] = {}
    for fact in (kind, *facts):
        if fact is not None:
            fields.setdefault(fact.field, fact)
    values: dict[str, object] = {field: fact.value for field, fact in fields.items()}
    return MailEvent.model_validate(
        {**values, "evidence": tuple(fact.evidence for fact in fields.values())}
    )


def said_on(passage: Passage | None, day: date | None) -> Said | None:
    """Return the printed day of the event."""
    return None if day is None else said("occurred_on", passage, day)


def said_scheduled(passage: Passage | None, start: datetime | None) -> Said | None:
    """Return the UTC start of an interview."""
    return None if start is None else said("scheduled_at", passage, start)
