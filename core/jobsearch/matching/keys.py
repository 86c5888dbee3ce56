"""What two mails are compared by: names of employers and titles, numbers and links of postings.

Every function returns what is equal for two spellings of one thing. Such keys are for comparing, never for showing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from providers.reading.names import company_key, title_key, without_gender_marks
from providers.reading.passages import Passage
from providers.reading.requisitions import split_requisition

# One user's mail names few employers, each of them often.
_KEPT: Final = 4096
_NUMBER_IN_TITLE: Final = re.compile(
    r"[(\[]\s*[#\w.:\s-]{0,20}?\d[\d-]{2,}\s*[)\]]"  # `(32661)`, `[Req. 4711]`
    r"|(?<![\w-])#\s?\d+(?![\w-])"  # `#12`
    # `R216054`, `JR-10233`, `69073`; a year is no number of a posting.
    r"|(?<![\w-])(?!(?:19|20)\d\d(?![\d-]))[A-Za-z]{0,4}[-_]?\d{4,}(?:-\d+)?(?![\w-])"
)
_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# What names a posting in a path: a UUID, `Engineer_R-1234`, `engineer-at-acme-4285785299`, `7439999876-engineer`.
_ID_IN_PATH: Final = re.compile(
    rf"(?P<uuid>{_UUID})|.+_(?P<number>[A-Za-z]{{1,4}}-?\d{{3,}}(?:-\d+)?)"
    r"|(?:.*[-_])?(?P<id>\d{5,})|(?P<first>\d{5,})-[\w-]+"
)
# What may be shorter or a code, since it follows a word such as `jobs`: `1234`, `0A1B2C3D4E`, `oAbcdEfg`.
_CODE: Final = re.compile(r"(?P<code>\d{3,}|(?=.*\d|.*[a-z][A-Z])[A-Za-z0-9]{6,12})")
_BEFORE_CODE: Final = frozenset({"j", "job", "jobs", "posting", "postings"})
# Pages of an employer or a person, which stand for no posting.
_NO_POSTING: Final = frozenset({"cmp", "company", "companies", "in", "people", "profile", "user"})


class JobId(NamedTuple):
    """A board's own id of a posting. `board`: the mail source. `shape`: the link without the id."""

    board: str
    shape: str
    id: str


@lru_cache(maxsize=_KEPT)
def key_of_company(company: str) -> str:
    """Return the name without legal form, case, accents, punctuation and spacing: `openai` of `Open AI, Inc.`"""
    return company_key(company).replace(" ", "")


@lru_cache(maxsize=_KEPT)
def words_of_company(company: str) -> frozenset[str]:
    """Return the words of the name, without its legal form."""
    return frozenset(company_key(company).split())


@lru_cache(maxsize=_KEPT)
def key_of_title(title: str) -> str:
    """Return the title without case, `(m/w/d)`, and the employer's number; levels (`Engineer 2`) and years stay."""
    # Marks hide a number at the end, and a number may hide marks.
    passage = Passage("subject", without_gender_marks(title))
    bare, _ = split_requisition(passage, numbered=True)
    name = (bare or passage).text
    return title_key(_NUMBER_IN_TITLE.sub(" ", name)) or title_key(title)


def key_of_requisition(number: str) -> str:
    """Return the number without case, spaces and punctuation: `r122404` of `R-122404`."""
    return "".join(character for character in number.casefold() if character.isalnum())


@lru_cache(maxsize=_KEPT)
def read_job_id(link: str, *, board: str) -> JobId | None:
    """Return the id of the posting that a clean link opens; None for a link that names no posting."""
    parts = urlsplit(link)
    if parameters := sorted(parse_qsl(parts.query)):
        name, value = parameters[0]
        return JobId(board, f"{parts.netloc}?{name}", value)
    segments = [segment for segment in parts.path.split("/") if segment]
    if _NO_POSTING.intersection(segments):
        return None
    for place in range(len(segments) - 1, -1, -1):
        match = _ID_IN_PATH.fullmatch(segments[place])
        if match is None and place and segments[place - 1] in _BEFORE_CODE:
            match = _CODE.fullmatch(segments[place])
        if match:
            shape = "/".join([parts.netloc, *segments[:place], match.lastgroup or ""])
            found = match[match.lastgroup or 0]
            # Only codes may differ in case alone.
            return JobId(board, shape, found if match.lastgroup == "code" else found.lower())
    return None
