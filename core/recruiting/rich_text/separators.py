"""Replaces the tags that separate words in a text, where a note may not hold them, by a space or a line end.

A browser shows a heading, a cell or a line of its own apart from its neighbours. Without those tags `<h2>About</h2>We`
would become `AboutWe`. Tags within a line, such as `<span>`, separate nothing.
"""

import re
from collections.abc import Collection
from typing import Final

# WHATWG HTML, "Rendering": elements whose `display` is a block, a list item or a part of a table, and line breaks.
# None of them holds raw text, which the cleaner writes without escaping.
# fmt: off
SEPARATING_TAGS: Final = frozenset({
    "address", "article", "aside", "blockquote", "br", "center", "dd", "details", "dialog", "dir",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "hr", "legend", "listing", "main", "menu", "nav", "optgroup",
    "option", "pre", "search", "section", "summary", "table",
})
# They separate too, but a parser drops them where they are out of place, and a note begins inside of a page's body.
_OUT_OF_PLACE: Final = frozenset({
    "body", "caption", "col", "colgroup", "frameset", "head", "html", "tbody", "td", "tfoot", "th",
    "thead", "title", "tr",
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
_TAG: Final = re.compile(r"<(/?)([a-z][^\s/>]*+)", re.IGNORECASE)
_REST_OF_TAG: Final = re.compile(r"""(?:"[^"]*+"|'[^']*+'|[^>"'])*+>""")


def rename_odd_tags(html: str, *, known: Collection[str]) -> str:
    """Return a text of which neither the parser nor the cleaner drops a separator or text, before it is cleaned.

    A separator that may be out of place becomes `<br>`. A tag that isn't `known` gets a name that no language has: the
    cleaner drops SVG, MathML and templates with their text, and `<text>` anywhere.
    """
    pieces, position = [], 0
    while tag := _TAG.search(html, position):
        rest = _REST_OF_TAG.match(html, tag.end())
        if rest is None:
            break
        pieces.append(html[position : tag.start()] + _rename(tag, known) + rest[0])
        position = rest.end()
    return "".join(pieces) + html[position:]


def _rename(tag: re.Match[str], known: Collection[str]) -> str:
    name = tag[2].lower()
    if name in _OUT_OF_PLACE:
        return "<br"
    return tag[0] if name in known else f"<{tag[1]}x-{name}"


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
