"""The HTML that notes and descriptions may hold. Happo: "Position Object", `notes`."""

from typing import Final

import nh3

from core.errors import Invalid
from core.recruiting.rich_text.cost import html_cost

TEXT_BYTES: Final = 100_000
MAX_DEPTH: Final = 1_000
# A third of a second; texts that people write stay below a tenth of it.
MAX_WORK: Final = 300_000

_CLEANER: Final = nh3.Cleaner(
    tags={"b", "i", "em", "strong", "a", "p", "div", "ol", "li", "ul"},
    clean_content_tags={"script", "style"},
    # Without a word on "*", the library lets `title` and `lang` through on every tag.
    attributes={"a": {"href"}, "*": set()},
    url_schemes={"http", "https", "mailto"},
    # Where `//host` and `/path` lead depends on the page that shows them.
    url_relative="deny",
    # None: what was allowed comes back as it was sent.
    link_rel=None,
)


def clean_html(text: str | None, *, field: str) -> str | None:
    """Return `text` with the allowed tags alone; the text of other tags stays.

    Raises `Invalid` for `field` where it has more than 100 kB, before or (entities are longer) after cleaning, or
    tags in tags beyond all reason.
    """
    if text is None:
        return None
    _refuse_long(text, field)
    # Without a < there can be no tag, and the text comes back as it was sent.
    if "<" not in text:
        return text
    _refuse_deep(text, field)
    text = _CLEANER.clean(text)
    _refuse_long(text, field)
    return text


def _refuse_long(text: str, field: str) -> None:
    if len(text) > TEXT_BYTES or len(text.encode()) > TEXT_BYTES:
        raise Invalid.one(field, "too_many_bytes", limit=TEXT_BYTES)


def _refuse_deep(text: str, field: str) -> None:
    cost = html_cost(text)
    if cost.depth > MAX_DEPTH:
        raise Invalid.one(field, "too_deep", limit=MAX_DEPTH)
    if cost.work > MAX_WORK:
        raise Invalid.one(field, "too_entangled")
