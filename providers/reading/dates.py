"""Days that a mail prints, in the languages of `months.json`. Nothing is guessed: what may be two days is none."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from providers.reading.passages import Found, Passage
from providers.reading.tables import load_table

_TABLE = load_table("months")

# `6. September 2026`, `6 de septiembre de 2026`, `1er mai 2026`, `den 6 september 2026`, `le 6 sept. 2026`.
_DAY_MONTH = (
    r"(?P<day1>\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|\s*\.)?\s+(?:de\s+|of\s+|d')?"
    r"(?P<month1>MONTHS)\.?,?"
    r"(?:\s+(?:de|del|of)\s+|\s+|,\s*)(?P<year1>\d{4})"
)
# `September 6, 2026`, `Sep. 6th 2026`.
_MONTH_DAY = r"(?P<month2>MONTHS)\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th|\.)?,?\s+(?P<year2>\d{4})"
_ISO = r"(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})"
# East Asian: 2026年9月6日; 2026년 9월 6일.
_CJK = r"(?P<year4>\d{4})\s*[年년]\s*(?P<month4>\d{1,2})\s*[月월]\s*(?P<day4>\d{1,2})\s*[日일]"
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
    months = "|".join(map(re.escape, sorted(_months(), key=len, reverse=True)))
    forms = "|".join(
        form.replace("MONTHS", months) for form in (_DAY_MONTH, _MONTH_DAY, _ISO, _DOTTED, _SLASHED)
    )
    # No space stands around a Chinese or Japanese day.
    return re.compile(rf"(?<![\w/.-])(?:{forms})(?![\w/]|[.-]\d)|(?<!\d){_CJK}", re.IGNORECASE)


def find_date(passage: Passage | None) -> tuple[Passage, date] | None:
    """Return the first day that the passage prints, with its words; None where none is there, or where it may be two.

    A year is needed. `03/04/2026` may be March or April and so is none; `03/24/2026` can only be one day.
    """
    if passage is None or not _DIGIT.search(passage.text):
        return None
    found = passage.flow.search(_pattern())
    day = _read(found) if found else None
    return (found.whole, day) if found and day else None


def _read(found: Found) -> date | None:
    groups = {name: value for name, value in found.match.groupdict().items() if value}
    which = next(iter(groups))[-1]
    year = int(groups[f"year{which}"])
    if which == "6":
        return _one_of(year, int(groups["one6"]), int(groups["two6"]))
    month = groups[f"month{which}"].lower().rstrip(".")
    return _day(year, _months().get(month) or int(month), int(groups[f"day{which}"]))


def _one_of(year: int, one: int, two: int) -> date | None:
    days = {day for day in (_day(year, one, two), _day(year, two, one)) if day}
    return days.pop() if len(days) == 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if 2000 <= year <= 2100 else None
