"""Whose names stand in a mail: the employer's or a person's in the sender's name, and the applicant's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from providers.messages import Message
from providers.reading.names import employer_named
from providers.reading.naming import load_naming
from providers.reading.naming.texts import mention_of
from providers.reading.passages import Passage, plain

# `Jo Doe from Acme`, `Jo Doe - Acme`.
_JOINTS = re.compile(
    r"\s+(?:from|at|with|@|von|bei|de|chez|en|di|da|van|bij|från|på|via)\s+"
    r"|\s+[-\u2013\u2014|·]\s+|\s*,\s+",
    re.IGNORECASE,
)
# `Jo (Acme)`.
_IN_BRACKETS = re.compile(r"[^()]+\((?P<employer>[^()]+)\)")
# A person's name stands before these, and no employer's: `Jo at Acme`.
_PERSON_OF = re.compile(
    r"[A-ZÀ-Þ][\w'\u2019-]*(?:\s+[A-ZÀ-Þ][\w.'\u2019-]*)?\s+(?:from|at|@|bei|chez|bij|från)\s+"
)
# Before the name of an employer, and of no person.
_AT_WORK = r"(?<!\w)(?:at|join|joining|bei|beim|chez|presso|bij|hos|rejoindre|unirte a|unirti a)"
_FULL_NAME = re.compile(r"[^\W\d_][\w'\u2019-]*(?:\s+[^\W\d_][\w.'\u2019-]*){1,2}")
_LAST_LINES = 25
_FIRST_LINES = 4
_MAX_WORDS = 5


def employer_of_sender(
    name: Passage | None,
    places: Sequence[Passage],
    *,
    is_employer: bool,
    people: Collection[str] = (),
) -> tuple[Passage | None, bool]:
    """Return the employer of the sender's name (None for a person's or a brand's), and whether it surely is one.

    `places`: subject and bodies. `is_employer`: whether this system writes the employer there, and no person.
    `people`: the applicant's names, in lower case.
    """
    employer = employer_named(name)
    if employer is None or name is None or employer.text.lower() in people:
        return None, False
    if employer.text != name.text:
        return _without_article(employer, places), True
    if not is_employer and _signs(employer.text, places) and not _employs(employer.text, places):
        return None, False
    return _without_person(employer, places), is_employer


def signing_employer(
    name: Passage | None, *, is_employer: bool, people: Collection[str] = ()
) -> Passage | None:
    """Return the employer of a sender's name that signs a letter which names no other; None where it may be a person.

    `is_employer`: whether this system writes no person there. A name of one word is no person's, either.
    """
    employer = employer_named(name)
    if employer is None or employer.text.lower() in people:
        return None
    return employer if is_employer or len(employer.text.split()) == 1 else None


def _without_person(name: Passage, places: Sequence[Passage]) -> Passage:
    """Return `Acme` of `Jo Doe from Acme`.

    Of `Jo Doe - Acme` and `Jo (Acme)`, too, where the mail names `Acme` and never all of it.
    """

    def is_named(text: str) -> bool:
        shown = (place.flow.plain for place in places)
        return any(mention_of(text, one).search(one) for one in shown)

    if is_named(name.text):
        return name
    inside = name.fullmatch(_IN_BRACKETS)
    if inside and (employer := inside["employer"]) and is_named(employer.text):
        return employer
    for joint in _JOINTS.finditer(name.text):
        rest = name.cut(joint.end())
        if is_named(rest.text):
            return rest
    person = _PERSON_OF.match(name.text)
    return name.cut(person.end()) if person else name


def _without_article(name: Passage, places: Sequence[Passage]) -> Passage:
    """Return `Acme` of `The Acme Recruiting Team`, unless the mail calls it `The Acme` and never `Acme`."""
    if not name.text.startswith("The "):
        return name
    bare = re.escape(plain(name.text[4:]))
    without = re.compile(rf"(?<!\w)(?<!The ){bare}(?!\w)")
    kept = re.compile(rf"(?<!\w)The {bare}(?!\w)(?! \w+ (?:Team|Department)| Team)")
    texts = [place.flow.plain for place in places]
    found = any(map(kept.search, texts)) and not any(map(without.search, texts))
    return name if found else name.cut(4)


def _signs(name: str, bodies: Sequence[Passage]) -> bool:
    """Tell whether the sender's name stands on a line of its own below the letter: a person's does."""
    first = name.lower().split()[0] if _FULL_NAME.fullmatch(name) else None
    for body in bodies:
        lines = body.lines[-_LAST_LINES:]
        for place, line in enumerate(lines):
            alone = line.text.strip(" ,.*_").lower()
            if alone == name.lower() and place and employer_named(lines[place - 1]) is not None:
                return True
            # `Jo` of `Jo Doe`, and below it the employer or a post.
            if first and alone == first and place and len(lines[place + 1 :][:1]) == 1:
                return len(lines[place + 1].text.split()) <= _MAX_WORDS
    return False


def _employs(name: str, places: Sequence[Passage]) -> bool:
    """Tell whether the mail calls the name a place of work, or the subject holds it and it is no full name."""
    at_work = _compile_at_work(name)
    if any(at_work.search(place.flow.plain) for place in places):
        return True
    subjects = [place.flow.plain for place in places if place.place == "subject"]
    return not _FULL_NAME.fullmatch(name) and any(
        mention_of(name, subject).search(subject) for subject in subjects
    )


def _compile_at_work(name: str) -> re.Pattern[str]:
    spelled = r"\s+".join(map(re.escape, plain(name).split()))
    return re.compile(rf"{_AT_WORK}\s+{spelled}(?!\w)", re.IGNORECASE)


def applicants_names(
    message: Message, bodies: Sequence[Passage], languages: Sequence[str]
) -> frozenset[str]:
    """Return the applicant's names, in lower case: the recipient's, and the one that is greeted."""
    return frozenset(_people(message, bodies, languages))


def _people(message: Message, bodies: Sequence[Passage], languages: Sequence[str]) -> Iterator[str]:
    recipient = (message.header("To") or "").partition("<")[0].strip(" \"'").lower()
    if recipient and "@" not in recipient:
        yield recipient
        yield from recipient.split()
    for body in bodies:
        for line in body.first_lines(_FIRST_LINES):
            for code in languages:
                if greeted := line.fullmatch(load_naming(code).greetings):
                    yield (greeted["name"] or line).text.strip().lower()
