"""Stretches of a mail that know which place they were copied from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from providers.messages import EvidencePlace, Message
from providers.text import collapse, strip_padding

# One character for one, so that a match in the plain spelling is found at the same offsets.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e", '"'),
        **dict.fromkeys("\u2010\u2011", "-"),
        "\u00a0": " ",
    }
)
_OUTSIDE = re.compile(
    r"(?:[\[{(<*]{1,2}\s*(?:ext|extern\w{0,3})(?:[\s:-]{1,3}(?:e-?mail|mail|sender|message))?\s*"
    r"[\]})>*]{1,2}[:-]?\s*"
    r"|external(?: e-?mail| sender)?:\s*)+(?=\S)",
    re.IGNORECASE,
)
_FANCY = tuple(map(chr, _PLAIN))
MAX_SUBJECT_CHARACTERS = 1_000


def plain(text: str) -> str:
    """Return `text` with straight apostrophes and quotes, and usual spaces and hyphens; as long as before."""
    if text.isascii():
        return text.replace("`", "'")
    # Looking for each of them takes a small part of a translation's time, and most text holds none.
    return text.translate(_PLAIN) if any(map(text.__contains__, _FANCY)) else text


@dataclass(frozen=True)
class Passage:
    """Some text of a mail, and its place."""

    place: EvidencePlace
    text: str

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    @cached_property
    def flow(self) -> Passage:
        """The same on one line, without padding: for what may be wrapped."""
        return Passage(self.place, collapse(self.text))

    @cached_property
    def plain(self) -> str:
        """The text with straight apostrophes and quotes, for patterns; offsets are those of `text`."""
        return plain(self.text)

    @cached_property
    def lines(self) -> tuple[Passage, ...]:
        """The lines that aren't blank, each of them clean."""
        # All of the text at once: a call for each line costs more than the work in it.
        return tuple(self._each_line())

    def first_lines(self, count: int) -> tuple[Passage, ...]:
        """Return the first of `lines`, without making the others."""
        return tuple(islice(self._each_line(), count))

    def _each_line(self) -> Iterator[Passage]:
        cleaned = (" ".join(line.split()) for line in strip_padding(self.text).splitlines())
        return (Passage(self.place, line) for line in cleaned if line)

    def search(self, pattern: re.Pattern[str]) -> Found | None:
        """Return where `pattern` (which sees straight apostrophes) is found first, None where it isn't."""
        match = pattern.search(self.plain)
        return None if match is None else Found(self, match)

    def search_all(self, pattern: re.Pattern[str]) -> Iterator[Found]:
        return (Found(self, match) for match in pattern.finditer(self.plain))

    def fullmatch(self, pattern: re.Pattern[str]) -> Found | None:
        match = pattern.fullmatch(self.plain)
        return None if match is None else Found(self, match)

    def cut(self, start: int = 0, end: int | None = None) -> Passage:
        """Return the part between two offsets."""
        return Passage(self.place, self.text[start:end])

    def before(self, *markers: str) -> Passage:
        """Return what stands before the first of these texts (in any case), all of it where none is there."""
        folded = self.plain.lower() if len(self.plain.lower()) == len(self.plain) else self.plain
        places = [folded.find(plain(marker).lower()) for marker in markers]
        return self.cut(0, min((place for place in places if place >= 0), default=None))

    def after(self, *markers: str) -> Passage | None:
        """Return what stands after the first of these texts (in any case), None where none is there."""
        pattern = "|".join(re.escape(plain(marker)) for marker in markers)
        found = re.search(pattern, self.plain, re.IGNORECASE)
        return None if found is None else self.cut(found.end())


@dataclass(frozen=True)
class Found:
    """A match: its groups are passages."""

    passage: Passage
    match: re.Match[str]

    @property
    def whole(self) -> Passage:
        return self.passage.cut(*self.match.span())

    def __getitem__(self, group: str | int) -> Passage | None:
        """Return what a group matched, None where it matched nothing or is unknown."""
        if isinstance(group, str) and group not in self.match.re.groupindex:
            return None
        start, end = self.match.span(group)
        return (
            self.passage.cut(start, end)
            if start < end and self.passage.text[start:end].strip()
            else None
        )


def subject_of(message: Message) -> Passage:
    """The subject on one line, its first 1,000 characters: no mailer shows more.

    A gateway's warning that the mail comes from outside (`[EXTERNAL] `) isn't the sender's, and is left out.
    """
    subject = collapse(message.subject)[:MAX_SUBJECT_CHARACTERS]
    warned = _OUTSIDE.match(subject)
    return Passage("subject", subject[warned.end() :] if warned else subject)


def text_of(message: Message) -> Passage:
    """The plain part, with its lines."""
    return Passage("text", message.text)


def visible_of(message: Message) -> Passage:
    """What a person sees of the HTML, with its lines."""
    return Passage("html", message.visible_text)


def sender_name_of(message: Message) -> Passage:
    return Passage("sender", collapse(message.sender.name))


def sender_address_of(message: Message) -> Passage:
    return Passage("sender", message.sender.address)


def header_of(message: Message, name: str) -> Passage | None:
    """The first value of a header, None where there is none."""
    value = message.header(name)
    return Passage("header", collapse(value)) if value and value.strip() else None


def bodies_of(message: Message) -> tuple[Passage, ...]:
    """The bodies that have anything, the plain part first."""
    return tuple(body for body in (text_of(message), visible_of(message)) if body)


def first_found(passages: Iterable[Passage], *patterns: re.Pattern[str]) -> Found | None:
    """Return the first match: all patterns in the first passage, then in the next."""
    for passage in passages:
        for pattern in patterns:
            if found := passage.search(pattern):
                return found
    return None
