"""Where a mail may name the employer: in the subject, its sentences, and below the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from providers.reading.names import employer_named, is_brand, names_a_post, without_legal_form
from providers.reading.naming.frames import bare_frames, compile_frame, is_bare, may_fit
from providers.reading.naming.mentions import Candidate, Mail, count_mentions
from providers.reading.naming.tables import Naming
from providers.reading.naming.texts import BREAK, Text, as_text, before_others, sentences_of
from providers.reading.passages import Passage, plain
from providers.reading.sentences import closing_abbreviations

# What each place is worth; each mention elsewhere adds to it.
SENDER, OWN_SUBJECT, SUBJECT, SENTENCE, SIGNATURE, UNSURE, MAYBE, LAST_LINE = (
    60,
    18,
    14,
    12,
    10,
    7,
    6,
    5,
)
# Where title and company are divided by what either may hold.
_DIVIDED = re.compile(r"\{title\}(?: <at> | - | at |<sep>)\{company\}")
_LAST_LINES = 25
_MAX_LINE = 90
# A name, a post and a team stand between `Regards` and the employer, at most.
_MAX_SIGNATURE = 4
_MAX_MATCHES = 3
_MAX_TAIL = 200
_MAX_WORDS = 14
# Small words that stand within a name (`Foundation for the Arts`); any other in small letters ends it.
_SMALL = re.compile(
    r"an?|a[lmt]|and|by|d|d[aeiou]|das|del|della|de[nrs]|do[s]|el?|et|for|für|im?|in"
    r"|l[ae]|l[ao]s|les|l|na?|no|o[fnprs]?"
    r"|och|över|s|the|to|und|v[ao]n|vo[mr]|voor|y|zu[mr]?"
)
# What boards write above a list of other jobs, below letters of any language.
_OTHER_JOBS = re.compile(
    r"(?:jobs|roles|positions) (?:that )?you (?:may|might) (?:also )?(?:be interested in|like)"
    r"|(?:recommended|similar|more) jobs\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_FINAL = re.compile(r"[\s.!?…,;:|\u2013\u2014-]+\Z")
_BEFORE = re.compile(r"\A[\s\"'*_,:\u2013\u2014-]+")


def candidates_of(mail: Mail, naming: Naming, subjects: Sequence[str]) -> Iterator[Candidate]:
    """Yield what may name the employer, in one language; `subjects`: frames of the system's own subjects."""
    yield from _in_subject(mail, naming, subjects)
    yield from _in_sentences(mail, naming)
    yield from _in_signature(mail, naming)


def _in_subject(mail: Mail, naming: Naming, subjects: Sequence[str]) -> Iterator[Candidate]:
    text = as_text(mail.subject)
    found = False
    own, bare = [f for f in subjects if not is_bare(f)], bare_frames(subjects)
    for worth, frames in ((OWN_SUBJECT, own), (SUBJECT, naming.subjects), (SUBJECT, bare)):
        if found and frames is bare:
            return
        for frame in frames:
            for match in _matches_of(frame, text, naming):
                found = True
                if "{company}" not in frame or (
                    frames is bare and not _is_headline(match, mail, naming)
                ):
                    continue
                sure = UNSURE if _DIVIDED.search(frame) else worth
                yield from _prefixes(text, *match.span("company"), mail, naming, sure, exact=True)


def _is_headline(match: re.Match[str], mail: Mail, naming: Naming) -> bool:
    """Tell whether a subject without words of its own is a title and its employer, divided in one place only.

    Of several places the one counts behind which the rest of the mail names the employer.
    """
    divider = match.string[match.end("title") : match.start("company")]
    is_sure = match.string.count(divider) == 1 or count_mentions(match["company"], mail) > 1
    return is_sure and not naming.no_headline.search(match["title"])


def _matches_of(frame: str, text: Text, naming: Naming) -> Iterator[re.Match[str]]:
    if not may_fit(frame, naming.macros, text.lowered):
        return
    for greedy in (True, False):
        pattern = compile_frame(frame, naming.macros, masked=False, whole=True, greedy=greedy)
        if match := pattern.fullmatch(text.masked):
            yield match


def _in_sentences(mail: Mail, naming: Naming) -> Iterator[Candidate]:
    titled = [frame for frame in naming.titles if "{company}" in frame]
    for sentence in sentences_of(mail.bodies, naming):
        text = before_others(sentence, naming)
        for frame in (*naming.employers, *titled):
            if may_fit(frame, naming.macros, text.lowered):
                pattern = compile_frame(frame, naming.macros, masked=False, greedy=True)
                for match in islice(pattern.finditer(text.masked), _MAX_MATCHES):
                    # ` at ` may be a part of the title.
                    is_sure = not (_DIVIDED.search(frame) or _goes_on(match, frame, naming))
                    worth = SENTENCE if is_sure else UNSURE
                    for less, start in enumerate(_starts(match, naming)):
                        end = match.end("company")
                        yield from _prefixes(text, start, end, mail, naming, worth - less)
                    if "{company} {title}" in frame:
                        yield from _joined(text, *match.span("company"), match.end("title"), mail)


def _joined(text: Text, start: int, end: int, until: int, mail: Mail) -> Iterator[Candidate]:
    """Yield the longest name that begins as the company and goes on in the title, and that the mail names again."""
    for word in reversed(list(_WORD.finditer(text.masked[end:until]))):
        name = _trim(text.cut(start, end + word.end()))
        if count_mentions(name.text, mail) > 1:
            yield Candidate(name, SENTENCE)
            return


def _goes_on(match: re.Match[str], frame: str, naming: Naming) -> bool:
    """Tell whether another place follows, so that this one may be a title's: `application for Nurse at Acme`."""
    if "{title}" in frame:
        return False
    at = naming.macros["at"]
    tail = match["company"].partition(BREAK)[0]
    stop = naming.company_stops.search(tail)
    return (
        re.search(rf"\s(?i:{at})\s+[^\Wa-zà-ÿ]", tail[: stop.start()] if stop else tail) is not None
    )


def _starts(match: re.Match[str], naming: Naming) -> Iterator[int]:
    """Yield where the company may begin, rightmost first: `Nurse at Night at Meals at Home`."""
    start = match.start("company")
    yield start
    if "title" in match.re.groupindex:
        divider = re.compile(rf"\s(?:{naming.macros['at']})\s+", re.IGNORECASE)
        places = list(divider.finditer(match.string, match.start("title"), start))
        # The last one is where the frame divides.
        yield from (place.end() for place in reversed(places[-_MAX_MATCHES:-1]))


def _in_signature(mail: Mail, naming: Naming) -> Iterator[Candidate]:
    for body in mail.bodies:
        letter = takewhile(lambda line: not _heads_other_jobs(line.plain, naming), body.lines)
        lines = [line for line in list(letter)[-_LAST_LINES:] if len(line.text) <= _MAX_LINE]
        for place, line in enumerate(lines):
            text = as_text(Passage(line.place, line.text.rstrip(" ,.!")))
            for frame in naming.signatures:
                if not may_fit(frame, naming.macros, text.lowered):
                    continue
                pattern = compile_frame(frame, naming.macros, masked=False, whole=True)
                if match := pattern.fullmatch(text.masked):
                    yield Candidate(_trim(text.cut(*match.span("company"))), SIGNATURE)
                    break
            else:
                if not place or not _may_stand_alone(line.text):
                    continue
                if _signs(line, lines[place - 1], mail, naming, is_last=line is lines[-1]):
                    yield Candidate(_trim(line), SIGNATURE)
                elif _ends_signature(line, lines[max(place - _MAX_SIGNATURE, 0) : place], naming):
                    yield Candidate(_trim(line), LAST_LINE)


def _heads_other_jobs(line: str, naming: Naming) -> bool:
    """Tell whether a line is the heading of a list of other jobs, and not a sentence about them."""
    is_heading = len(line) <= _MAX_LINE and not line.endswith((".", "!", "?", ","))
    return is_heading and bool(_OTHER_JOBS.match(line) or naming.others.match(line))


def _signs(line: Passage, above: Passage, mail: Mail, naming: Naming, *, is_last: bool) -> bool:
    """Tell whether a line is the employer's.

    It stands below `Recruiting Team`, or at the subject's edge and below `Regards` or all else.
    """
    if _names_only_a_team(above):
        return True
    if not (is_last or naming.closings.match(plain(above.text))):
        return False
    name = re.escape(plain(_trim(line).text))
    edge = rf"\A{name}\s*[|:·-]|[|:·\u2013\u2014-]\s*{name}\Z"
    return re.search(edge, mail.subject.plain, re.IGNORECASE) is not None


def _ends_signature(line: Passage, above: Sequence[Passage], naming: Naming) -> bool:
    """Tell whether a line below `Regards` may be the employer's: below a person's name, or with a legal form."""
    closings = [place for place, one in enumerate(above) if naming.closings.match(plain(one.text))]
    if not closings:
        return False
    name = _trim(line).text
    if _end_of_name(name) < len(name) or names_a_post(name):
        return False
    return closings[-1] < len(above) - 1 or without_legal_form(name) != name


def _names_only_a_team(line: Passage) -> bool:
    return (
        bool(line.text)
        and employer_named(line) is None
        and not is_brand(line.text)
        and "@" not in line.text
    )


def _may_stand_alone(line: str) -> bool:
    return (
        len(line.split()) <= 6
        and "@" not in line
        and "://" not in line
        and not line.endswith((":", "?"))
    )


def _prefixes(
    text: Text, start: int, end: int, mail: Mail, naming: Naming, worth: int, *, exact: bool = False
) -> Iterator[Candidate]:
    """Yield what the words from `start` on may name: to where the sentence goes on, and what is known from elsewhere.

    `exact`: all of them, as a frame of the whole subject says.
    """
    tail = text.masked[start:end].partition(BREAK)[0][:_MAX_TAIL]
    stop = naming.company_stops.search(tail)
    if exact and stop and not count_mentions(tail[: stop.start()], mail, without=tail):
        # Only where the mail never names what stands before it alone: `Foundation for the Arts`.
        stop = None
    sure = stop.start() if stop else len(tail)
    default = _trim(text.cut(start, start + (sure if exact else _end_of_name(tail[:sure]))))
    if not default:
        return
    yield Candidate(default, worth)
    seen = {default.text}
    for word in reversed(list(_WORD.finditer(tail))[:_MAX_WORDS]):
        name = _trim(text.cut(start, start + word.end()))
        if not name or name.text in seen:
            continue
        seen.add(name.text)
        longer = len(name.text) > len(default.text)
        if longer and _end_of_name(name.text) < len(name.text):
            continue
        if count_mentions(name.text, mail, without=None if longer else default.text.rstrip(".")) > (
            1 if longer else 0
        ):
            yield Candidate(name, worth)
            return


def _end_of_name(tail: str) -> int:
    """Return where a name ends that begins with a capital: before the first small word that no name holds.

    Small words that a name may hold don't end one: `Acme and look forward`.
    """
    if tail[:1].islower():
        return len(tail)
    end = 0
    for word in _WORD.finditer(tail):
        bare = word[0].strip(".,;:()\"'\u2019")
        is_small = bare.isalpha() and bare.islower()
        if is_small and not _SMALL.fullmatch(bare):
            return end
        end = end if is_small else word.end()
    return end or len(tail)


def _trim(passage: Passage) -> Passage:
    """Return the name without what stands around it; the full stop of `Inc.` stays."""
    before = _BEFORE.match(passage.text)
    after = _FINAL.search(passage.text)
    start = before.end() if before else 0
    end = after.start() if after else len(passage.text)
    if after and after[0].startswith(".") and _abbreviated(passage.text[start:end]):
        end += 1
    name = passage.cut(start, end)
    if name.text.endswith(('"', "'")) and name.text.count(name.text[-1]) == 1:
        name = name.cut(0, -1)
    return name


def _abbreviated(name: str) -> bool:
    word = re.search(r"[^\s,&]+\Z", name)
    return word is not None and plain(word[0]).lower().strip("(") in closing_abbreviations()
