"""Mail that a user forwarded by hand: the head that the program wrote above it, in eight languages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from providers.messages import Sender
from providers.mime.moments import parse_moment

_WORDS: Final = json.loads(Path(__file__).with_name("forwards.json").read_text(encoding="utf-8"))
# Above a forwarded mail there is a word of the user's own at most.
_MAX_ABOVE = 3_000


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_MARKER: Final = re.compile(
    rf"^[ \t>*_-]*(?:{_any_of(_WORDS['markers'])})[ \t:*_-]*$", re.MULTILINE | re.IGNORECASE
)
# Beginnings of words, one of which each of the markers holds.
_HINTS: Final = tuple({max(marker.lower().split(), key=len)[:6] for marker in _WORDS["markers"]})
_PREFIX: Final = re.compile(rf"^\s*(?:{_any_of(_WORDS['prefixes'])})\s*[:：]", re.IGNORECASE)
_FIELDS: Final[dict[str, str]] = {word: name for name, words in _WORDS["fields"].items() for word in words}
_FIELD: Final = re.compile(rf"^[ \t>*_]*({_any_of(list(_FIELDS))})[ \t*_]*[:：][ \t*_]*(.*)$", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"[\[<(]?(?:mailto:)?\s*([^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+?\.[^\s<>()\[\],;:\"]+)[\]>)]?"
)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The inner mail as its head says it; `sent_at` where its date has a zone. `body`: what follows the head."""

    sender: Sender
    subject: str
    headers: tuple[tuple[str, str], ...]
    sent_at: datetime | None
    body: str


def is_forward(subject: str) -> bool:
    """Tell whether a subject begins as that of a forwarded mail (`Fwd:`, `WG:`, `TR:`, `RV:`, ...)."""
    return bool(_PREFIX.match(subject))


def find_forwarded(text: str, *, subject: str) -> Forwarded | None:
    """Return the innermost mail that `text` shows below a head; None where there is no head with a sender's address.

    A head counts below a line such as `---------- Forwarded message ---------`, or anywhere near the top where the
    subject is that of a forward (Outlook writes no such line).
    """
    inner = _find_one(text, subject=subject)
    for _ in range(5):
        deeper = inner and _find_one(inner.body, subject=inner.subject)
        if not deeper:
            break
        inner = deeper
    return inner


def _find_one(text: str, *, subject: str) -> Forwarded | None:
    top = text[:_MAX_ABOVE]
    lower = top.lower()
    # The pattern tries many words at each line; nearly all mail holds none of them.
    marker = _MARKER.search(top) if any(word in lower for word in _HINTS) else None
    if marker:
        return _read_head(text[marker.end() :])
    if not is_forward(subject):
        return None
    for match in re.finditer(r"^", top, re.MULTILINE):
        if _field_of(top[match.start() : match.start() + 300].partition("\n")[0]) == "from":
            return _read_head(text[match.start() :])
    return None


def _field_of(line: str) -> str | None:
    match = _FIELD.match(line)
    return _FIELDS[match[1].lower()] if match else None


def _read_head(text: str) -> Forwarded | None:
    """Read `Name: value` lines to the first that is none; wrapped values are indented, or end in a comma or bracket."""
    values: dict[str, str] = {}
    last = None
    position = 0
    for line in text.splitlines(keepends=True):
        shown = line.strip().lstrip("> ").strip()
        match = _FIELD.match(line.rstrip("\r\n"))
        if match:
            last = _FIELDS[match[1].lower()]
            values.setdefault(last, match[2].strip(" *_"))
        elif not shown and len(values) < 3 and position < 2000:
            pass
        elif last and shown and (line[:1] in " \t" or _is_open(values[last])) and len(values[last]) < 2000:
            values[last] += " " + shown
        else:
            break
        position += len(line)
    return _made(values, text[position:]) if {"from", "subject"} <= set(values) else None


def _is_open(value: str) -> bool:
    return (
        not value
        or value.endswith((",", ";"))
        or value.count("<") > value.count(">")
        or value.count('"') % 2 == 1
    )


def _made(values: dict[str, str], body: str) -> Forwarded | None:
    address = _ADDRESS.search(values["from"])
    if address is None:
        return None
    name = values["from"][: address.start()].strip(" \"'*_<([")
    headers = tuple((_WORDS["names"][key], value) for key, value in values.items())
    return Forwarded(
        sender=Sender(name=name, address=address[1].rstrip(".")),
        subject=" ".join(values["subject"].split()),
        headers=headers,
        sent_at=parse_moment(values.get("date", ""), zone_needed=True),
        body=body.strip("\n"),
    )
