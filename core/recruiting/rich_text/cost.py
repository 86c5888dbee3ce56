"""An upper bound on the cost of sanitising HTML, computed first.

The cleaner builds a tree as browsers do (WHATWG HTML, "Tree construction"). That takes time with the square of the
depth, and a formatting tag that is left open is repeated in every block that follows: 100 kB can become millions of
elements. So the text is read once by simpler rules, which never find fewer tags open than a browser would: whatever may
open a tag opens one, and a tag is closed only by its own closing tag directly after its content, where both are written
so plainly that every browser reads them in the same way.
"""

import re
from dataclasses import dataclass
from typing import Final

_BLANK: Final = r"[\t\n\f\r ]"
_NAME: Final = r"[a-z][a-z0-9:-]*+"
_TOKEN: Final = re.compile(
    rf"""<(?:
        /(?P<closed>{_NAME}){_BLANK}*+>
      | (?P<opened>{_NAME})
        (?:{_BLANK}++[^\t\n\f\r\ <>/"'=]++
           (?:{_BLANK}*+={_BLANK}*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\t\n\f\r\ <>"'=`]++))?+)*+
        {_BLANK}*+/?>
      | (?P<unclear>/?[a-z]|!\[CDATA\[)
      | (?P<comment>!--|[!?/])
    )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_COMMENT_END: Final = re.compile("--!?>")
_UNCLEAR: Final = "?"
VOID_TAGS: Final = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
# Inside of these, void tags may have content.
_FOREIGN: Final = re.compile("<(?:svg|math)", re.IGNORECASE)
# Inside of these, `<!--` begins no comment.
RAW_TAGS: Final = frozenset(
    (
        "iframe",
        "noembed",
        "noframes",
        "noscript",
        "plaintext",
        "script",
        "style",
        "textarea",
        "title",
        "xmp",
    )
)
_RAW: Final = RAW_TAGS | {_UNCLEAR}
# Their end also closes a paragraph or a list item that was left open.
_BLOCKS: Final = frozenset(
    ("article", "blockquote", "center", "div", "footer", "header", "main", "ol", "section", "ul")
)


@dataclass(frozen=True, slots=True)
class HtmlCost:
    """`depth`: how many tags are nested; `work`: the sum of the depths at all tags."""

    depth: int
    work: int


def html_cost(text: str) -> HtmlCost:
    """Return an upper bound on the cost of cleaning `text`, in time proportional to its length."""
    tags = _OpenTags(void=frozenset() if _FOREIGN.search(text) else VOID_TAGS)
    position = depth = work = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        if token.lastgroup == "comment" and not tags.raw:
            position = _find_comment_end(text, token)
        elif token.lastgroup != "comment":
            tags.take(str(token.lastgroup), token[token.lastgroup or 0].lower())
        depth = max(depth, len(tags.names))
        work += len(tags.names)
    return HtmlCost(depth, work)


def _find_comment_end(text: str, token: re.Match[str]) -> int:
    start = token.end()
    if token["comment"] != "!--":
        end = text.find(">", start)
        return len(text) if end < 0 else end
    if text.startswith((">", "->"), start):
        return start
    found = _COMMENT_END.search(text, start)
    return len(text) if found is None else found.end()


class _OpenTags:
    """The names of the open tags, the innermost last; `raw` counts those whose content may not be read as tags."""

    def __init__(self, *, void: frozenset[str]) -> None:
        self.names: list[str] = []
        self.raw = 0
        self._void = void

    def take(self, kind: str, name: str) -> None:
        if kind == "unclear":
            self._begin(_UNCLEAR)
        elif kind == "closed":
            self._end_implied(name)
            self._end(name)
        elif name not in self._void:
            if name in ("p", "li"):
                self._end_implied(name)
                self._end(name)
            self._begin(name)

    def _end_implied(self, name: str) -> None:
        """Close what the end of `name`, or its next beginning, closes: a paragraph in an item, both in a block."""
        if name == "li" or name in _BLOCKS:
            self._end("p")
        if name in _BLOCKS:
            self._end("li")

    def _begin(self, name: str) -> None:
        self.names.append(name)
        self.raw += name in _RAW

    def _end(self, name: str) -> None:
        if self.names and self.names[-1] == name:
            self.names.pop()
            self.raw -= name in _RAW
