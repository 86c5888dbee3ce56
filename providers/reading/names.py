"""Names of employers and titles, for comparing and for showing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TypedDict

from providers.reading.passages import Passage, plain
from providers.reading.scripts import UNSPACED_LETTER
from providers.reading.tables import load_table
from providers.text import MAX_TITLE_CHARACTERS, collapse

_WORDS = re.compile(r"[^\W_]+")
# Names are short; what is longer isn't kept for the next time.
_LONGEST_KEPT = 500
# Nothing is cut off what is no name: a sender may call itself by as much as a header holds.
_LONGEST_NAME = MAX_TITLE_CHARACTERS
_BRACKETED = re.compile(r"\s*[(\[{]([^()\[\]{}]{1,40})[)\]}]")


class _Words(TypedDict):
    legal_forms: list[str]
    gender_marks: list[str]
    team_words: list[str]
    post_words: list[str]
    brands: list[str]


_TABLE: _Words = load_table("names")


def _fold(text: str) -> str:
    return (_fold_kept if len(text) <= _LONGEST_KEPT else _fold_kept.__wrapped__)(text)


@lru_cache(maxsize=500)
def _fold_kept(text: str) -> str:
    bare = unicodedata.normalize("NFKD", plain(collapse(text))).casefold()
    return "".join(character for character in bare if not unicodedata.combining(character))


@cache
def _endings(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    choices = "|".join(map(re.escape, longest_first))
    unspaced = "|".join(re.escape(one) for one in longest_first if UNSPACED_LETTER.match(one))
    return re.compile(
        rf"(?:^|[\s,&/-]+|(?<=\.)\s*)(?:{choices})\.?$|(?:{unspaced or '(?!)'})$",
        re.IGNORECASE,
    )


def without_legal_form(company: str) -> str:
    """Return the name without `Inc.`, `GmbH & Co. KG`, `S.A.` and their like; all of it where nothing else is left.

    For comparing, never for showing.
    """
    name = collapse(company)
    if len(name) > _LONGEST_NAME:
        return name
    return _strip(name, _endings(tuple(_TABLE["legal_forms"])))


def _strip(name: str, endings: re.Pattern[str]) -> str:
    while shorter := endings.sub("", name).rstrip(" ,.&-"):
        if shorter == name:
            break
        name = shorter
    return name


def without_gender_marks(title: str) -> str:
    """Return the title without `(m/w/d)`, `(f/m/x)`, `(gn)`, `(all genders)`. For comparing, never for showing."""
    marks = frozenset(_TABLE["gender_marks"])
    kept = _BRACKETED.sub(
        lambda match: "" if _fold(match[1]).replace(" ", "") in marks else match[0], collapse(title)
    )
    bare = _gender_marks().sub("", kept)
    return bare.strip(" -–|,") or collapse(title)


@cache
def _gender_marks() -> re.Pattern[str]:
    marks = "|".join(map(re.escape, sorted(set(_TABLE["gender_marks"]))))
    return re.compile(rf"\s+(?:{marks})(?=\s|$)", re.IGNORECASE)


def names_a_post(line: str) -> bool:
    """Tell whether a line below a letter names what its writer does (`Talent Partner`), and so no employer."""
    return any(word in _post_words() for word in _fold(line).replace(",", " ").split())


@cache
def _post_words() -> frozenset[str]:
    return frozenset(map(_fold, _TABLE["post_words"]))


def company_key(company: str) -> str:
    """Return what is equal for two spellings of one employer: no case, accents, punctuation, legal form, `The`."""
    kept = len(company) <= _LONGEST_KEPT
    return (_company_key if kept else _company_key.__wrapped__)(company)


@lru_cache(maxsize=500)
def _company_key(company: str) -> str:
    words = _WORDS.findall(_fold(without_legal_form(company)))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def title_key(title: str) -> str:
    """Return what is equal for two spellings of one title: no case, accents, punctuation, gender marks."""
    return " ".join(_WORDS.findall(_fold(without_gender_marks(title)))) or _fold(title)


def is_brand(name: str) -> bool:
    """Tell whether the name is an applicant system's or job board's own, which is never the employer's when alone."""
    return company_key(name) in _TABLE["brands"]


def employer_named(passage: Passage | None) -> Passage | None:
    """Return the employer of a sender's name: `Acme` of `Acme Hiring Team`, `Acme @ icims`, `Acme via Lever`.

    None where the name is a bare brand, an address, or words such as `Recruiting Team` alone.
    """
    if passage is None or not passage or len(passage.flow.text) > _LONGEST_NAME:
        return None
    name = passage.flow
    for pattern in (_brand_ending(), _endings(tuple(_TABLE["team_words"])), _brand_ending()):
        shorter = pattern.sub("", name.text).strip(" ,|-–@'\"")
        name = Passage(name.place, shorter)
    if not name or is_brand(name.text) or "@" in name.text or not _WORDS.search(name.text):
        return None
    # What is left of `Talent Acquisition Team` names no employer.
    rest = set(_fold(name.text).split())
    return None if rest <= _team_words() else name


@cache
def _brand_ending() -> re.Pattern[str]:
    brands = sorted(_TABLE["brands"], key=len, reverse=True)
    return re.compile(
        r"\s*(?:@|\bvia\b|\bthrough\b|[-–|,(])\s*(?:" + "|".join(map(re.escape, brands)) + r")\)?$",
        re.IGNORECASE,
    )


@cache
def _team_words() -> frozenset[str]:
    return frozenset(word for phrase in _TABLE["team_words"] for word in _fold(phrase).split()) | {
        "the",
        "our",
        "no",
        "reply",
        "noreply",
        "&",
    }
