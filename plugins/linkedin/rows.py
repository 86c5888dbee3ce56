"""The lines that say which job it is: title, company and location, one below the other."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from providers.reading import Passage, company_key, find_date, fold

_SEPARATORS = (" · ", " • ", " | ", " - ", " \u2013 ")
_BULLETS = (" · ", " • ")
_IN_BRACKETS = re.compile(r"\([^()]{1,40}\)")


@dataclass(frozen=True)
class Rows:
    """What the lines say; None for what they don't. `rest`: the lines below."""

    title: Passage | None = None
    company: Passage | None = None
    location: Passage | None = None
    rest: tuple[Passage, ...] = ()


def read_rows(
    lines: Sequence[Passage], companies: Collection[str], *, is_page: bool = False
) -> Rows | None:
    """Return the job of `title / company / location` or `title / company · location`, None where there is none.

    `companies`: the names that the rest of the mail gives the employer. A line of another spelling of the employer's
    name may stand above the title. `is_page`: the lines are those of the HTML, wherever they stand.
    """
    lines = tuple(lines)
    keys = {key for company in companies if (key := company_key(company))}
    exact = {fold(company) for company in companies}
    for index in range(1, min(len(lines), 5)):
        if fold(lines[index].text) in exact or company_key(lines[index].text) in keys:
            return _located(lines, index, lines[index], None)
        if halves := split_known(lines[index], keys):
            return _located(lines, index, *halves)
    if len(lines) < 2:
        return None
    if halves := _split_last(lines[1]) if is_page or _are_joined(lines) else None:
        return _located(lines, 1, *halves)
    return _located(lines, 1, lines[1], None)


def _are_joined(lines: Sequence[Passage]) -> bool:
    """Tell whether one line has company and location: in HTML, and in text where no line is the location's."""
    return (
        lines[1].place == "html" or len(lines) == 2 or bool(_IN_BRACKETS.fullmatch(lines[2].text))
    )


def split_known(line: Passage, keys: Collection[str]) -> tuple[Passage, Passage] | None:
    """Return company and location of a line that has both, where the company is one of `keys`; else None."""
    for separator in _SEPARATORS:
        place = line.text.rfind(separator)
        while place > 0:
            company = line.cut(0, place)
            if company_key(company.text) in keys:
                return company, line.cut(place + len(separator))
            place = line.text.rfind(separator, 0, place)
    return None


def _split_last(line: Passage) -> tuple[Passage, Passage] | None:
    for separator in _BULLETS:
        company, found, location = line.text.rpartition(separator)
        if found:
            return Passage(line.place, company), Passage(line.place, location)
    return None


def _located(
    lines: Sequence[Passage], index: int, company: Passage, location: Passage | None
) -> Rows:
    below = index + 1
    if location is None and below < len(lines) and not find_date(lines[below]):
        location = lines[below]
        below += 1
    if location and below < len(lines) and _IN_BRACKETS.fullmatch(lines[below].text):
        location = Passage(location.place, f"{location.text} {lines[below].text}")
        below += 1
    return Rows(lines[index - 1], company.flow, location and location.flow, tuple(lines[below:]))
