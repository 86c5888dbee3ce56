"""Content-Transfer-Encodings, as leniently as mail needs."""

from __future__ import annotations

import binascii
import re
from contextlib import suppress
from io import BytesIO

_SPACE = b" \t\r\n\x0b\x0c"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,3}")
_LONG_PIECE = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_LONG_LINE = re.compile(
    rb"^[ \t]*(?=[+/_-]*[A-Za-z0-9])[A-Za-z0-9+/_-]{24,}={0,2}[ \t]*\r?$", re.MULTILINE
)
# Words with a space between them, on the first line.
_PROSE = re.compile(rb"\s*[^\s]+ [^\s]+ [^\s]")
# A soft line break that a gateway has padded: it pads all of them, so that the first lines show it.
_LOOKED_AT = 4 * 1024
_PADDED_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_NO_BASE64 = re.sub(rb"[A-Za-z0-9+/=_-]", b"", bytes(range(256)))
_LETTERS = bytes(range(256)).translate(None, _NO_BASE64 + b"=")


def decode_body(raw: bytes, encoding: str) -> bytes:
    """Return what a transfer encoding hides; what has none, or an unknown one, as it is. Never raises."""
    match encoding.strip().lower():
        case "base64":
            return decode_base64(raw)
        case "quoted-printable":
            return binascii.a2b_qp(
                _PADDED_BREAK.sub(b"=", raw) if _PADDED_BREAK.search(raw, 0, _LOOKED_AT) else raw
            )
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _decode_uu(raw)
        case _:
            return raw


def decode_base64(raw: bytes) -> bytes:
    """Return the bytes of base64 with or without padding, url-safe, with stray characters, or with text below it.

    Several pieces one below the other, each with its padding, are put together: gateways append theirs. What is no
    base64 at all, though the mail says so, is returned as it is.
    """
    packed = raw.translate(None, _SPACE)
    if _BASE64.fullmatch(packed):
        return _unpack(packed)
    if _PROSE.match(raw) and not _LONG_LINE.search(raw):
        return raw
    return b"".join(map(_unpack, _base64_pieces(raw)))


def _unpack(packed: bytes) -> bytes:
    packed = packed.partition(b"=")[0]
    # One letter alone holds six bits: less than a byte.
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    with suppress(binascii.Error):
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    return b""


def _is_base64(line: bytes) -> bool:
    """Tell whether a line holds base64 alone; dashes alone are a divider. A pattern tries each letter as the last."""
    letters = line.rstrip(b"=")
    return not letters.translate(None, _LETTERS) and bool(letters.strip(b"-_"))


def _base64_pieces(raw: bytes) -> list[bytes]:
    """Return the base64 up to the first line that is something else: a list's footer, a signature's dashes.

    A piece ends at its padding; below it another one counts where its line is as long as those of base64.
    """
    pieces = [bytearray()]
    ended = False
    for line in BytesIO(raw):
        stripped = line.strip(_SPACE)
        if not stripped:
            continue
        if ended and not _LONG_PIECE.fullmatch(stripped):
            break
        if not _is_base64(stripped):
            if pieces[0]:
                break
            # A stray character within the first line: the standard library skips it, and so do we.
            stripped = stripped.translate(None, _NO_BASE64)
        if ended:
            pieces.append(bytearray())
        pieces[-1] += stripped.translate(_URL_SAFE)
        ended = stripped.endswith(b"=")
    return [bytes(piece) for piece in pieces]


def _decode_uu(raw: bytes) -> bytes:
    decoded = bytearray()
    lines = BytesIO(raw)
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders pad lines wrongly: the first character says how many bytes there are.
            with suppress(binascii.Error):
                decoded += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
    return bytes(decoded)
