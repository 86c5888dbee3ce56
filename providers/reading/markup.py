"""HTML of mail: what a person sees of it, and questions about its elements. The one place that knows the parser.

turbohtml takes time and memory in proportion to the HTML, whatever its nesting; other parsers need 25 s for 50,000
nested elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import turbohtml

from providers.messages import Message
from providers.reading.passages import Passage
from providers.text import strip_padding

_UNSEEN = "head,style,script,template,title,object,svg,[hidden]"
# In C, and so cheap; what they find is looked at closely.
_MAYBE_UNSEEN = '[style*="none" i],[style*="hidden" i],[style*="opacity" i]'
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0*\.?0+%?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)(?=.*overflow\s*:\s*hidden))"
    r"|overflow\s*:\s*hidden.*;\s*max-height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS = (
    "address,article,aside,blockquote,caption,center,dd,details,div,dt,fieldset,figcaption,figure,footer,form,"
    "h1,h2,h3,h4,h5,h6,header,legend,li,main,nav,option,pre,section,summary,td,th,textarea"
)
_FRAMES_OF_BLOCKS = "table,tbody,thead,tfoot,tr,ul,ol,menu,dl,select,colgroup,button"
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")


def visible_text(html: str) -> str:
    """Return what a person sees of the HTML: no comments, styles, attributes, hidden elements, preheader padding.

    A blank line stands between blocks (paragraphs, cells, list items), a line break where the HTML has `<br>`.
    """
    if not html:
        return ""
    return _lay_out(turbohtml.parse(html, positions=False))


def _lay_out(tree: turbohtml.Document | turbohtml.Element) -> str:
    """Return what a person sees of the tree, which is used up."""
    tree.remove(_UNSEEN)
    for element in tree.select(_MAYBE_UNSEEN):
        if _HIDING.search(element.attr("style") or ""):
            element.decompose()
    # The parser's own layout of tables pads each cell to the widest of its column: 300 kB become 600 MB.
    tree.strip_tags(_FRAMES_OF_BLOCKS)
    for block in tree.select(_BLOCKS):
        block.tag = "p"
    text = _SPACES.sub(" ", strip_padding(tree.to_text()))
    return _BLANK_LINES.sub("\n\n", _BREAKS.sub("\n", text)).strip()


class Piece:
    """One element of a page."""

    __slots__ = ("_node",)

    def __init__(self, node: turbohtml.Document | turbohtml.Element) -> None:
        self._node = node

    def all(self, selector: str) -> list[Piece]:
        """Return the elements inside that a CSS selector finds, in the order of the page."""
        return [Piece(node) for node in self._node.select(selector)]

    def first(self, selector: str) -> Piece | None:
        node = self._node.select_one(selector)
        return None if node is None else Piece(node)

    def closest(self, selector: str) -> Piece | None:
        """Return the nearest element around this one (or itself) that a CSS selector finds."""
        node = self._node.closest(selector)
        return None if node is None else Piece(node)

    def following(self, selector: str) -> Iterator[Piece]:
        """Yield the elements after this one, in the order of the page and not within it, that a CSS selector finds."""
        inside = set(self._node.select("*"))
        for node in self._node.following:
            if isinstance(node, turbohtml.Element) and node not in inside and node.matches(selector):
                yield Piece(node)

    @property
    def passage(self) -> Passage:
        """The text of this element as a person sees it."""
        copy = turbohtml.parse_fragment(self._node.serialize(), positions=False)
        return Passage("html", _lay_out(copy))

    def attribute(self, name: str) -> Passage | None:
        """Return the value of an attribute, None where there is none or a blank one."""
        value = self._node.attr(name) if isinstance(self._node, turbohtml.Element) else None
        return Passage("markup", value) if value and value.strip() else None


@lru_cache(maxsize=2)
def parse_page(html: str) -> Piece:
    """Return the whole page; asked again for the same HTML, the same page without parsing."""
    return Piece(turbohtml.parse(html, positions=False))


def page_of(message: Message) -> Piece:
    """Return the page that the message's HTML makes; an empty one where it has none."""
    return parse_page(message.html)
