"""The mail as the finders see it: sentences and lines in which the known company is masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from providers.reading.names import without_legal_form
from providers.reading.naming.frames import MASK
from providers.reading.naming.tables import Naming
from providers.reading.passages import Passage, plain
from providers.reading.scripts import has_unspaced, name_edges
from providers.reading.sentences import split_sentences
from providers.text import collapse

# Stands for the space where a line was ended on purpose; white space to a pattern.
BREAK = "\u2028"
MAX_SENTENCES = 60
_MAX_SENTENCE = 600
# A full stop within a legal form ends no sentence.
_STOP = "\ue001"
_LEGAL_FORM = re.compile(
    r"\b(?:Co|Pty|Pvt|Pte|Sp|Cia|Cía|Ges|Inc|Gebr|Fa)\."
    r"(?= ?(?:KG|OHG|Ltd|LLC|Inc|z ?o|m|S\.|SA|SL|Pty|\w+ (?:KG|AG|GmbH|Ltda)))"
)
_BLANK = re.compile(r"\n\s*\n")
_UNFINISHED = re.compile(r"(?:[,;(/&+\u2013\u2014-]|\b[a-zà-ÿ]{1,4})\s*\Z")


@dataclass(frozen=True)
class Text:
    """A stretch on one line: `shown` as the mail has it, `masked` as long, in which the company is masked."""

    shown: Passage
    masked: str

    @cached_property
    def lowered(self) -> str:
        return self.masked.lower()

    def cut(self, start: int, end: int) -> Passage:
        return self.shown.cut(start, end)


def mask(text: str, company: str | None) -> str:
    """Return the text with straight apostrophes and each mention of `company` masked, as long as before."""
    spelled = plain(text)
    if company:
        spelled = spelling_of(company, spelled).sub(lambda match: MASK * len(match[0]), spelled)
    return _LEGAL_FORM.sub(lambda match: match[0].replace(".", _STOP), spelled)


def mention_of(name: str, text: str) -> re.Pattern[str]:
    """Return the pattern of a name as whole words, in any case, for looking through `text`."""
    return _mention(name, unspaced=has_unspaced(text))


@lru_cache(maxsize=200)
def _mention(name: str, *, unspaced: bool) -> re.Pattern[str]:
    start, end = name_edges(unspaced=unspaced)
    spelled = r"\s+".join(map(re.escape, plain(name).split()))
    return re.compile(f"{start}{spelled}{end}", re.IGNORECASE)


def spelling_of(name: str, text: str) -> re.Pattern[str]:
    """Return the pattern of a name in its spellings: without commas (`Acme Inc.`), or without the legal form.

    Without its legal form it must have the name's capitals: `Next Ltd` is no `next`. For looking through `text`.
    """
    return _spelling(name, unspaced=has_unspaced(text))


@lru_cache(maxsize=200)
def _spelling(name: str, *, unspaced: bool) -> re.Pattern[str]:
    start, end = name_edges(unspaced=unspaced)
    words = [word.strip(",") for word in plain(name).split()]
    spelled = r",?\s+".join(re.escape(word) for word in words if word)
    bare = without_legal_form(plain(name))
    shorter = "" if bare == plain(name) else f"|(?-i:{_mention(bare, unspaced=unspaced).pattern})"
    return re.compile(f"{start}(?:{spelled}{shorter}){end}", re.IGNORECASE)


def as_text(passage: Passage, company: str | None = None) -> Text:
    flow = passage.flow
    return Text(flow, mask(flow.text, company))


@lru_cache(maxsize=16)
def sentences_of(
    bodies: tuple[Passage, ...], naming: Naming, company: str | None = None
) -> tuple[Text, ...]:
    """Return the sentences of the bodies, an equal one once; `BREAK` follows a line that was ended on purpose."""
    found: dict[str, Text] = {}
    for body in bodies:
        for lines in _blocks(body, naming):
            for text in _sentences(lines, body, company):
                if len(text.masked) <= _MAX_SENTENCE:
                    found.setdefault(text.masked.replace(BREAK, " "), text)
            if len(found) > MAX_SENTENCES:
                return tuple(found.values())
    return tuple(found.values())


def before_others(text: Text, naming: Naming) -> Text:
    """Return what the sentence says before it turns to other jobs."""
    found = naming.others.search(text.masked)
    return Text(text.cut(0, found.start()), text.masked[: found.start()]) if found else text


def _sentences(lines: list[str], body: Passage, company: str | None) -> Iterator[Text]:
    width = _width_of(body.text)
    joined = collapse(lines[0])
    for line, following in pairwise(lines):
        ended = _was_ended(line, following, width, body.place == "html")
        joined = f"{joined}{BREAK if ended else ' '}{collapse(following)}"
    flow, masked = joined.replace(BREAK, " "), mask(joined, company)
    end = 0
    spaced = masked.replace(BREAK, " ")
    for sentence in split_sentences(Passage(body.place, spaced)):
        start = spaced.find(sentence.text, end)
        if start >= 0:
            end = start + len(sentence.text)
            yield Text(Passage(body.place, flow[start:end]), masked[start:end])


@lru_cache(maxsize=4)
def _width_of(text: str) -> int:
    """Return how long the longest line is; asked once for each block of the text."""
    return max(map(len, text.splitlines()), default=0)


def _blocks(body: Passage, naming: Naming) -> Iterator[list[str]]:
    for block in _BLANK.split(body.text):
        lines: list[str] = []
        for line in filter(str.strip, block.splitlines()):
            if lines and naming.closings.match(plain(line)):
                yield lines
                lines = []
            lines.append(line)
        if lines:
            yield lines


def _was_ended(line: str, following: str, width: int, is_html: bool) -> bool:
    """Tell whether the break between two lines was made on purpose: the next word had room, and begins anew."""
    if is_html:
        return True
    word = following.split(maxsplit=1)[0]
    begins_anew = not word[:1].islower() and not _UNFINISHED.search(line)
    return begins_anew and len(line.rstrip()) + 1 + len(word) <= width
