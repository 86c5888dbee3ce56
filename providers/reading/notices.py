"""Reads the notices of applicant systems: employers write them on templates of their own, in their own languages.

A source says what is particular to its system (`NoticeRules`); the order of reading is the same for all: what decides,
then who the employer is, then which job. What the applicant wrote, and quoted older mail, is cut off before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from providers.messages import MailEvent, Message
from providers.reading.addresses import said_link
from providers.reading.calendars import interview_start
from providers.reading.correspondents import (
    applicants_names,
    employer_of_sender,
    signing_employer,
)
from providers.reading.cutting import cut_quotes, is_reply, strip_prefixes
from providers.reading.decisions import Decision, Wording, decide, is_for_staff
from providers.reading.events import Said, make_event, said, said_kind, said_scheduled
from providers.reading.naming import MAX_SUBJECT, Job, labelled_value, languages_in, name_job
from providers.reading.naming.frames import MASK
from providers.reading.naming.texts import spelling_of
from providers.reading.passages import Passage, bodies_of, plain, sender_name_of, subject_of
from providers.reading.phrases.pattern import compile_phrase, fixed_words
from providers.reading.postings import find_posting
from providers.reading.requisitions import (
    bracketed_number,
    number_beside,
    numbered_by,
    split_requisition,
)
from providers.reading.tables import load_table

# A notice has some thousand characters; what comes later decides nothing.
_MAX_BODY = 20_000


@dataclass(frozen=True, kw_only=True)
class NoticeRules:
    """What is particular to one system.

    `subjects`: frames of its whole subjects. `postings`: what the address of a posting looks like (host and path).
    `sender_is_employer`: whether the sender's name is always the employer's; where not, it may be a person's.
    `signs_as_employer`: whether it is the employer's where it signs a letter that names no other.
    `nicknamed`: whether that name may be short for the employer's. `numbered`: whether its titles hold the employer's
    number of the posting. `invitations`: subjects that invite to an interview without saying so. `employer`: the part
    of the sender's name that may be the employer's. `subject`: the subject without what is the applicant's, whose
    names it is given. `facts`: what the source reads itself, which counts before what is read here.
    """

    subjects: tuple[str, ...]
    postings: re.Pattern[str]
    sender_is_employer: bool = False
    signs_as_employer: bool = False
    nicknamed: bool = False
    numbered: bool = False
    invitations: re.Pattern[str] | None = None
    employer: Callable[[Message], Passage | None] = sender_name_of
    subject: Callable[[Message, Collection[str]], Passage] | None = None
    facts: Callable[[Notice], Iterable[Said | None]] | None = None


@dataclass(frozen=True)
class Notice:
    """A mail as its source reads it: without prefixes, quotes and the applicant's own text."""

    message: Message
    subject: Passage
    bodies: tuple[Passage, ...]
    decision: Decision
    languages: tuple[str, ...]
    job: Job


def read_notice(message: Message, rules: NoticeRules) -> list[MailEvent]:
    """Return the one event that a notice tells of, [] where it decides nothing or names neither job nor employer."""
    notice = open_notice(message, rules)
    if notice is None:
        return []
    job = notice.job
    title, number = split_requisition(job.title, numbered=rules.numbered)
    label = labelled_value("requisition", notice.bodies, notice.languages)
    number = numbered_by(label) or number or bracketed_number(notice.bodies)
    if number is None and rules.numbered:
        number = number_beside(title, (notice.subject, *notice.bodies))
    event = make_event(
        said_kind(notice.decision.kind, notice.decision.passage),
        *(rules.facts(notice) if rules.facts else ()),
        said("title", title),
        said("company", job.company),
        said("requisition", number),
        said("location", labelled_value("location", notice.bodies, notice.languages)),
        said_link(find_posting(message, notice.bodies, rules.postings, title)),
        *_said_interview(notice),
    )
    return [event] if event.title or event.company else []


def open_notice(message: Message, rules: NoticeRules) -> Notice | None:
    """Return the mail as its source reads it, None where it decides nothing."""
    subject = strip_prefixes(subject_of(message).cut(0, MAX_SUBJECT))
    bodies = tuple(
        own for body in bodies_of(message) if (own := cut_copy(cut_quotes(body.cut(0, _MAX_BODY))))
    )
    wording = Wording()
    first = _decide(message, subject, bodies, rules, wording)
    languages = languages_in((subject, *bodies), also=[first.language] if first else ())
    people = applicants_names(message, bodies, languages)
    if rules.subject:
        subject = strip_prefixes(rules.subject(message, people).cut(0, MAX_SUBJECT))
    name, sure = employer_of_sender(
        rules.employer(message),
        (subject, *bodies),
        is_employer=rules.sender_is_employer,
        people=people,
    )
    job = name_job(
        subject,
        bodies,
        languages=languages,
        subjects=rules.subjects,
        sender=name,
        sender_is_employer=sure,
        nicknamed=rules.nicknamed,
        people=people,
    )
    if job.company is None:
        signer = signing_employer(
            rules.employer(message), is_employer=rules.signs_as_employer, people=people
        )
        job = replace(job, company=signer)
    decision = _decide_without_names(message, subject, bodies, job, rules, wording) or first
    return Notice(message, subject, bodies, decision, languages, job) if decision else None


def _decide_without_names(
    message: Message,
    subject: Passage,
    bodies: Sequence[Passage],
    job: Job,
    rules: NoticeRules,
    wording: Wording,
) -> Decision | None:
    """Decide with the names of job and employer hidden: `Technicien(ne)` is no negation, `Offer Manager` no offer."""
    names = [name.text for name in (job.title, job.company) if name]
    hidden = [_hide(passage, names) for passage in (subject, *bodies)]
    decision = _decide(message, hidden[0], hidden[1:], rules, wording)
    if decision is None or MASK not in decision.passage.text:
        return decision
    words = re.compile(".+?".join(map(re.escape, re.split(f"{MASK}+", decision.passage.text))))
    found = next(
        (
            f
            for p in (subject, *bodies)
            if p.place == decision.passage.place and (f := words.search(p.flow.text))
        ),
        None,
    )
    return replace(decision, passage=Passage(decision.passage.place, found[0])) if found else None


def _hide(passage: Passage, names: Sequence[str]) -> Passage:
    """Return the passage with one sign for each mention of a name: a long name parts no phrase from its end."""
    text = passage.text
    for name in names:
        shown = plain(text)
        spans = [match.span() for match in spelling_of(name, shown).finditer(shown)]
        for start, end in reversed(spans):
            text = text[:start] + MASK + text[end:]
    return Passage(passage.place, text)


def _decide(
    message: Message,
    subject: Passage,
    bodies: Sequence[Passage],
    rules: NoticeRules,
    wording: Wording,
) -> Decision | None:
    decision = decide(subject, *bodies, wording=wording)
    if decision and decision.passage.place == "subject" and decision.kind == "applied":
        # The subject of a reply is the older mail's.
        decision = decide(*bodies, wording=wording) if is_reply(subject_of(message)) else decision
    kind, language = (decision.kind, decision.language) if decision else (None, "en")
    if kind == "interview" and message.calendar and _is_cancelled(message):
        return None
    if kind not in (None, "applied", "viewed"):
        return decision
    start = interview_start(message)
    found = subject.search(rules.invitations) if rules.invitations else None
    words = start[0] if start else found and found.whole
    if words and not is_for_staff(subject, *bodies, wording=wording):
        return Decision("interview", words, language)
    return decision


def _is_cancelled(message: Message) -> bool:
    return any(
        re.search(r"^METHOD:CANCEL\s*$", text, re.MULTILINE | re.IGNORECASE)
        for text in message.calendar
    )


def cut_copy(body: Passage) -> Passage:
    """Return the body without the copy of what the applicant sent in, which some systems append."""
    spelled = body.plain.replace("\u0130", "i").lower()
    # A search for fixed words takes a small part of a match's time, and most mail holds none.
    copies = (copy for words, copy in _COPIES if words in spelled)
    starts = [found.start() for copy in copies if (found := copy.search(spelled))]
    return body.cut(0, min(starts)) if starts else body


_COPIES = tuple(
    (fixed_words(phrase), re.compile(r"(?<!\w)" + compile_phrase(phrase).pattern))
    for phrase in load_table("copies")
)


def _said_interview(notice: Notice) -> Iterator[Said | None]:
    if notice.decision.kind == "interview" and (start := interview_start(notice.message)):
        yield said_scheduled(*start)


def load_subjects(source: str) -> tuple[str, ...]:
    """Return the frames of `subjects.json` beside a source's module (`__file__`)."""
    return tuple(json.loads(Path(source).with_name("subjects.json").read_text(encoding="utf-8")))
