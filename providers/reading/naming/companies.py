"""Which employer a mail names: what several places agree on counts more than what one says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from providers.reading.names import employer_named
from providers.reading.naming.candidates import OWN_SUBJECT, SENDER, SIGNATURE, candidates_of
from providers.reading.naming.mentions import Candidate, Mail, count_mentions, is_kin
from providers.reading.naming.tables import Naming
from providers.reading.naming.texts import mention_of
from providers.reading.passages import Passage, plain
from providers.text import MAX_NAME_CHARACTERS

_MENTION, _MAX_MENTIONS = 10, 4
_MAX_WORDS = 10
_MAX_CHARACTERS = 90


def find_company(
    mail: Mail, naming: Sequence[Naming], subjects: Sequence[str], *, sender: Candidate | None
) -> Passage | None:
    """Return the employer; None where no place names one."""
    if sender and sender.worth >= SENDER and count_mentions(sender.passage.text, mail) > 1:
        return sender.passage
    candidates = [sender] if sender else []
    for language in naming:
        candidates += candidates_of(mail, language, subjects)
    plausible = [
        one
        for one in candidates
        if one is sender
        or is_plausible(
            one.passage.text,
            mail.people,
            naming,
            known=one.worth in (SIGNATURE, OWN_SUBJECT)
            or count_mentions(one.passage.text, mail) > 1,
        )
    ]
    elected = _elect(plausible, mail, sender)
    return _as_written(elected, mail) if elected else None


def _elect(candidates: Sequence[Candidate], mail: Mail, sender: Candidate | None) -> Passage | None:
    if not candidates:
        return None
    counts = {one.passage.text: count_mentions(one.passage.text, mail) for one in candidates}

    def rank(one: Candidate) -> int:
        return one.worth + _MENTION * min(counts[one.passage.text], _MAX_MENTIONS)

    best = max(candidates, key=rank)
    if (
        sender
        and best.passage is not sender.passage
        and is_kin(best.passage.text, sender.passage.text)
    ):
        best = sender
    if sender and best is sender and mail.nicknamed and counts[sender.passage.text] < 2:
        # A nickname in the sender's name; the mail itself writes the name out, more than once.
        rivals = [one for one in candidates if one is not sender and counts[one.passage.text] > 1]
        if rivals and not any(is_kin(one.passage.text, sender.passage.text) for one in rivals):
            best = max(rivals, key=rank)
    longer = [
        one
        for one in candidates
        if len(one.passage.text) > len(best.passage.text)
        and counts[one.passage.text] > 1
        and _is_longer_form(one, best, counts)
    ]
    return max(longer, key=lambda one: len(one.passage.text)).passage if longer else best.passage


def _is_longer_form(one: Candidate, best: Candidate, counts: Mapping[str, int]) -> bool:
    """Tell whether `one` begins with the best name, or holds it in a place that only an employer's name has."""
    text = plain(one.passage.text)
    found = mention_of(best.passage.text, text).search(text)
    if found is None:
        return False
    return found.start() == 0 or (
        one.worth == SIGNATURE and counts[one.passage.text] == counts[best.passage.text]
    )


def _as_written(name: Passage, mail: Mail) -> Passage:
    """Return the name with the mark that is its own (`Yahoo!`), and without the full stop that was the sentence's."""
    places = [place.flow for place in (mail.sender, mail.subject, *mail.bodies)]
    if name.text.endswith("."):
        bare = name.text[:-1]
        pattern = re.compile(rf"(?<!\w){re.escape(bare)}(?![\w.])")
        found = any(pattern.search(place.text) for place in places)
        return name.cut(0, -1) if found else name
    marked = re.compile(
        rf"(?<!\w){re.escape(name.text)}!(?=[.,;:)]|\s+[a-zà-ÿ(]"
        r"|\s+\S+\s+(?:Team|Department)|\s+(?:Recruit|Hiring|Talent|Team|HR))"
    )
    bare_one = re.compile(rf"(?<!\w){re.escape(name.text)}(?![\w!])")
    for place in places:
        if any(bare_one.search(one.text) for one in places):
            return name
        if match := marked.search(place.text):
            return place.cut(match.start(), match.end())
    lines = (line for body in mail.bodies for line in body.lines)
    return next((line for line in lines if line.text == f"{name.text}!"), name)


def is_plausible(
    name: str, people: frozenset[str], naming: Iterable[Naming], *, known: bool = False
) -> bool:
    """Tell whether words that stand where an employer does may name one.

    `known`: whether the mail names it at two places, so that it may begin with a small letter.
    """
    spelled = plain(name)
    if employer_named(Passage("text", name)) is None or not re.search(r"\w", name):
        return False
    if (
        not 1 < len(name) <= min(MAX_NAME_CHARACTERS, _MAX_CHARACTERS)
        or len(name.split()) > _MAX_WORDS
    ):
        return False
    if spelled.lower() in people or "@" in name or "://" in name:
        return False
    # A name begins with a capital, a digit or a letter without case, or has a capital within: `bioMérieux`.
    first = spelled.split()[0]
    if first.isalpha() and first.islower() and not (known and len(spelled.split()) < 3):
        return False
    return not any(_is_phrase(spelled, language) for language in naming)


def _is_phrase(name: str, naming: Naming) -> bool:
    match = naming.no_company.match(name)
    return match is not None and (name[:1].islower() or match.end() == len(name))
