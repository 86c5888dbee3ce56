"""Text that mail plugins hand over: what a reader sees, storable, on one line."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

MAX_TITLE_CHARACTERS = 300
MAX_NAME_CHARACTERS = 200
MAX_REQUISITION_CHARACTERS = 100

# Format characters of Unicode without a picture of their own (category Cf, but for the Arabic and Syriac signs that
# are drawn), controls that are no white space, halves of surrogate pairs, and blank letters: U+034F pads preheaders.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_CONTROLS = bytes((*range(9), *range(0x0E, 0x1C), 0x7F))
# Those of them, and of the white space, that Python calls printable.
_BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_BLANK_PATTERN = "\u2800"
_JOINER = "\u200d"
# An emoji of several parts needs its joiners: the part before one may end in a skin tone or a variation selector.
_JOINED_EMOJI = re.compile(
    "(?<=[\u2190-\u2bff\u3030\ufe0f\U0001f000-\U0001faff])\u200d"
    "(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
)
_KEPT_JOINER = "\uf8ff"


def is_plain(text: str) -> bool:
    """Tell, in a third of a pattern's time, that nothing is padding, and all white space spaces and line feeds."""
    return text.replace("\n", "").isprintable() and not any(map(text.__contains__, _BLANK_LETTERS))


def strip_padding(text: str) -> str:
    """Return `text` without characters that take no room: zero-width, bidi, control, preheader fillers.

    White space stays as it is, and so do the joiners within an emoji.
    """
    if text.isascii():
        return text if text.isprintable() else text.encode().translate(None, _CONTROLS).decode()
    if is_plain(text):
        return text
    kept = _JOINED_EMOJI.sub(_KEPT_JOINER, text) if _JOINER in text else text
    kept = _INVISIBLE.sub("", kept.replace(_BLANK_PATTERN, " "))
    return kept.replace(_KEPT_JOINER, _JOINER) if _JOINER in text else kept


def collapse(text: str) -> str:
    """Return `text` on one line: no padding, each run of white space one space, none around it."""
    return " ".join(strip_padding(text).split())


def _clean(text: object) -> object:
    return collapse(text) if isinstance(text, str) else text


def require_storable(text: str) -> str:
    """Refuse what PostgreSQL has no text for: NUL, and halves of surrogate pairs (UnicodeEncodeError)."""
    if "\x00" in text:
        raise ValueError("holds NUL")
    if not text.isascii():
        # UTF-16 refuses the same halves as UTF-8 does, in a tenth of the time for the text of most mail.
        text.encode("utf-16-le")
    return text


def make_storable(text: str) -> str:
    """Return what PostgreSQL can store of a text: what a plugin raises, or an unreadable mail, may hold anything."""
    return text.encode(errors="replace").decode().replace("\x00", "")


_ONE_LINE = BeforeValidator(_clean)
JobTitle = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_TITLE_CHARACTERS), _ONE_LINE
]
CompanyName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARACTERS), _ONE_LINE
]
LocationName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARACTERS), _ONE_LINE
]
Requisition = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_REQUISITION_CHARACTERS), _ONE_LINE
]
StorableText = Annotated[str, AfterValidator(require_storable)]


def shorten(text: str, limit: int) -> str:
    """Return `text`, cut at the last word that fits into `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip() + "…"
