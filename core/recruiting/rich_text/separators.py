"""Replaces the tags that separate words in a text, where a note may not hold them, by a space or a line end.

A browser shows a heading, a cell or a line of its own apart from its neighbours. Without those tags `<h2>About</h2>We`
would become `AboutWe`. Tags within a line, such as `<span>`, separate nothing.
"""

import re
from typing import Final

# WHATWG HTML, "Rendering": elements whose `display` is a block, a list item or a part of a table, and line breaks.
# None of them holds raw text, which the cleaner writes without escaping.
# fmt: off
SEPARATING_TAGS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "col",
    "colgroup", "dd", "details", "dialog", "dir", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup",
    "hr", "html", "legend", "listing", "main", "menu", "nav", "optgroup", "option", "pre", "search",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
})
# fmt: on
# Allowed in notes: they keep their neighbours apart themselves.
_KEPT_BLOCKS: Final = "p|div|ul|ol|li"
_NAMES: Final = "|".join(sorted(SEPARATING_TAGS))
_MAY_SEPARATE: Final = re.compile(rf"</?(?:{_NAMES})(?![a-z0-9])", re.IGNORECASE)
_RUN: Final = re.compile(rf"</?(?:{_NAMES})>(?:\s*</?(?:{_NAMES})>)*")
_ENDS_APART: Final = re.compile(rf"(?:^|\s|</?(?:{_KEPT_BLOCKS})>)\Z")
_BEGINS_APART: Final = re.compile(rf"\s|\Z|</?(?:{_KEPT_BLOCKS})>")
_LONGEST_TAG: Final = len("</div>")


def may_separate(html: str) -> bool:
    """Return whether a text may have tags that separate."""
    return _MAY_SEPARATE.search(html) is not None


def replace_separators(cleaned: str) -> str:
    """Return a text without its tags that separate; a space stays where words would stick together.

    `cleaned`: as the cleaner writes it, so without an attribute on these tags, and with `<` escaped in text and in
    attributes.
    """
    return _RUN.sub(_replace, cleaned)


def _replace(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    is_apart = _ENDS_APART.search(text[max(0, start - _LONGEST_TAG) : start]) if start else True
    if is_apart or _BEGINS_APART.match(text, end):
        return ""
    return "\n" if "\n" in found[0] else " "
