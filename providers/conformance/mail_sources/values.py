"""Whether a value of an event stands in its own evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from html import unescape
from typing import get_args
from urllib.parse import unquote, urlsplit

from providers.messages import EventField, Evidence, MailEvent
from providers.text import collapse

# A quote may be a sentence or a line of a table, but not the whole mail.
MAX_CHARACTERS_AROUND = 400
_NUMBER = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]")


def find_unfounded(event: MailEvent) -> Iterator[str]:
    """Yield each field whose value isn't in its own evidence, as the end of a sentence."""
    for field in get_args(EventField):
        value = getattr(event, field)
        quotes = event.evidence_for(field)
        names = _names_of(event) if field == "kind" else ()
        if value is not None and not any(_founds(value, evidence, names) for evidence in quotes):
            shown = ", ".join(repr(evidence.quote[:80]) for evidence in quotes)
            yield f"{field} {str(value)!r} isn't in its evidence {shown}"


def _names_of(event: MailEvent) -> tuple[str, ...]:
    """Return the names that the event gives: a name alone doesn't say what happened."""
    names = (event.title, event.company, event.location, event.requisition)
    return tuple(_plain(name) for name in names if name)


def _founds(value: object, evidence: Evidence, names: Collection[str]) -> bool:
    quote = unescape(evidence.quote)
    if evidence.field in ("link", "logo"):
        return _holds_address(str(value), quote)
    if len(_plain(quote)) - len(str(value)) > MAX_CHARACTERS_AROUND:
        return False
    if evidence.field == "kind":
        if _plain(quote) in names:
            return False
        # An invitation is an interview by its calendar alone.
        return evidence.place == "calendar" or _names_what_happened(quote)
    if evidence.place == "received_at":
        return isinstance(value, datetime) and quote == value.isoformat()
    if isinstance(value, datetime):
        return any(_holds_day(value.date() + timedelta(shift), quote) for shift in (-1, 0, 1))
    if isinstance(value, date):
        return _holds_day(value, quote)
    # What looks like an entity may be the name's own, as in a sender's name.
    return any(_holds_text(str(value), given) for given in (quote, evidence.quote))


def _names_what_happened(quote: str) -> bool:
    """Tell whether there is at least a word: two signs of a script without letters' case, four letters of others."""
    letters = "".join(_LETTERS.findall(quote))
    return len(letters) >= (4 if letters.isascii() else 2)


def _holds_text(value: str, quote: str) -> bool:
    return _plain(value.removesuffix("\u2026")) in _plain(quote)


def _plain(text: str) -> str:
    return collapse(text).casefold()


def _holds_address(link: str, quote: str) -> bool:
    """Tell whether each part of the path is there: a link may be taken out of one that redirects to it."""
    given = unquote(unquote(quote)).casefold()
    parts = [one for one in unquote(urlsplit(link).path).casefold().split("/") if one]
    return bool(parts) and parts[-1] in given


def _holds_day(day: date, quote: str) -> bool:
    """Tell whether the day of the month is printed, alone or as in 20260908T093000Z."""
    numbers = _NUMBER.findall(quote)
    compact = f"{day:%Y%m%d}"
    return any(one.startswith(compact) or int(one) == day.day for one in numbers if len(one) < 20)
