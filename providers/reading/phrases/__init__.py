"""What decides: the wording of receipts, refusals, interviews, assessments, offers, per language.

The wording is in `<language>.json`, one file per language, in lower case and with straight apostrophes: `(a|b|)`
stands for one of these or nothing, ` … ` for some words of the same sentence (`…` in a script without spaces). A phrase
begins with a word, and may end within one (`candidate` finds `candidates`).

`marks`: words, one of which a mail in that language has. `words`: its commonest small words, which tell it from others.
`conditions`, `prospects`: what makes a sentence one of what might be. `requests`: what looks like a condition and is
none. `negations`: what turns a phrase that invites or offers into its opposite. `meetings`: what an employer may offer
that is no job. `stages`: what heads a list of stages that are still to come. `unfinished`: what makes a receipt none
(an incomplete application, a code, a pause, a referral). `aside`: the same where it stands in the subject; in a body it
may be a footer. `advanced`: the next stage was reached, which is an interview where nothing else is said of it.
`regret`: what only a refusal regrets (`a difficult decision`). `received`: the application came in, or will be
reviewed. `pending`: a decision is still to come. `farewell`: good wishes for the search for a job, which refuse where
neither other words decide nor a decision is to come. `applied`: thanks for an application, whatever follows.
`called_off`: an interview that doesn't take place, which is no position that was closed. `staff`: what is written to
interviewers and recruiters of the employer, never to applicants. All others are kinds of events.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from providers.reading.passages import plain
from providers.reading.phrases.pattern import compile_phrase, first_letters
from providers.reading.scripts import word_end, word_start

FOLDER = Path(__file__).parent
_WORDING: dict[str, dict[str, list[str]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
}
LANGUAGES = tuple(_WORDING)
GRAMMAR = (
    "marks",
    "words",
    "conditions",
    "prospects",
    "requests",
    "negations",
    "meetings",
    "stages",
)


@dataclass(frozen=True)
class Phrases:
    """Phrases that begin with the same letters, each with its group."""

    spellings: tuple[tuple[str, str], ...]

    @cached_property
    def patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The groups and patterns. They are compiled when a text first has such a word: few are ever met."""
        return tuple((group, compile_phrase(spelling)) for group, spelling in self.spellings)


@dataclass(frozen=True)
class Language:
    """The wording of one language. `marks`: those of one word; `long_marks`: the others, each with its first word.
    `phrases`: by the first letters of a phrase."""

    code: str
    marks: tuple[str, ...]
    long_marks: tuple[tuple[str, str], ...]
    words: frozenset[str]
    conditions: re.Pattern[str]
    prospects: re.Pattern[str]
    requests: re.Pattern[str]
    negations: re.Pattern[str]
    meetings: re.Pattern[str]
    stages: re.Pattern[str]
    phrases: Mapping[str, Phrases]


@cache
def load_language(code: str) -> Language:
    """Return the wording of a language of `LANGUAGES`."""
    wording = _WORDING[code]
    phrases: dict[str, list[tuple[str, str]]] = {}
    for group, spellings in wording.items():
        if group in GRAMMAR:
            continue
        for spelling in spellings:
            for letters in first_letters(spelling):
                phrases.setdefault(letters, []).append((group, spelling))
    return Language(
        code=code,
        marks=tuple(mark for mark in wording["marks"] if " " not in mark),
        long_marks=tuple(
            (mark.partition(" ")[0], mark) for mark in wording["marks"] if " " in mark
        ),
        words=frozenset(wording["words"]),
        conditions=_whole_words(wording["conditions"]),
        prospects=_whole_words(wording["prospects"]),
        requests=_whole_words(wording["requests"]),
        negations=_whole_words(wording["negations"]),
        # They may be parts of longer words (`Vorstellungsgespräch`).
        meetings=re.compile("|".join(map(re.escape, wording["meetings"]))),
        stages=_whole_words(wording["stages"]),
        phrases={letters: Phrases(tuple(found)) for letters, found in phrases.items()},
    )


def _whole_words(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(map(plain, phrases), key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    return re.compile(f"{word_start(words)}(?:{words}){word_end(words)}")
