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


def _without_person(name: Passage, places: Sequence[Passage]) -> Passage:
    """Return `Acme` of `Jo Doe from Acme`.

    Of `Jo Doe - Acme` and `Jo (Acme)`, too, where the mail names `Acme` and never all of it.
    """

    def is_named(text: str) -> bool:
        return any(mention_of(text).search(place.flow.plain) for place in places)

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
    for body in bodies:
        lines = body.lines[-_LAST_LINES:]
        for place, line in enumerate(lines):
            alone = line.text.strip(" ,.*_").lower() == name.lower()
            if alone and place and employer_named(lines[place - 1]) is not None:
                return True
    return False


def _employs(name: str, places: Sequence[Passage]) -> bool:
    """Tell whether the mail calls the name a place of work, or the subject holds it and it is no full name."""
    spelled = mention_of(name).pattern
    at_work = re.compile(rf"{_AT_WORK}\s+{spelled}", re.IGNORECASE)
    if any(at_work.search(place.flow.plain) for place in places):
        return True
    return not _FULL_NAME.fullmatch(name) and any(
        mention_of(name).search(place.flow.plain) for place in places if place.place == "subject"
    )


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
