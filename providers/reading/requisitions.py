"""The employer's number of a posting, where it stands within the title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from providers.reading.passages import Passage

# The year and the number in it: `2026-18834`, never `2026-2027` or `2026-27`.
_BY_YEAR = r"(?:19|20)\d\d-(?!(?:19|20)\d\d(?!\d))\d{3,}(?![\w-])"
_IN_BRACKETS = rf"(?:{_BY_YEAR}|[A-Z]{{0,4}}[-_]?(?!(?:19|20)\d\d[\])])\d{{4,}}(?:-\d+)?)"
# `R216054 Engineer`, `JR-10233 - Engineer`, `69073 Engineer`; never `2026 Intern`, `3D Artist`, `C4 Engineer`.
_LEADING = re.compile(
    rf"\A[\[(]?(?P<number>{_BY_YEAR}|[A-Z]{{1,4}}[-_]?\d{{4,}}(?:-\d+)?"
    r"|(?!(?:19|20)\d\d(?!\d))\d{4,}(?:-\d+)?)"
    r"[\])]?(?:\s*[:|\u2013\u2014-]\s*|\s+)(?=\S)"
)
# `Engineer, R-122404`, `Engineer - JR10233`, `Engineer (Req ID: 4711)`, `Engineer (32661)`.
_MARKED = re.compile(
    r"[\s,|:\u2013\u2014-]*[\[(]?(?:(?:job\s+)?req(?:uisition)?(?:\s*(?:id|no|nr|number))?"
    r"|job\s*(?:id|no|nr|number)|posting\s*id|ref(?:erence)?|id|kennziffer|#)"
    r"[\s.:#]*(?P<number>[A-Z]{0,4}[-_]?\d[\w-]{1,20})[\])]?\Z",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"(?:\s*[,|\u2013\u2014]\s*|\s+-\s+)"
    rf"[\[(]?(?P<number>{_BY_YEAR}|[A-Z]{{1,4}}[-_]?\d{{4,}}(?:-\d+)?)[\])]?\Z"
    rf"|\s*[\[(](?P<bracketed>{_IN_BRACKETS})[\])]\Z"
)
# `position (Job Req: JR-2026-00117)`, within a sentence.
_BRACKETED = re.compile(
    r"[\[(]\s*(?:job\s+)?"
    r"(?:req(?:uisition)?|job|posting|vacancy|ref(?:erence)?|kennziffer|referenz)[\s.-]*"
    r"(?:id|no|nr|number)?[\s.:#]*(?P<number>[A-Z]{0,6}[-_]?\d[\w-]{2,20})\s*[\])]",
    re.IGNORECASE,
)
# What stands behind a label such as `Requisition ID:`; `Requisition: Systems Analyst` has none.
_LABELLED = re.compile(
    r"[\[(#\s]*(?P<number>[^\W_](?=[\w./-]*\d)[\w./-]{1,39}|\d)[\])]?(?:\s*[\[(|,;].*)?"
)
_STATE = re.compile(r"\s*\((?:open|closed|filled|evergreen)\)\Z", re.IGNORECASE)


def split_requisition(
    title: Passage | None, *, numbered: bool
) -> tuple[Passage | None, Passage | None]:
    """Return the title without the number and state of the posting, and the number (None where there is none).

    `numbered`: whether a number without a word such as `Req ID` counts, too: in some systems a title is never numbered.
    """
    if title is None:
        return None, None
    if numbered and (state := _STATE.search(title.text)):
        title = title.cut(0, state.start())
    for pattern in (_MARKED, *((_LEADING, _TRAILING) if numbered else ())):
        match = pattern.search(title.text)
        if match is None:
            continue
        name = "number" if match["number"] else "bracketed"
        rest = title.cut(match.end()) if pattern is _LEADING else title.cut(0, match.start())
        if rest:
            return split_requisition(rest, numbered=numbered)[0], title.cut(*match.span(name))
    return title, None


def numbered_by(label: Passage | None) -> Passage | None:
    """Return the number that stands behind a label, None where what stands there is no number."""
    found = label and label.flow.fullmatch(_LABELLED)
    return found["number"] if found else None


def bracketed_number(bodies: Iterable[Passage]) -> Passage | None:
    """Return the number that stands in brackets behind a word such as `Req ID`, None where there are several."""
    found = {
        number.text: number
        for body in bodies
        if (hit := body.flow.search(_BRACKETED)) and (number := hit["number"])
    }
    return next(iter(found.values())) if len(found) == 1 else None


def number_beside(title: Passage | None, places: Iterable[Passage]) -> Passage | None:
    """Return the number that stands beside the title elsewhere in the mail, for systems that number their titles."""
    if title is None:
        return None
    name = re.escape(title.text)
    beside = (
        re.compile(rf"(?<!\S)\S+\s(?:[:|\u2013\u2014-]\s)?{name}(?!\w)"),
        re.compile(rf"(?<!\w){name},?\s(?:[|\u2013\u2014-]\s)?[\[(]?\w[\w-]*[\])]?"),
    )
    # `the Signal Engineer position (JR104233)`.
    behind_noun = re.compile(rf"(?<!\w){name}\s\w+\s[\[(](?P<number>{_IN_BRACKETS})[\])]")
    for flow in (place.flow for place in places):
        for hit in (hit for pattern in beside for hit in pattern.finditer(flow.text)):
            rest, number = split_requisition(flow.cut(*hit.span()), numbered=True)
            if number and rest and rest.text == title.text:
                return number
        if found := flow.search(behind_noun):
            return found["number"]
    return None
