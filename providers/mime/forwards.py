"""Mail that a user forwarded by hand: the head that the program wrote above it, in the languages of `forwards.json`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from providers.messages import Sender
from providers.mime.moments import parse_moment
from providers.mime.printed_moments import read_printed_moment
from providers.reading.dates import find_date
from providers.reading.passages import Passage

_WORDS: Final = json.loads(Path(__file__).with_name("forwards.json").read_text(encoding="utf-8"))
# Above a forwarded mail there is a word of the user's own at most.
_MAX_ABOVE = 3_000
_MAX_MARKUP_ABOVE = 20_000
_LINES_LOOKED_AT = 20
_LONGEST_HEAD = 10_000


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _lines_of(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"^[ \t>*_-]*(?:{_any_of(words)})[ \t:*_-]*$", re.MULTILINE | re.IGNORECASE)


_MARKER: Final = _lines_of(_WORDS["markers"])
# Replies have this line too: the subject has to say that it is a forward.
_MARKER_OR_ORIGINAL: Final = _lines_of(_WORDS["markers"] + _WORDS["originals"])
# Parts of words, one of which each of the markers holds.
_HINTS: Final = tuple(_WORDS["hints"])
_PREFIX: Final = re.compile(rf"^\s*(?:{_any_of(_WORDS['prefixes'])})\s*[:：]", re.IGNORECASE)
_FIELDS: Final[dict[str, str]] = {
    word: name for name, words in _WORDS["fields"].items() for word in words
}
_FIELD: Final = re.compile(
    rf"^[ \t>*_]*({_any_of(list(_FIELDS))})[ \t*_]*[:：][ \t*_]*(.*)$", re.IGNORECASE
)
_UNKNOWN_FIELD: Final = re.compile(r"[ \t>*_]*[^\W\d][^:：\n]{0,30}[:：][ \t*_]+(\S.*)")
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


def may_show_forward(text: str, *, is_markup: bool = False) -> bool:
    """Tell, quickly, whether a line that divides a forward may be near the beginning of a text or of HTML."""
    return _has_hint(text[: _MAX_MARKUP_ABOVE if is_markup else _MAX_ABOVE].lower())


def _has_hint(lower: str) -> bool:
    # Every mail passes here: a loop takes half the time of `any` over a generator.
    for word in _HINTS:  # noqa: SIM110
        if word in lower:
            return True
    return False


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
    is_named = is_forward(subject)
    # The pattern tries many words at each line; nearly all mail holds none of them.
    pattern = _MARKER_OR_ORIGINAL if is_named else _MARKER
    marker = pattern.search(top) if _has_hint(lower) else None
    if marker and (found := _read_head(text[marker.end() :])):
        return found
    if not is_named:
        return None
    for match in re.finditer(r"^", top, re.MULTILINE):
        if _field_of(top[match.start() : match.start() + 300].partition("\n")[0]) == "from":
            if found := _read_head(text[match.start() :]):
                return found
            break
    return _read_unknown_head(text, subject=subject)


def _field_of(line: str) -> str | None:
    match = _FIELD.match(line.rstrip("\r\n"))
    return _FIELDS[match[1].lower()] if match else None


def _read_head(text: str) -> Forwarded | None:
    """Read `Name: value` lines to the first that is none.

    A value may be wrapped: it goes on where the next line is indented, or where a further field follows soon. In a
    table, names and values stand on lines of their own. Where each line is a paragraph, blank ones stand between them.
    """
    lines = text[:_LONGEST_HEAD].splitlines(keepends=True)
    names = [_field_of(line) for line in lines]
    values: dict[str, str] = {}
    last, is_table, is_spaced = "", False, False
    read = 0
    for number, line in enumerate(lines):
        shown = line.strip().lstrip("> ").strip()
        name = names[number]
        following = [name for name in names[number + 1 : number + 3] if name]
        if name:
            match = _FIELD.match(line.rstrip("\r\n"))
            last = name
            value = match[2].strip(" *_") if match else ""
            is_table = is_table or not value
            values.setdefault(name, value)
        elif last and shown and _goes_on(last, values[last], line, bool(following)):
            values[last] = f"{values[last]} {shown}".strip()
        elif shown or not (
            len(values) < 3 or ((is_table or is_spaced) and _is_unfinished(values, last, following))
        ):
            break
        else:
            is_spaced = is_spaced or (len(values) == 1 and bool(following))
        read += len(line)
    return _made(values, text[read:]) if {"from", "subject"} <= set(values) else None


def _goes_on(name: str, value: str, line: str, field_follows: bool) -> bool:
    """Tell whether a line that is no field is the value of the one above, or the rest of it."""
    if _MARKER_OR_ORIGINAL.match(line.rstrip("\r\n")):
        return False
    is_value = not value and (name not in ("to", "cc", "reply-to") or "@" in line)
    return is_value or line[:1] in " \t" or value.endswith(",") or field_follows


def _is_unfinished(values: dict[str, str], last: str, following: list[str]) -> bool:
    """Tell whether a table goes on below a blank line: with a value, or with a field that wasn't there yet."""
    return not values[last] or any(name not in values for name in following)


def _read_unknown_head(text: str, *, subject: str) -> Forwarded | None:
    """Read a head in a language without a table: lines `name: value`, one of which repeats the mail's subject.

    The first address is the sender's: programs name the receivers below.
    """
    inner = _without_prefixes(subject)
    lines = text[:_MAX_ABOVE].splitlines(keepends=True)
    wanted = next((at for at, line in enumerate(lines) if _value_of(line) == inner), None)
    if wanted is None or not inner:
        return None
    first = last = wanted
    while first > 0 and _value_of(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _value_of(lines[last + 1]):
        last += 1
    values = [_value_of(line) or "" for line in lines[first : last + 1]]
    sender = next((value for value in values if _ADDRESS.search(value)), None)
    if sender is None or len(values) < 3:
        return None
    date = next((value for value in values if value != inner and _has_day(value)), "")
    said = {"from": sender, "subject": inner, **({"date": date} if date else {})}
    return _made(said, text[sum(map(len, lines[: last + 1])) :])


def _without_prefixes(subject: str) -> str:
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return " ".join(subject.split())


def _value_of(line: str) -> str | None:
    match = _UNKNOWN_FIELD.match(line.rstrip("\r\n"))
    return " ".join(match[1].strip(" *_").split()) or None if match else None


def _has_day(value: str) -> bool:
    return find_date(Passage("text", value)) is not None


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
        sent_at=_read_moment(values.get("date", "")),
        body=_unquoted(body.strip("\n")),
    )


def _read_moment(date: str) -> datetime | None:
    moment = read_printed_moment(date)
    return moment.astimezone(UTC) if moment else parse_moment(date, zone_needed=True)


def _unquoted(body: str) -> str:
    """Return the body without the `> ` that some programs put before each of its lines."""
    lines = body.splitlines()
    shown = [line for line in lines if line.strip()]
    if not shown or not all(line.startswith(">") for line in shown[:_LINES_LOOKED_AT]):
        return body
    return "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines)
