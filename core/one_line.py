"""Names that are displayed to people are one line of text: cleaned where clients send them, checked for operators."""

import re
from typing import Final

from core.errors import Invalid

# Control characters but for white space; and those that change the direction of writing (Unicode: Bidi_Control), which
# let a name look like another one.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_WHITE_SPACE: Final = re.compile(r"\s+")
_LINE_ENDS: Final = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"


def to_one_line(text: str) -> str:
    """Return `text` as one line: each run of white space is one blank, and characters that control output are gone.

    Line breaks at either end are gone too; a blank there stays. The result is never longer than `text`.
    """
    return _WHITE_SPACE.sub(" ", _INVISIBLE.sub("", text).strip(_LINE_ENDS))


def clean_line(text: str, *, field: str, limit: int) -> str:
    """Return `text` without surrounding whitespace; it may be empty.

    Raises `Invalid` of `field` where it has more than `limit` characters, or characters that can't be printed.
    """
    line = text.strip()
    if len(line) > limit:
        raise Invalid.one(field, "too_long", limit=limit)
    if not line.isprintable():
        raise Invalid.one(field, "control_characters")
    return line
