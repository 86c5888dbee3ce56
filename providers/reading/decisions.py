"""What a mail says happened, by its wording: the decision before the politeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from providers.messages import EventKind
from providers.reading.languages import languages_of
from providers.reading.passages import Passage
from providers.reading.phrases import Language
from providers.reading.phrases.pattern import letters_of
from providers.reading.scripts import UNSPACED_LETTER
from providers.reading.sentences import split_sentences

# A refusal thanks for an application, and may praise an interview: what decides comes first. Who is told of a next
# stage without a word of what it is will be interviewed. Good wishes for the search refuse where a mail only thanks;
# where it says that the application was received, or that a decision is still to come, they are politeness.
ORDER: Final[tuple[tuple[str, EventKind], ...]] = (
    ("withdrawn", "withdrawn"),
    ("rejected", "rejected"),
    ("offer", "offer"),
    ("interview", "interview"),
    ("assessment", "assessment"),
    ("advanced", "interview"),
    ("closed", "closed"),
    ("regret", "rejected"),
    ("received", "applied"),
    ("farewell", "rejected"),
    ("viewed", "viewed"),
    ("applied", "applied"),
)
MAX_CHARACTERS = 100_000
_POSITIVE: Final = frozenset({"offer", "interview", "assessment", "advanced"})
# What a question asks about, and doesn't say; it may still invite to an interview or an assessment.
_NEVER_ASKED: Final = frozenset(
    {"rejected", "withdrawn", "offer", "closed", "viewed", "applied", "received", "farewell"}
)
_QUESTION = re.compile(r"[?？][\"')\]»”’\s]*\Z")
# What says nothing where the mail is about something else.
_POLITE: Final = frozenset({"regret", "received", "farewell", "applied"})
_FAREWELL: Final = frozenset({"farewell"})
# What the words of a meeting that is called off may say besides.
_OF_MEETINGS: Final = frozenset({"closed", "rejected", "interview"})
_WORD = re.compile(r"\w+")
_NEGATION_REACH = 60
# An item of a list, and the number of one that stands before its sentence.
_ITEM = re.compile(r"(?:[-*•·–—]|\d{1,2}[.)])\s?")
_NUMBER = re.compile(r"(?:^|\s)\d{1,2}[.)]\Z")
_FEW_WORDS = re.compile(r"\w*(?: [\w-]+){1,4}")
# The month, and no verb.
_MAY = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?may|may\s+\d{1,2}(?:st|nd|rd|th)?)\b"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What happened, the words that say so, and their language."""

    kind: EventKind
    passage: Passage
    language: str


@dataclass(frozen=True, slots=True)
class _Hit:
    group: str
    passage: Passage
    language: Language


class Wording:
    """Finds what phrases say in sentences. It looks through each sentence once: a mail says the same in its text and in
    its HTML, and a notice is decided a second time with its names hidden."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[tuple[str, int, int]]] = {}

    def find(self, passages: Sequence[Passage]) -> list[_Hit]:
        """Return all that is said, in the order of the passages."""
        languages = languages_of("\n".join(map(_lower, passages)))
        if not languages:
            return []
        return [
            hit
            for passage in passages
            for sentence, is_stage in _with_stages(
                split_sentences(passage.cut(0, MAX_CHARACTERS)), languages
            )
            for hit in self._find_in(sentence, languages)
            if not (is_stage and hit.group in _POSITIVE)
        ]

    def _find_in(self, sentence: Passage, languages: Sequence[Language]) -> Iterator[_Hit]:
        unknown = [one for one in languages if (sentence.text, one.code) not in self._known]
        if unknown:
            # A phrase may end with its last word (`meet you` is no `meet your`), and so may the sentence.
            text = f"{_lower(sentence)} "
            words = letters_of(text)
            for language in unknown:
                spans = list(_spans_in(text, words, language))
                self._known[sentence.text, language.code] = _without_meetings(spans)
        for language in languages:
            for group, start, end in self._known[sentence.text, language.code]:
                yield _Hit(group, sentence.cut(start, end), language)


def _with_stages(
    sentences: Iterable[Passage], languages: Sequence[Language]
) -> Iterator[tuple[Passage, bool]]:
    """Yield each sentence, and whether it is an item of a list of the stages to come (`What happens next: 1. ...`)."""
    heading, number, in_list = "", False, False
    for sentence in sentences:
        is_item = number or _ITEM.match(sentence.text) is not None
        number = _NUMBER.search(sentence.text) is not None
        if is_item and heading:
            in_list = any(one.stages.search(heading) for one in languages)
            heading = ""
        elif not is_item:
            # A list in one line: its first number stands at the end of the heading.
            heading, in_list = _lower(sentence), False
        yield sentence, is_item and in_list


def decide(*passages: Passage, wording: Wording | None = None) -> Decision | None:
    """Return what the passages (subject and bodies) together say happened; None where no wording decides.

    Sentences of what might be (`if you are not selected`) don't count, and neither does a receipt where the mail is
    about something else: an unfinished application, a code, a pause, a referral, or (by its subject) an advertisement.
    Mail to the employer's own people (interviewers, recruiters) says nothing of an application of the reader's.
    Cut quoted mail and the applicant's own text before. `wording`: of an earlier look at the same mail.
    """
    hits = [_as_heading(hit) for hit in (wording or Wording()).find(passages)]
    groups = {hit.group for hit in hits}
    if "staff" in groups:
        return None
    about_else = "unfinished" in groups or any(
        hit.group == "aside" and hit.passage.place == "subject" for hit in hits
    )
    groups -= _POLITE if about_else else _FAREWELL if "pending" in groups else set()
    for group, kind in ORDER:
        if group in groups:
            hit = next(hit for hit in hits if hit.group == group)
            return Decision(kind, hit.passage, hit.language.code)
    return None


def _as_heading(hit: _Hit) -> _Hit:
    """Return a hit as it counts where it stands: a receipt's subject may head a refusal, and only thanks."""
    is_heading = hit.group == "received" and hit.passage.place == "subject"
    return replace(hit, group="applied") if is_heading else hit


def is_for_staff(*passages: Passage, wording: Wording | None = None) -> bool:
    """Tell whether the mail is to people of the employer: interviewers, recruiters, those who approve offers."""
    return any(hit.group == "staff" for hit in (wording or Wording()).find(passages))


def says(kind: EventKind, *passages: Passage) -> Passage | None:
    """Return the words that say this kind, whatever else the passages say; None where none do."""
    groups = {kind, "received"} if kind == "applied" else {kind}
    return next((hit.passage for hit in Wording().find(passages) if hit.group in groups), None)


def _lower(passage: Passage) -> str:
    # The one letter that is longer in lower case; offsets must stay.
    return passage.plain.replace("\u0130", "i").lower()


def _spans_in(
    text: str, words: Sequence[tuple[int, str]], language: Language
) -> Iterator[tuple[str, int, int]]:
    """Yield what the phrases say in a sentence in lower case, and from where to where, the last word whole."""
    for start, letters in words:
        phrases = language.phrases.get(letters)
        for group, pattern in phrases.patterns if phrases else ():
            match = pattern.match(text, start)
            if match is None or _is_only_possible(text, group, match.span(), language):
                continue
            end = _end_of_meeting(text, match, language) if group == "offer" else None
            yield "interview" if end else group, start, _word_end(text, end or match.end())


def _without_meetings(spans: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Leave out what only says that a meeting is called off: `your interview for the position was cancelled`.

    The position in such a sentence is still open, and there is no refusal and no invitation.
    """
    called_off = [(start, end) for group, start, end in spans if group == "called_off"]
    return [
        (group, start, end)
        for group, start, end in spans
        if group not in _OF_MEETINGS
        or not any(start < until and since < end for since, until in called_off)
    ]


def _end_of_meeting(text: str, match: re.Match[str], language: Language) -> int | None:
    """Return where an offer names a meeting (`pleased to offer you a first interview`), None where it doesn't."""
    following = _FEW_WORDS.match(text, match.end())
    end = following.end() if following else match.end()
    meeting = language.meetings.search(text, match.start(), end)
    return max(meeting.end(), match.end()) if meeting else None


def _word_end(text: str, end: int) -> int:
    """Return where the word ends that goes on at `end`, else `end`."""
    last = text[end - 1]
    rest = _WORD.match(text, end)
    is_within = last.isalnum() and not UNSPACED_LETTER.match(last)
    return rest.end() if rest and is_within else end


def _mask(match: re.Match[str]) -> str:
    return "#" * len(match[0])


def _is_only_possible(text: str, group: str, span: tuple[int, int], language: Language) -> bool:
    """Tell whether the sentence only says what might be, or says the opposite."""
    if group in ("unfinished", "aside", "staff"):
        return False
    if group in _NEVER_ASKED and _QUESTION.search(text):
        return True
    start, end = span
    asked = language.requests.sub(_mask, _MAY.sub(_mask, text))
    condition = language.conditions.search(asked)
    if group not in _POSITIVE:
        if group == "closed" and language.prospects.search(asked, 0, end):
            return True
        return condition is not None and condition.start() < start
    before = text[max(start - _NEGATION_REACH, 0) : start]
    return (
        condition is not None
        or language.prospects.search(asked) is not None
        or language.negations.search(before) is not None
    )
