"""Structured fields: `Content-Type: text/plain; charset=utf-8`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote_to_bytes

from providers.mime.charsets import decode_text
from providers.mime.words import decode_words

# What is further or longer is none that a mail needs.
MAX_PARAMETERS = 100
_MAX_CHARACTERS = 8 * 1024
_LONGEST_KEPT = 100
_PARAMETER = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;\s]*)")
_ESCAPED = re.compile(r"\\(.)")
# A comment has white space before it: a boundary without quotes may hold brackets. What is quoted holds none.
_COMMENT = re.compile(r"(\"(?:[^\"\\]|\\.)*+\"?)|(?<![^\s;(])\((?:[^()\\]|\\.)*\)")
_SLASH = re.compile(r"(?<!\s)\s*/\s*")
_DEEPEST_COMMENT = 10
_LONGEST_NUMBER = 4


def read_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """Return the head of a structured field in lower case (`text/html`) and its parameters.

    Pieces of one parameter are put together by their numbers, and decoded (RFC 2231: `name*0*=utf-8''...`).
    """
    # The same few short ones are in nearly all mail.
    return (_read_kept if len(value) <= _LONGEST_KEPT else _read)(value)


@lru_cache(maxsize=500)
def _read_kept(value: str) -> tuple[str, Mapping[str, str]]:
    return _read(value)


def _read(value: str) -> tuple[str, Mapping[str, str]]:
    value = value[:_MAX_CHARACTERS]
    if "(" in value:
        value = _without_comments(value)
    head, semicolon, rest = value.partition(";")
    # `text/html(a comment)`, `text / html`, `text/html charset=utf-8`
    head = _SLASH.sub("/", head.partition("(")[0].strip().lower()).partition(" ")[0]
    if not semicolon:
        return head, {}
    parameters: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in islice(_PARAMETER.finditer(semicolon + rest), MAX_PARAMETERS):
        name, text = match[1].lower(), match[2]
        if text.startswith('"'):
            text = _ESCAPED.sub(r"\1", text[1:].removesuffix('"'))
        base, star, piece = name.partition("*")
        if star:
            pieces.setdefault(base, []).append((_number_of(piece), piece[-1:] in ("", "*"), text))
        else:
            # Some programs encode names of files as a header's words.
            parameters[base] = decode_words(text) if "=?" in text else text
    return head, {**parameters, **{base: _joined(found) for base, found in pieces.items()}}


def _without_comments(value: str) -> str:
    """Return the field without its comments, from the inner ones to the outer ones."""
    for _ in range(_DEEPEST_COMMENT):
        shorter = _COMMENT.sub(lambda found: found[1] or " ", value)
        if shorter == value:
            break
        value = shorter
    return value


def _number_of(piece: str) -> int:
    number = piece.removesuffix("*")
    return int(number) if number.isdecimal() and len(number) <= _LONGEST_NUMBER else 0


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """Return the value of numbered pieces: the first may name a charset and a language, the encoded ones hold `%41`."""
    charset, raw = "", b""
    for _, is_encoded, text in sorted(pieces, key=lambda piece: piece[0]):
        if is_encoded and not raw and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if is_encoded else text.encode()
    return decode_text(raw, charset)
