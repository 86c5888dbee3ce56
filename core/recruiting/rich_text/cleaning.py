"""The HTML that notes and descriptions may hold. Happo: "Position Object", `notes`."""

from collections.abc import Mapping
from typing import Final

import nh3

from core.errors import Invalid
from core.one_line import to_one_line
from core.recruiting.columns import Column, Columns
from core.recruiting.rich_text.cost import RAW_TAGS, VOID_TAGS, html_cost
from core.recruiting.rich_text.separators import (
    SEPARATING_TAGS,
    may_separate,
    rename_odd_tags,
    replace_separators,
)

TEXT_BYTES: Final = 100_000
MAX_DEPTH: Final = 1_000
# Limits cleaning to a third of a second; texts that people write need less than a tenth of that.
MAX_WORK: Final = 300_000

_KEPT_TAGS: Final = frozenset({"b", "i", "em", "strong", "a", "p", "div", "ol", "li", "ul"})


def _make_cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags={"script", "style"},
        # Without an entry for "*", the library allows `title` and `lang` on every tag.
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        # The targets of `//host` and `/path` depend on the page that shows them.
        url_relative="deny",
        # None: allowed tags are returned as they were sent.
        link_rel=None,
    )


# A parser treats each of them in a way of its own.
_PARSED_AS_THEY_ARE: Final = _KEPT_TAGS | SEPARATING_TAGS | VOID_TAGS | RAW_TAGS
_CLEANER: Final = _make_cleaner(_KEPT_TAGS)
# Its result needs `replace_separators`.
_SEPARATING_CLEANER: Final = _make_cleaner(_KEPT_TAGS | SEPARATING_TAGS)


def clean_html(text: str, *, field: str) -> str:
    """Return `text` with only the allowed tags; the text inside of other tags stays, and its words stay apart.

    Raises `Invalid` for `field` if `text` has more than 100 kB before or (entities are longer) after cleaning, or if
    its tags are nested too deep or left open too often.
    """
    _refuse_long(text, field)
    # Without a < there is no tag, and nothing to clean.
    if "<" not in text:
        return text
    text = rename_odd_tags(text, known=_PARSED_AS_THEY_ARE)
    _refuse_deep(text, field)
    text = _take_tags(text)
    _refuse_long(text, field)
    return text


def _take_tags(text: str) -> str:
    if may_separate(text):
        return replace_separators(_SEPARATING_CLEANER.clean(text))
    return _CLEANER.clean(text)


def clean_columns(sent: Mapping[str, object], *, of: Columns, path: str = "") -> dict[str, object]:
    """Return the values as they are stored: one line for the type `line`, cleaned HTML for the type `html`.

    Raises as `clean_html`. `path` is where the client wrote the object: `candidates[3].`, or empty for the whole body.
    """
    return {
        name: _clean(value, column=of[name], field=f"{path}{name}")
        if isinstance(value, str)
        else value
        for name, value in sent.items()
    }


def _clean(value: str, *, column: Column, field: str) -> str:
    match column.type:
        case "line":
            return to_one_line(value)
        case "html":
            return clean_html(value, field=field)
    return value


def has_html(sent: Mapping[str, object], *, of: Columns) -> bool:
    """Return whether `clean_columns` has work to do: up to a third of a second for each value."""
    return any(
        of[name].type == "html" and isinstance(value, str) and "<" in value
        for name, value in sent.items()
    )


def _refuse_long(text: str, field: str) -> None:
    if len(text) > TEXT_BYTES or len(text.encode()) > TEXT_BYTES:
        raise Invalid.one(field, "too_many_bytes", limit=TEXT_BYTES)


def _refuse_deep(text: str, field: str) -> None:
    cost = html_cost(text)
    if cost.depth > MAX_DEPTH:
        raise Invalid.one(field, "too_deep", limit=MAX_DEPTH)
    if cost.work > MAX_WORK:
        raise Invalid.one(field, "too_entangled")
