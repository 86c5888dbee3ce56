"""Encoded words in headers (RFC 2047), however they were split or glued."""

from __future__ import annotations

import binascii
import re

from providers.mime.charsets import decode_text
from providers.mime.encodings import decode_base64

_WORD = re.compile(
    r"=\?(?P<charset>[^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?(?P<encoding>[bBqQ])\?"
    # Some forget to encode a question mark.
    r"(?:(?P<text>[^?]*)\?=|(?P<loose>.{0,400}?)\?=(?=[\s)\",<]|\Z|=\?))",
    re.DOTALL,
)
_FOLD = re.compile(r"\r?\n[ \t]?|\r")


def decode_words(value: str) -> str:
    """Return a header's value with its encoded words decoded.

    White space between two encoded words goes, and neighbours of one charset are put together as bytes: some senders
    split within a letter.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        charset, raw = match["charset"].lower(), _raw_word(match)
        end = match.end()
        if pending and not between.strip() and pending[0] == charset:
            pending = (charset, pending[1] + raw)
            continue
        if pending:
            pieces.append(decode_text(pending[1], pending[0]))
        if between.strip() or pending is None:
            pieces.append(between)
        pending = (charset, raw)
    if pending:
        pieces.append(decode_text(pending[1], pending[0]))
    return "".join([*pieces, value[end:]])


def _raw_word(match: re.Match[str]) -> bytes:
    text = match["text"] if match["text"] is not None else match["loose"]
    if match["encoding"] in "bB":
        return decode_base64(text.encode("utf-8"))
    return binascii.a2b_qp(text.encode("utf-8"), header=True)


def unfold(raw: bytes) -> str:
    """Return a header's raw value on one line, its bytes read as text."""
    text = raw.decode("ascii") if raw.isascii() and b"\x00" not in raw else decode_text(raw)
    if "\n" in text or "\r" in text:
        text = _FOLD.sub(lambda fold: " " if fold[0].strip("\r\n") else "", text)
    return text.strip()
