"""Frames with words of one language: `<act> for <the?> {title} <role> <at> {company}`.

`{title}`, `{company}`, `{applicant}`: holes. `{any}`: any text. `<role>`: what the language's table has under that name
(a regular expression); with a question mark it may be missing. `(a|b)`: one of these; `(a|b)?` or none. A space: any
white space. A hole at the end of a frame goes on to the end of the text; a known company is one hole of one spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from providers.reading.passages import plain
from providers.reading.scripts import word_end, word_start

# Stands for each letter of the company that is known: a frame finds it whole, whatever it holds.
MASK = "\ue000"
_MAX_HOLE = 200
_REGEX = re.compile(r"[\\\[\]?*+()^$]")
_TOKEN = re.compile(
    r"\{(?P<hole>[a-z]+)\}|<(?P<macro>[a-z]+)(?P<may>\?)?>|\((?P<choice>[^()]*)\)(?P<lack>\?)?"
    r"|(?P<space>\s+)|(?P<words>[^{}()<>\s]+)"
)


@lru_cache(maxsize=8000)
def compile_frame(
    frame: str,
    macros: Macros,
    *,
    masked: bool,
    whole: bool = False,
    greedy: bool = False,
    small: bool = False,
) -> re.Pattern[str]:
    """Return the pattern of a frame, for text whose known company is masked, or with a hole for the company.

    `whole`: for the whole of a subject or line. `greedy`: a title takes as much as it can. `small`: the noun
    behind a title is in small letters, as in `the Job Coach position`.
    """
    spelled = plain(frame).strip()
    tokens = list(_TOKEN.finditer(spelled))
    if "".join(token[0] for token in tokens) != spelled:
        raise ValueError(f"no frame: {frame!r}")
    parts: list[str] = []
    swallow = False
    for place, token in enumerate(tokens):
        if token["space"] and swallow:
            swallow = False
            continue
        swallow = bool(token["may"] or token["lack"])
        part = _part(token, macros, masked=masked, last=place == len(tokens) - 1, greedy=greedy)
        parts.append(f"(?-i:{part})" if small and token["macro"] == "role" else part)
    body = "".join(parts)
    end = "" if _ends_in_hole(tokens) else word_end(spelled)
    pattern = rf"\s*{body}\s*\Z" if whole else f"{word_start(spelled)}{body}{end}"
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def may_fit(frame: str, macros: Macros, lowered: str) -> bool:
    """Tell whether the words of the frame are in the text (in lower case): far cheaper than its pattern."""
    # Asked some hundred times for each mail: loops, since generators cost twice as much.
    for group in macros.words_needed(frame):
        for word in group:
            if word in lowered:
                break
        else:
            return False
    return True


def is_bare(frame: str) -> bool:
    """Tell whether a frame has no words of its own (`{title} - {company}`): it fits what other frames fit better."""
    tokens = _TOKEN.finditer(frame)
    return not any((token["words"] or "-")[0].isalpha() or token["choice"] for token in tokens)


def bare_frames(subjects: Sequence[str]) -> tuple[str, ...]:
    """Return the frames of whole subjects that have no words of their own: this system's, and the one of any."""
    return (*(frame for frame in subjects if is_bare(frame)), "{title} <at> {company}")


def _ends_in_hole(tokens: list[re.Match[str]]) -> bool:
    return bool(tokens and tokens[-1]["hole"])


def _part(token: re.Match[str], macros: Macros, *, masked: bool, last: bool, greedy: bool) -> str:
    if hole := token["hole"]:
        return _hole(hole, masked=masked, last=last, greedy=greedy)
    if token["space"]:
        return r"\s+"
    if token["words"]:
        return re.escape(token["words"])
    if token["macro"]:
        choices = macros[token["macro"]]
    else:
        choices = "|".join(_words(choice) for choice in token["choice"].split("|"))
    return rf"(?:(?:{choices})\s+)?" if token["may"] or token["lack"] else f"(?:{choices})"


def _hole(hole: str, *, masked: bool, last: bool, greedy: bool) -> str:
    if hole == "company" and masked:
        return rf"(?P<company>{MASK}+)"
    more = "" if greedy and hole == "title" else "?"
    taken = r"\S.*" if last else rf"\S(?:.{{0,{_MAX_HOLE}}}{more}\S)?{more}"
    return f"(?:{taken})" if hole == "any" else f"(?P<{hole}>{taken})"


def _words(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())


class Macros(Mapping[str, str]):
    """The named words of one language; may be a key."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {name: plain(pattern) for name, pattern in words.items()}
        self._needed: dict[str, tuple[tuple[str, ...], ...]] = {}

    def words_needed(self, frame: str) -> tuple[tuple[str, ...], ...]:
        """Return what a text in lower case must hold for the frame to fit: of each group one, rare groups first."""
        needed = self._needed.get(frame)
        if needed is None:
            needed = self._needed[frame] = self._find_words_needed(frame)
        return needed

    def _find_words_needed(self, frame: str) -> tuple[tuple[str, ...], ...]:
        groups = []
        for token in _TOKEN.finditer(plain(frame).strip().lower()):
            choices = token["words"] or token["choice"] or (token["macro"] and self[token["macro"]])
            if choices and not (token["may"] or token["lack"]) and not _REGEX.search(choices):
                words = [choice.split() for choice in choices.split("|")]
                # One of the choices may be none at all.
                if all(words):
                    groups.append(tuple(dict.fromkeys(word[0] for word in words)))
        return tuple(sorted(groups, key=lambda group: (len(group), -max(map(len, group)))))

    def __getitem__(self, name: str) -> str:
        return self._words[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other
