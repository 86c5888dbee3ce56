"""HTML of mail: what a person sees of it, and questions about its elements. The one place that knows the parser.

turbohtml takes time and memory in proportion to the HTML, whatever its nesting; other parsers need 25 s for 50,000
nested elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

import turbohtml

from providers.messages import Message
from providers.reading.passages import Passage
from providers.text import is_plain, strip_padding

_UNSEEN = "head,style,script,template,title,object,svg,[hidden]"
_TRANSPARENT = re.compile(r"opacity:0*\.?0+%?(?:;|!|$)")
_NO_HEIGHT = re.compile(r"max-height:0(?:px)?(?:;|!|$)")
_BLOCKS = (
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "legend",
    "li",
    "main",
    "nav",
    "option",
    "pre",
    "section",
    "summary",
    "td",
    "textarea",
    "th",
)
_FRAMES_OF_BLOCKS = "table,tbody,thead,tfoot,tr,ul,ol,menu,dl,select,colgroup,button"
_LARGE_TREE_BYTES = 4 * 1024 * 1024
_SPACES = re.compile(
    "[\t\r\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
_SPACE_RUN = re.compile(" {2,}")


def visible_text(html: str) -> str:
    """Return what a person sees of the HTML: no comments, styles, attributes, hidden elements, preheader padding.

    A blank line stands between blocks (paragraphs, cells, list items), a line break where the HTML has `<br>`.
    """
    if not html:
        return ""
    return _lay_out(deepcopy(_parse(html)))


def _keep_freed_blocks() -> None:
    """Have glibc keep the memory of a tree for the next one: else each mail pays for the same pages anew.

    It returns blocks above a threshold to the system at once, and raises that to the largest one freed so far
    (mallopt(3), M_MMAP_THRESHOLD).
    """
    block = bytearray(_LARGE_TREE_BYTES)
    del block


_keep_freed_blocks()
# HTML that was parsed last, and its tree; compared, not hashed: a hash reads all of it.
_last: tuple[str, turbohtml.Document] | None = None


def _parse(html: str) -> turbohtml.Document:
    """Return the tree of the HTML: asked for its text first, then by a source for its elements. To be left as it is."""
    global _last
    known = _last
    if known is None or known[0] != html:
        _last = known = (html, _mark_hidden(turbohtml.parse(html, positions=False)))
    return known[1]


def _mark_hidden(tree: turbohtml.Document) -> turbohtml.Document:
    """Give each element that its style hides the attribute `hidden`: asked once, for all that is cut out later."""
    # A mail writes the same few styles again and again.
    known: dict[str, bool] = {}
    for element in tree.select("[style]"):
        style = element.attr("style") or ""
        hides = known.get(style)
        if hides is None:
            hides = known[style] = _hides(style)
        if hides:
            element.attrs["hidden"] = ""
    return tree


def _lay_out(tree: turbohtml.Document | turbohtml.Element) -> str:
    """Return what a person sees of the tree, which is used up."""
    for element in tree.select(_UNSEEN):
        element.decompose()
    # The parser's own layout of tables pads each cell to the widest of its column: 300 kB become 600 MB.
    tree.strip_tags(_FRAMES_OF_BLOCKS)
    for block in tree.iter_elements(_BLOCKS):
        block.tag = "p"
    return _tidy(tree.to_text())


def _tidy(text: str) -> str:
    if not is_plain(text):
        text = _SPACES.sub(" ", strip_padding(text))
    if "  " in text:
        text = _SPACE_RUN.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = "\n".join([line.strip(" ") for line in text.split("\n")])
    # Each turn shortens a run of line feeds by a third; a pattern takes ten times as long.
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def _hides(style: str) -> bool:
    """Tell whether an inline style hides its element. `font-size:0` doesn't: layouts set it on cells of shown text."""
    packed = "".join(style.lower().split())
    return (
        "display:none" in packed
        or "visibility:hidden" in packed
        or _TRANSPARENT.search(packed) is not None
        or ("overflow:hidden" in packed and _NO_HEIGHT.search(packed) is not None)
    )


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
            if (
                isinstance(node, turbohtml.Element)
                and node not in inside
                and node.matches(selector)
            ):
                yield Piece(node)

    @property
    def passage(self) -> Passage:
        """The text of this element as a person sees it: none where an element around it is hidden."""
        node = self._node
        if isinstance(node, turbohtml.Element) and node.closest(_UNSEEN) is not None:
            return Passage("html", "")
        return Passage("html", _lay_out(deepcopy(node)))

    def attribute(self, name: str) -> Passage | None:
        """Return the value of an attribute, None where there is none or a blank one."""
        value = self._node.attr(name) if isinstance(self._node, turbohtml.Element) else None
        return Passage("markup", value) if value and value.strip() else None


def parse_page(html: str) -> Piece:
    """Return the whole page; asked again for the same HTML, the same page without parsing."""
    return Piece(_parse(html))


def page_of(message: Message) -> Piece:
    """Return the page that the message's HTML makes; an empty one where it has none."""
    return parse_page(message.html)
