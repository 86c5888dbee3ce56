"""Which job a mail is about, and the employer's number of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from providers.reading.names import company_key
from providers.reading.naming.frames import MASK, bare_frames, compile_frame, is_bare, may_fit
from providers.reading.naming.mentions import is_kin
from providers.reading.naming.tables import Naming
from providers.reading.naming.texts import BREAK, Text, as_text, before_others, sentences_of
from providers.reading.passages import Passage, plain
from providers.reading.sentences import closing_abbreviations

_MAX_TITLE = 180
_MAX_TRIES = 3
_AROUND = re.compile(r"\A[\s:\u2013\u2014,*_-]+|[\s:;,\u2013\u2014*_!?…-]+\Z")
_WRAPPED = (
    ('"', '"'),
    ("'", "'"),
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("»", "«"),
    ("\u2018", "\u2019"),
    ("「", "」"),
    ("【", "】"),
    ("《", "》"),
    ("*", "*"),
    ("_", "_"),
)
# What begins so is rather a part of the sentence, if the mail has a title that doesn't.
_SMALL_WORD = re.compile(r"[a-zà-ÿ'\u2019-]+(?!\w)")
_PERSONS = (
    r"(?:we|you|your|yourself|they|i(?= (?-i:[a-z]))|wir|sie|ihre|du|nous|vous|usted"
    r"|noi|lei|wij|jij|você|vi|du)(?!\w)"
)
_PRONOUNS = re.compile(rf"(?<!\w){_PERSONS}", re.IGNORECASE)
# The sentence went on before the noun: `Cook application: you were not selected for this`.
_NEW_CLAUSE = re.compile(rf"[:;!?]\s+{_PERSONS}", re.IGNORECASE)


def find_title(
    subject: Passage,
    bodies: tuple[Passage, ...],
    naming: Sequence[Naming],
    subjects: Sequence[str],
    *,
    company: str | None,
    people: Collection[str] = (),
) -> Passage | None:
    """Return the job's title; None where the mail doesn't say it. `people`: the applicant's names, in lower case."""
    small = None
    for title in _candidates(subject, bodies, naming, subjects, company):
        if title.text.lower() in people or not _is_plausible(title.text, naming, company):
            continue
        if not _SMALL_WORD.match(title.text):
            return title
        small = small or title
    return small


def _candidates(
    subject: Passage,
    bodies: tuple[Passage, ...],
    naming: Sequence[Naming],
    subjects: Sequence[str],
    company: str | None,
) -> Iterator[Passage]:
    text = as_text(subject, company)
    own, bare = [f for f in subjects if not is_bare(f)], bare_frames(subjects)
    for language in naming:
        yield from labelled("title", bodies, language)
    for language in naming:
        yield from _in_subject(text, language, own, company)
    for language in naming:
        yield from _in_sentences(bodies, language, language.titles, company)
    for language in naming:
        yield from _in_subject(text, language, language.subjects, company)
    if company and not any(
        _has_frame(text, language, (*own, *language.subjects)) for language in naming
    ):
        for title in _in_subject(text, naming[0], bare, company):
            if not naming[0].no_headline.search(plain(title.text)):
                yield title
    for language in naming:
        for title in _in_sentences(bodies, language, language.guesses, company):
            if not _PRONOUNS.search(plain(title.text)):
                yield title


def _in_subject(
    text: Text, naming: Naming, frames: Iterable[str], company: str | None
) -> Iterator[Passage]:
    for frame in frames:
        if "{title}" not in frame or not may_fit(frame, naming.macros, text.lowered):
            continue
        for masked in (True, False) if "{company}" in frame else (True,):
            pattern = compile_frame(frame, naming.macros, masked=masked, whole=True, greedy=True)
            match = pattern.fullmatch(text.masked)
            if match and (masked or not company or is_kin(match["company"], company)):
                yield _trim(text.cut(*match.span("title")))


def _has_frame(text: Text, naming: Naming, frames: Iterable[str]) -> bool:
    return any(
        compile_frame(frame, naming.macros, masked=True, whole=True).fullmatch(text.masked)
        for frame in frames
        if may_fit(frame, naming.macros, text.lowered)
    )


def _in_sentences(
    bodies: tuple[Passage, ...], naming: Naming, frames: Sequence[str], company: str | None
) -> Iterator[Passage]:
    """Yield what the frames find, sentence by sentence: what is said first counts, then the surest frame."""
    for text in sentences_of(bodies, naming, company):
        yield from _fits(before_others(text, naming), naming, frames, company)


def _fits(
    text: Text, naming: Naming, frames: Sequence[str], company: str | None
) -> Iterator[Passage]:
    for frame in frames:
        if "{company}" in frame and company is not None and MASK not in text.masked:
            continue
        if not may_fit(frame, naming.macros, text.lowered):
            continue
        if match := _search(frame, text.masked, naming, masked=company is not None):
            start, end = match.span("title")
            if frame.endswith("{title}"):
                end = start + len(text.masked[start:end].partition(BREAK)[0])
                stop = naming.title_stops.search(text.masked, start + 1, end)
                end = stop.start() if stop else end
                if noun := naming.title_ends.search(text.masked[start:end].rstrip(" .!")):
                    end = start + noun.start()
            elif "{company}" in frame:
                # `als Koch ist bei uns eingegangen`: the verb before a place that is no employer; or a clause that
                # follows the title: `Koch, för vilken du har sökt, hos Acme`.
                stops = naming.title_stops.finditer(text.masked, start + 1, end)
                end = next(
                    (s.start() for s in stops if s.end() == end or _is_clause(text.masked, s)), end
                )
            elif frame.endswith(")"):
                # `Koch für jemand anderen entschieden`: the sentence goes on before the verb at its end.
                stop = naming.title_stops.search(text.masked, start + 1)
                end = min(end, stop.start()) if stop else end
            if "{company}" not in frame:
                end = _before_company(text.masked, start, end, naming)
            yield _trim(text.cut(start, end))


def _is_clause(masked: str, stop: re.Match[str]) -> bool:
    """Tell whether a stop behind a comma begins in small letters: no title goes on so."""
    words = stop[0].lstrip(" ,")
    return stop[0].lstrip().startswith(",") and words[:1].islower()


def _search(frame: str, masked_text: str, naming: Naming, *, masked: bool) -> re.Match[str] | None:
    """Return where the frame fits; rather with a noun in small letters behind the title, which may hold `Job`."""
    for small in (True, False) if "{title} <role>" in frame else (False,):
        pattern = compile_frame(frame, naming.macros, masked=masked, small=small)
        if match := pattern.search(masked_text):
            return _search_again(pattern, masked_text, match) or match
    return None


def _search_again(
    pattern: re.Pattern[str], masked_text: str, first: re.Match[str]
) -> re.Match[str] | None:
    """Return a later fit whose title begins with no small word: `throwing your hat in the ring for the Cook role`."""
    match: re.Match[str] | None = first
    for _ in range(_MAX_TRIES):
        if match is None or not _SMALL_WORD.match(match["title"]):
            return match
        match = pattern.search(masked_text, match.start() + 1)
    return None


def _before_company(masked: str, start: int, end: int, naming: Naming) -> int:
    """Return where ` at Acme` begins between two offsets, the second of them where it isn't there."""
    words = f"{naming.macros['at']}|{naming.macros['near']}"
    found = re.search(rf"\s+(?:{words})\s*{MASK}", masked[start:end], re.IGNORECASE)
    return start + found.start() if found else end


def labelled(field: str, bodies: Iterable[Passage], naming: Naming) -> Iterator[Passage]:
    """Yield what stands behind the labels of a field: `Requisition Title: Systems Analyst`, or on the next line."""
    pattern = naming.labels.get(field)
    if pattern is None:
        return
    begins = naming.label_starts[field].match
    for body in bodies:
        # A body of nothing but padding has no lines.
        for line, below in zip(body.lines, (*body.lines[1:], None), strict=False):
            if not begins(line.plain):
                continue
            found = line.fullmatch(pattern)
            if found and (value := found["value"]):
                yield value
            elif below and _heads_cell(field, line, below, naming):
                yield below


def _heads_cell(field: str, line: Passage, below: Passage, naming: Naming) -> bool:
    """Tell whether a line is a label alone, and the next one its value: cells of a table. In text it has a colon."""
    found = line.fullmatch(naming.label_lines[field])
    if found is None or not (line.place == "html" or found["colon"]):
        return False
    is_label = any(below.fullmatch(pattern) for pattern in naming.label_lines.values())
    return not is_label and len(below.text) <= _MAX_TITLE and not below.text.endswith(":")


def _trim(title: Passage) -> Passage:
    """Return the title without what stands around it: spaces, quotes around all of it, the sentence's full stop."""
    text = title.text
    shorter = None
    while shorter != text:
        shorter, text = text, _AROUND.sub("", text)
        text = _unwrapped(_without_stop(text))
    start = title.text.find(text)
    return title.cut(start, start + len(text)) if text and start >= 0 else title.cut(0, 0)


def _without_stop(text: str) -> str:
    if not text.endswith("."):
        return text
    word = re.search(r"[^\s,&(]+\Z", text[:-1])
    return (
        text if word and plain(word[0]).lower() in closing_abbreviations() else text[:-1].rstrip()
    )


def _unwrapped(text: str) -> str:
    for opening, closing in _WRAPPED:
        if (
            len(text) > 2
            and text.startswith(opening)
            and text.endswith(closing)
            and closing not in text[1:-1]
            and opening not in text[1:-1]
        ):
            return text[1:-1].strip()
    return text


def _is_plausible(title: str, naming: Iterable[Naming], company: str | None) -> bool:
    spelled = plain(title)
    if (
        not 1 < len(title) <= _MAX_TITLE
        or len(title.split()) > 22
        or not re.search(r"[^\W\d_]", title)
    ):
        return False
    if _NEW_CLAUSE.search(spelled):
        return False
    if company and company_key(title) == company_key(company):
        return False
    return not any(_is_phrase(spelled, language) for language in naming)


def _is_phrase(title: str, naming: Naming) -> bool:
    """Tell whether the words are no name: they begin as a phrase, in small letters (`The` may begin a title)."""
    match = naming.no_title.match(title)
    return match is not None and (title[:1].islower() or match.end() == len(title))
