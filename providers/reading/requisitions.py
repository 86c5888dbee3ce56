"""The employer's number of a posting, where it stands within the title."""

from __future__ import annotations

import re

from providers.reading.passages import Passage

# `R216054 Engineer`, `JR-10233 - Engineer`, `69073 Engineer`; never `2026 Intern`, `3D Artist`, `C4 Engineer`.
_LEADING = re.compile(
    r"\A[\[(]?(?P<number>(?:[A-Z]{1,4}[-_]?\d{4,}(?:-\d+)?)|(?!(?:19|20)\d\d(?!\d))\d{4,}(?:-\d+)?)"
    r"[\])]?(?:\s*[:|\u2013\u2014-]\s*|\s+)(?=\S)"
)
# `Engineer, R-122404`, `Engineer - JR10233`, `Engineer (Req ID: 4711)`, `Engineer (32661)`.
_MARKED = re.compile(
    r"[\s,|:\u2013\u2014-]*[\[(]?(?:req(?:uisition)?(?:\s*(?:id|no|nr|number))?"
    r"|job\s*(?:id|no|nr|number)|posting\s*id|ref(?:erence)?|id|kennziffer|#)"
    r"[\s.:#]*(?P<number>[A-Z]{0,4}[-_]?\d[\w-]{1,20})[\])]?\Z",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:\s*[,|\u2013\u2014]\s*|\s+-\s+)[\[(]?(?P<number>[A-Z]{1,4}[-_]?\d{4,}(?:-\d+)?)[\])]?\Z|"
    r"\s*[\[(](?P<bracketed>[A-Z]{0,4}[-_]?(?!(?:19|20)\d\d[\])])\d{4,}(?:-\d+)?)[\])]\Z"
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
