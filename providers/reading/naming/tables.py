"""How a language names the job and the employer: the data files of this folder.

`macros`: words that frames use by name (regular expressions). `subjects`: whole subjects. `titles`: frames of a
sentence that says which job the mail is about, the surest first; `guesses`: those which are asked when no other is
found. `employers`: frames of a sentence that name the employer. `signatures`: whole lines. `title_stops`,
`company_stops`: where a name at the end of a frame ends, if its sentence goes on. `title_ends`: nouns behind a title.
`no_title`, `no_company`: words with which no name begins. `no_headline`: what is no title although it stands before an
employer in a subject without any other words (`Next steps at Acme`). `others`: a sentence about other jobs.
`closings`: how a letter ends. `greetings`: how it begins. `labels`: the words before a colon, by field; in a
table they have a cell of their own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from providers.reading.naming.frames import Macros
from providers.reading.passages import plain
from providers.reading.scripts import word_end, word_start

FOLDER = Path(__file__).parent
_NEVER = r"(?!)"
# Read when imported: a parser opens no file.
_WORDING = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
}


# Compared by identity, so that it may be a key of caches.
@dataclass(frozen=True, eq=False)
class Naming:
    """The frames and words of one language."""

    code: str
    macros: Macros
    subjects: tuple[str, ...]
    titles: tuple[str, ...]
    guesses: tuple[str, ...]
    employers: tuple[str, ...]
    signatures: tuple[str, ...]
    title_ends: re.Pattern[str]
    title_stops: re.Pattern[str]
    company_stops: re.Pattern[str]
    no_title: re.Pattern[str]
    no_company: re.Pattern[str]
    no_headline: re.Pattern[str]
    others: re.Pattern[str]
    closings: re.Pattern[str]
    greetings: re.Pattern[str]
    labels: dict[str, re.Pattern[str]]
    label_starts: dict[str, re.Pattern[str]]
    label_lines: dict[str, re.Pattern[str]]


@cache
def load_naming(code: str) -> Naming:
    """Return how a language names jobs; English where there is no table for it."""
    words = _WORDING.get(code) or _WORDING["en"]
    # Words that every table has tell its script.
    start, end = word_start(words["others"][0]), word_end(words["others"][0])
    return Naming(
        code=code,
        macros=Macros(words["macros"]),
        subjects=tuple(words["subjects"]),
        titles=tuple(words["titles"]),
        guesses=tuple(words["guesses"]),
        employers=tuple(words["employers"]),
        signatures=tuple(words["signatures"]),
        title_ends=_any_of(words["title_ends"] or [_NEVER], before=r"\s+", after=r"\Z"),
        title_stops=_any_of(words["title_stops"], before=r"(?:,?\s+|\s*,\s*)", after=end),
        company_stops=_any_of(words["company_stops"], before=r"(?:,?\s+|\s*,\s*)", after=end),
        no_title=_any_of(words["no_title"], before=r"\A", after=end),
        no_company=_any_of(words["no_company"], before=r"\A", after=end),
        no_headline=_any_of(words["no_headline"], before=r"\A", after=r"\Z"),
        others=_any_of(words["others"], before=start, after=end),
        closings=_any_of(words["closings"], before=r"\A\s*", after=end),
        greetings=_any_of(
            words["greetings"], before=r"\A\s*", after=r"\s+(?P<name>[^,!:;.]{1,60})[,!:;.]?\s*\Z"
        ),
        labels={
            field: _any_of(
                names,
                before=r"\A[\s*_]*",
                after=r"\s*[*_]*\s*[:\uff1a][*_]*\s*(?P<value>\S.*?)[*_\s]*\Z",
            )
            for field, names in words["labels"].items()
        },
        label_starts={
            field: _any_of(names, before=r"\A[\s*_]*", after="")
            for field, names in words["labels"].items()
        },
        label_lines={
            field: _any_of(names, before=r"\A[\s*_]*", after=r"\s*(?P<colon>[:\uff1a]?)[*_\s]*\Z")
            for field, names in words["labels"].items()
        },
    )


def _any_of(patterns: list[str], *, before: str, after: str) -> re.Pattern[str]:
    choices = "|".join(
        plain(pattern).replace(" ?", r"\s*").replace(" ", r"\s+") for pattern in patterns
    )
    return re.compile(rf"{before}(?:{choices}){after}", re.IGNORECASE)
