"""Encoded words in headers (RFC 2047), however they were split or glued."""

from __future__ import annotations

import binascii
import re
from itertools import groupby

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

    White space between two encoded words goes, and neighbours of one charset are put together before they
    are decoded: some senders split within a letter, or within a group of base64.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    run: list[re.Match[str]] = []
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        if not run or between.strip():
            pieces += [_decode_run(run), between]
            run = []
        elif run[-1]["charset"].lower() != match["charset"].lower():
            pieces.append(_decode_run(run))
            run = []
        run.append(match)
        end = match.end()
    return "".join([*pieces, _decode_run(run), value[end:]])


def _encoding_of(word: re.Match[str]) -> str:
    return word["encoding"].lower()


def _decode_run(words: list[re.Match[str]]) -> str:
    """Return the text of neighbours of one charset."""
    if not words:
        return ""
    if len(words) == 1:
        raw = _decode_bytes(words, _encoding_of(words[0]))
        return decode_text(raw, words[0]["charset"].lower())
    runs = groupby(words, _encoding_of)
    raw = b"".join(_decode_bytes(list(run), encoding) for encoding, run in runs)
    return decode_text(raw, words[0]["charset"].lower())


def _decode_bytes(words: list[re.Match[str]], encoding: str) -> bytes:
    texts = [word["text"] if word["text"] is not None else word["loose"] for word in words]
    if encoding == "q":
        return binascii.a2b_qp("".join(texts).encode(), header=True)
    groups = [""]
    for text in texts:
        # A word that ends within a group of four goes on in the next one.
        if groups[-1].endswith("=") or len(groups[-1]) % 4 == 0:
            groups.append("")
        groups[-1] += text.strip()
    return b"".join(decode_base64(group.encode()) for group in groups)


def unfold(raw: bytes) -> str:
    """Return a header's raw value on one line, its bytes read as text."""
    if raw.isascii() and b"\x00" not in raw:
        text = raw.decode("ascii")
        if text.isprintable():
            return text.strip(" ")
    else:
        text = decode_text(raw)
    if "\n" in text or "\r" in text:
        text = _FOLD.sub(lambda fold: " " if fold[0].strip("\r\n") else "", text)
    return text.strip()
