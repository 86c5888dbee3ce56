"""Days that a mail prints, in the languages of `months.json`. Nothing is guessed: what may be two days is none."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from providers.reading.passages import Passage
from providers.reading.tables import load_table

_TABLE = load_table("months")

# A name of a month, as far as its shape says: a word, or `tháng 9`.
_MONTH = r"(?:(?:th\u00e1ng|thg)\s\d{1,2}|[^\W\d_][^\s\d.,;:()\[\]/<>-]{1,20})"
# `6. September 2026`, `6 de septiembre de 2026`, `1er mai 2026`, `den 6 september 2026`, `le 6 sept. 2026`.
_DAY_MONTH = (
    r"(?P<day1>\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|\s*\.)?\s+(?:de\s+|of\s+|d'|ב)?"
    rf"(?P<month1>{_MONTH})\.?,?"
    r"(?:\s+(?:de|del|of|n\u0103m)\s+|\s+|,\s*)(?P<year1>\d{4})"
)
# `September 6, 2026`, `Sep. 6th 2026`.
_MONTH_DAY = (
    rf"(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th|\.)?,?\s+(?P<year2>\d{{4}})"
)
# Hungarian and Baltic: `2026. szeptember 6.`, `2026 m. rugsėjo 6 d.`, `2026. gada 6. septembris`.
_YEAR_MONTH = rf"(?P<year7>\d{{4}})(?:\.|\sm\.)?\s+(?P<month7>{_MONTH})\.?\s+(?P<day7>\d{{1,2}})"
_YEAR_DAY = rf"(?P<year8>\d{{4}})\.\sgada\s+(?P<day8>\d{{1,2}})\.\s(?P<month8>{_MONTH})"
_ISO = r"(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})"
# Who writes the year first writes the day last.
_YEAR_FIRST = r"(?P<year9>\d{4})/(?P<month9>\d{1,2})/(?P<day9>\d{1,2})"
# East Asian: 2026年9月6日; 2026년 9월 6일; 2026. 9. 6.
_CJK = (
    r"(?P<year4>\d{4})\s*[年년]\s*(?P<month4>\d{1,2})\s*[月월]\s*(?P<day4>\d{1,2})\s*[日일]"
    r"|(?P<year0>\d{4})\.\s(?P<month0>\d{1,2})\.\s(?P<day0>\d{1,2})\."
)
# Dots are used by those who write the day first.
_DOTTED = r"(?P<day5>\d{1,2})\.\s?(?P<month5>\d{1,2})\.\s?(?P<year5>\d{4})"
_DIGIT = re.compile(r"\d")
_SLASHED = r"(?P<one6>\d{1,2})[/-](?P<two6>\d{1,2})[/-](?P<year6>\d{4})"


@cache
def _months() -> dict[str, int]:
    """Return all names of months with their numbers, but for those that are two months in two languages."""
    table = _TABLE["months"]
    numbers: dict[str, set[int]] = {}
    for names in table.values():
        for name, number in names.items():
            numbers.setdefault(name, set()).add(number)
    return {
        name: next(iter(found))
        for name, found in numbers.items()
        if len(found) == 1 and not name[0].isdigit()
    }


@cache
def _pattern() -> re.Pattern[str]:
    # Which words are months is looked up in what is found: a pattern of hundreds of names is slow at each word.
    forms = "|".join(
        (_DAY_MONTH, _MONTH_DAY, _YEAR_DAY, _YEAR_MONTH, _ISO, _YEAR_FIRST, _DOTTED, _SLASHED)
    )
    # No space stands around a Chinese or Japanese day.
    return re.compile(rf"(?<![\w/.-])(?:{forms})(?![\w/]|[.-]\d)|(?<!\d)(?:{_CJK})", re.IGNORECASE)


def find_date(passage: Passage | None) -> tuple[Passage, date] | None:
    """Return the first day that the passage prints, with its words; None where none is there, or where it may be two.

    A year is needed. `03/04/2026` may be March or April and so is none; `03/24/2026` can only be one day.
    """
    if passage is None or not _DIGIT.search(passage.text):
        return None
    for found in passage.flow.search_all(_pattern()):
        parts = {name[:-1]: value for name, value in found.match.groupdict().items() if value}
        if "one" in parts:
            day = _one_of(int(parts["year"]), int(parts["one"]), int(parts["two"]))
        elif month := _number_of(parts["month"]):
            day = _day(int(parts["year"]), month, int(parts["day"]))
        else:
            # `10 jobs 2026`
            continue
        return (found.whole, day) if day else None
    return None


def _number_of(month: str) -> int | None:
    name = month.lower()
    return int(name) if name.isdecimal() else _months().get(name)


def _one_of(year: int, one: int, two: int) -> date | None:
    days = {day for day in (_day(year, one, two), _day(year, two, one)) if day}
    return days.pop() if len(days) == 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 2000 <= year <= 2100 else None
