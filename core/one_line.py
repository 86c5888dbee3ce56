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
# Blanks of all scripts, such as the wide one of Japanese; no line break and no tab.
_BLANKS: Final = re.compile(r"[^\S\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
# Python doesn't call them printable, but words of Persian, emoji and flags are put together with them.
_JOINERS: Final = re.compile("[\u200c\u200d\U000e0020-\U000e007f]")
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
    _require_line(line, line, field=field, limit=limit)
    return line


def clean_label(text: str, *, field: str, limit: int) -> str:
    """Return `text` as `clean_line` does, for what people read and nothing is found by.

    Such a text may hold joiners, with which two that differ look alike; its blanks are plain ones. It is empty where
    nothing of it is visible.
    """
    line = _BLANKS.sub(" ", text.strip())
    visible = _JOINERS.sub("", line)
    _require_line(line, visible, field=field, limit=limit)
    return line if visible.strip() else ""


def _require_line(line: str, visible: str, *, field: str, limit: int) -> None:
    if len(line) > limit:
        raise Invalid.one(field, "too_long", limit=limit)
    if not visible.isprintable():
        raise Invalid.one(field, "control_characters")
