"""Phrases as patterns for text in lower case on one line."""

from __future__ import annotations

import re
from functools import cache

from providers.reading.scripts import UNSPACED_LETTER

MAX_GAP_CHARACTERS = 80
# A phrase is looked for only at words that begin with its first letters: most words begin none.
LETTERS = 4
# In a script without spaces each letter may begin a word.
UNSPACED_LETTERS = 2
_TOKEN = re.compile(r"[()|]|… ?|[^()|…]+")
_WORD = re.compile(r"\w+")

# A phrase: each of its parts is a text, or the choices that are possible there.
_Part = str | list["_Phrase"]
_Phrase = list[_Part]


@cache
def compile_phrase(spelling: str) -> re.Pattern[str]:
    """Return the pattern of `(a|b|)` choices, ` … ` gaps and words; for `match` at the beginning of a word.

    Raises ValueError where the spelling is none.
    """
    return re.compile(_pattern(_parse(spelling)))


def _pattern(phrase: _Phrase) -> str:
    return "".join(
        _text_pattern(part)
        if isinstance(part, str)
        else "(?:" + "|".join(map(_pattern, part)) + ")"
        for part in phrase
    )


def _text_pattern(text: str) -> str:
    if text == "…":
        return f".{{0,{MAX_GAP_CHARACTERS}}}?"
    if text == "… ":
        return rf"(?:.{{0,{MAX_GAP_CHARACTERS}}}?\b)??"
    # A comma may stand where a phrase goes on: `bitten wir Sie, ...`.
    return re.escape(text[:-1]) + ",? " if text.endswith(" ") else re.escape(text)


def _parse(spelling: str) -> _Phrase:
    marks = _TOKEN.findall(spelling)
    if "".join(marks) != spelling or spelling != spelling.strip() or not spelling:
        raise ValueError(f"no phrase: {spelling!r}")
    choices: list[list[_Phrase]] = [[[]]]
    for mark in marks:
        if mark == "(":
            choices.append([[]])
        elif mark == "|":
            choices[-1].append([])
        elif mark == ")" and len(choices) > 1:
            closed = choices.pop()
            choices[-1][-1].append(closed)
        elif mark == ")":
            raise ValueError(f"unbalanced: {spelling!r}")
        else:
            choices[-1][-1].append(mark)
    if len(choices) > 1 or len(choices[0]) > 1:
        raise ValueError(f"unbalanced: {spelling!r}")
    return choices[0][0]


def first_letters(spelling: str) -> set[str]:
    """Return the first letters of the word that a phrase may begin with, `LETTERS` at most."""
    found: set[str] = set()
    for beginning in _beginnings(_parse(spelling)):
        word = _WORD.search(beginning)
        if word is None:
            raise ValueError(f"begins with no word: {spelling!r}")
        unspaced = UNSPACED_LETTER.match(word[0])
        found.add(word[0][: UNSPACED_LETTERS if unspaced else LETTERS])
    return found


def fixed_words(spelling: str) -> str:
    """Return the longest of the texts that each text has which fits the phrase; "" where it has none."""
    texts = (part.rstrip() for part in _parse(spelling) if isinstance(part, str))
    return max((text for text in texts if not text.startswith("…")), key=len, default="")


def letters_of(text: str) -> list[tuple[int, str]]:
    """Return where words begin in a text in lower case, each with the letters by which its phrases are found."""
    words = [(match.start(), match[0][:LETTERS]) for match in _WORD.finditer(text)]
    if text.isascii():
        return words
    places = (match.start() for match in UNSPACED_LETTER.finditer(text))
    return words + [(place, text[place : place + UNSPACED_LETTERS]) for place in places]


def _shows_first_letters(text: str) -> bool:
    word = _WORD.match(text)
    if word is None:
        return False
    return word.end() < len(text) or bool(
        UNSPACED_LETTER.match(text) and len(text) >= UNSPACED_LETTERS
    )


def _beginnings(phrase: _Phrase) -> set[str]:
    """Return the texts that a phrase may begin with, each long enough to see its first word, or all there is."""
    if not phrase:
        return {""}
    first, *rest = phrase
    texts = {first} if isinstance(first, str) else set[str]().union(*map(_beginnings, first))
    short = {text for text in texts if not _shows_first_letters(text)}
    if not short:
        return texts
    following = _beginnings(rest)
    return (texts - short) | {text + more for text in short for more in following}
