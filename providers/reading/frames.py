"""Frames: the fixed words of a sentence or subject, with holes for what differs from mail to mail.

`You applied for {title} at {company}` finds both, whatever the case, the spacing and the kind of apostrophes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from providers.reading.passages import Found, Passage, plain
from providers.reading.sentences import closing_abbreviations, split_sentences

# A title is cut when it is stored, and so may be longer here.
MAX_HOLE_CHARACTERS = 700
# A frame is tried where its first words stand, this often at most: hostile text repeats them.
MAX_TRIES = 50
MAX_CHARACTERS = 100_000
_PART = re.compile(
    r"\{(?P<hole>[a-z_]+)\}|\((?P<choice>[^()]*)\)|(?P<space>\s+)|(?P<words>[^{}()\s]+)"
)
# Letters that a pattern takes for `i` and `s` in any case.
_ALIKE = str.maketrans("\u0130\u0131\u017f", "iis")
# Other scripts have letters with more than two forms.
_NOT_LATIN = re.compile("[^\u0000-\u024f]")
_GREEDY = frozenset({"title"})
_END = r"(?:[.!?…]+|(?<=\.))?\s*\Z"


def read_frame(passage: Passage, *frames: str) -> Found | None:
    """Return the first frame that the passage fits from its beginning to its end, None where it fits none.

    For subjects and lines. `{title}` takes as much as it can (a title may hold ` at `: the last one divides), each
    other hole as little as it can.
    """
    text = passage.flow
    lower = _in_one_case(text.plain)
    for words, frame in _with_fixed_words(frames):
        # A search for fixed words takes a small part of a match's time, and most frames fit nothing.
        if words in lower and (found := text.fullmatch(_compile(frame, whole=True))):
            return found
    return None


def find_frame(passage: Passage, *frames: str) -> Found | None:
    """Return the first frame that is found within the passage, None where none is.

    For bodies. Each hole takes as little as it can. A frame that ends in a full stop or a hole goes on to the end of
    its sentence; the full stop of `Inc.` belongs to the name.
    """
    passage = passage.cut(0, MAX_CHARACTERS)
    flow = passage.flow
    sentences: tuple[Passage, ...] | None = None
    for frame in frames:
        if not frame.rstrip().endswith((".", "}")):
            places: tuple[Passage, ...] = (flow,)
        else:
            places = sentences = sentences or tuple(split_sentences(passage))
        for place in places:
            if found := _find(place, frame):
                return found
    return None


def _find(passage: Passage, frame: str) -> Found | None:
    pattern = _compile(frame, whole=False)
    for start in _starts(passage, frame):
        if match := pattern.match(passage.plain, start):
            return Found(passage, match)
    return None


def _starts(passage: Passage, frame: str) -> Iterator[int]:
    head = _head(frame)
    if head is None:
        yield 0
        return
    for tried, match in enumerate(head.finditer(passage.plain)):
        if tried == MAX_TRIES:
            return
        yield match.start()


@lru_cache(maxsize=1000)
def _head(frame: str) -> re.Pattern[str] | None:
    """Return the pattern of what stands before the first hole, None where the frame begins with one."""
    words = frame.partition("{")[0].rstrip()
    if not words:
        return None
    return re.compile(
        r"(?<!\w)" + "".join(map(_pattern, _PART.finditer(plain(words)))), re.IGNORECASE
    )


@lru_cache(maxsize=500)
def _with_fixed_words(frames: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((_fixed_words(frame), frame) for frame in frames)


def _fixed_words(frame: str) -> str:
    """Return the longest word in Latin letters that is in all that the frame fits, in one case; "" where none is."""
    words = (match["words"] or "" for match in _PART.finditer(plain(frame)))
    return max((_in_one_case(word) for word in words if not _NOT_LATIN.search(word)), key=len)


def _in_one_case(text: str) -> str:
    """Return the text in lower case, where equal letters are those that a pattern takes for equal."""
    return (text if text.isascii() else text.translate(_ALIKE)).lower()


@lru_cache(maxsize=2000)
def _compile(frame: str, *, whole: bool) -> re.Pattern[str]:
    """Return the pattern of a frame, which sees plain apostrophes.

    `{title}`: a hole, which becomes a group of that name; `{any}` has no group. `(a|b|)`: one of these words, or
    none. A space: any white space.
    """
    text = plain(frame).strip()
    ends_sentence = not whole and text.endswith((".", "}"))
    parts = "".join(
        _pattern(match, greedy=whole)
        for match in _PART.finditer(text.removesuffix(".") if ends_sentence else text)
    )
    return re.compile(
        rf"\s*{parts}\s*" if whole else parts + (_END if ends_sentence else ""),
        re.IGNORECASE | re.DOTALL,
    )


def _pattern(match: re.Match[str], *, greedy: bool = False) -> str:
    if hole := match["hole"]:
        more = "" if greedy and hole in _GREEDY else "?"
        inside = rf".{{0,{MAX_HOLE_CHARACTERS}}}{more}"
        taken = rf"\S(?:{inside}\S){more or '?'}{'?' if more else ''}{_CLOSING}"
        return f"(?:{taken})" if hole == "any" else f"(?P<{hole}>{taken})"
    if match["choice"] is not None:
        return "(?:" + "|".join(_words(choice) for choice in match["choice"].split("|")) + ")"
    return r"\s+" if match["space"] else re.escape(match["words"])


def _words(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split(" "))


# The end of a name that ends in an abbreviation, and its full stop.
_CLOSED = "(?:" + "|".join(rf"(?<=\b{re.escape(word)})" for word in closing_abbreviations()) + ")"
_CLOSING = rf"(?:{_CLOSED}\.(?!\w))?"


# Hardly ever written without their full stop, as `Corp` and `Ltd` are; nor are those with one inside (`S.A.`).
_RARELY_OPEN = frozenset({"inc", "co", "jr", "sr"})
_OPEN_ENDED = re.compile(
    "(?:"
    + "|".join(
        rf"(?<=\b{re.escape(word)})"
        for word in closing_abbreviations()
        if "." in word or word in _RARELY_OPEN
    )
    + r"|\.\w)\Z",
    re.IGNORECASE,
)


def without_stop(passage: Passage) -> Passage:
    """Return a name without the full stop that a board's sentence puts behind it: `interview with Foo Corp.`.

    One of two stays; so does that of `Acme Co.` and of `A.B.C.`, behind which some senders put no second one.
    """
    name = passage.flow
    if not name.text.endswith("."):
        return name
    shorter = name.cut(0, len(name.text) - 1)
    return name if _OPEN_ENDED.search(shorter.text) else shorter
