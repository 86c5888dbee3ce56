"""Two names in one line: where the first ends and the second begins."""

from __future__ import annotations

import re
from collections.abc import Iterable

from providers.reading.passages import Found, Passage, plain
from providers.text import collapse

# A hostile line may hold the divider very often.
MAX_PLACES = 20


def fold(text: str) -> str:
    """Return what is equal for two printings of one name: no case, plain apostrophes, no full stop at the end."""
    return plain(collapse(text)).casefold().removesuffix(".")


def divide(
    found: Found, known: Iterable[str], *, first: str = "title", second: str = "company"
) -> tuple[Passage | None, Passage | None]:
    """Return what two holes of a frame hold, divided where the rest of the mail says.

    `Developer at Scale Lead at Foo Corp` and `Engineer at Innovation at Scale` can't be told apart by their words:
    where a part stands elsewhere in the mail by itself (`known`: lines, names of pictures), that place divides; else
    the frame does.
    """
    if found[first] is None or found[second] is None:
        return found[first], found[second]
    start, middle = found.match.span(first)
    behind, end = found.match.span(second)
    divider = found.passage.plain[middle:behind]
    if middle > behind or not divider:
        return found[first], found[second]
    names = {fold(name) for name in known}
    best, best_score = (found.passage.cut(start, middle), found.passage.cut(behind, end)), -1
    for place in [(middle, behind), *_places(found.passage.plain, divider, start, end)]:
        parts = found.passage.cut(start, place[0]), found.passage.cut(place[1], end)
        score = sum(fold(part.text) in names for part in parts)
        if all(parts) and score > best_score:
            best, best_score = parts, score
    return best


def _places(text: str, divider: str, start: int, end: int) -> list[tuple[int, int]]:
    found = re.finditer(f"(?={re.escape(divider)})", text[start:end], re.IGNORECASE)
    places = [
        (start + match.start(), start + match.start() + len(divider))
        for match, _ in zip(found, range(MAX_PLACES), strict=False)
    ]
    return places[::-1]
