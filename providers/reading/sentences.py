"""Sentences of a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from providers.reading.passages import Passage
from providers.reading.scripts import SPACED_LETTER
from providers.reading.tables import load_table
from providers.text import collapse

_PARAGRAPH = re.compile(r"\n\s*\n")
# A run of stops is looked at once, from its first one: dots alone would otherwise cost the square of their number.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"')\]»”’]*+(?=\s+\S)|[。！？]+")
# The last letters of `AT&T.` and `McDonald's.` are no initials.
_LAST_WORD = re.compile(rf"(?<![&+'’])({SPACED_LETTER}+)\.\Z")
# What is longer is no sentence; what looks through a sentence for each of its words would cost the square of it.
MAX_CHARACTERS = 2_000
_BULLET = re.compile(r"^\s*(?:[-*•·–—]|\d+[.)])\s")


class _Abbreviations(TypedDict):
    within: list[str]
    closing: list[str]


_ABBREVIATIONS: _Abbreviations = load_table("abbreviations")
_WITHIN = frozenset(_ABBREVIATIONS["within"])


def closing_abbreviations() -> tuple[str, ...]:
    """Return the words that keep their full stop at the end of a name (`Inc`, `Co`), in lower case."""
    return tuple(_ABBREVIATIONS["closing"])


def split_sentences(passage: Passage) -> Iterator[Passage]:
    """Yield the sentences, each on one line with its full stop.

    A blank line or a bullet ends one; a single line break doesn't: plain text is wrapped. A full stop within
    `St. Gallen`, `R.G. Brown` or before a small letter doesn't. What has no end in 2,000 characters is cut at a space.
    """
    for sentence in _whole_sentences(passage):
        yield from _cut_to_size(sentence)


def _cut_to_size(sentence: Passage) -> Iterator[Passage]:
    text = sentence.text
    while len(text) > MAX_CHARACTERS:
        end = text.rfind(" ", 1, MAX_CHARACTERS)
        end = MAX_CHARACTERS if end < 0 else end
        yield Passage(sentence.place, text[:end])
        text = text[end:].lstrip()
    if text:
        yield Passage(sentence.place, text)


def _whole_sentences(passage: Passage) -> Iterator[Passage]:
    for paragraph in _paragraphs(passage.text):
        text = collapse(paragraph)
        start = 0
        for stop in _STOP.finditer(text):
            if _ends(text, stop):
                yield Passage(passage.place, text[start : stop.end()].strip())
                start = stop.end()
        if text[start:].strip():
            yield Passage(passage.place, text[start:].strip())


def _paragraphs(text: str) -> Iterator[str]:
    for block in _PARAGRAPH.split(text):
        lines: list[str] = []
        for line in block.splitlines():
            if lines and _BULLET.match(line):
                yield "\n".join(lines)
                lines = []
            lines.append(line)
        yield "\n".join(lines)


def _ends(text: str, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + 2].lstrip()[:1]
    if following.islower():
        return False
    # The longest abbreviation has far fewer letters.
    word = _LAST_WORD.search(text[max(stop.start() - 20, 0) : stop.start() + 1])
    if word is None or text[stop.start()] != "." or stop.end() - stop.start() > 1:
        return True
    return len(word[1]) > 1 and word[1].lower() not in _WITHIN
