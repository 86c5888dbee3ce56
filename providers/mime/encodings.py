"""Content-Transfer-Encodings, as leniently as mail needs."""

from __future__ import annotations

import binascii
import re
from contextlib import suppress
from io import BytesIO

_SPACE = b" \t\r\n\x0b\x0c"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,3}")
_BASE64_LINE = re.compile(
    rb"[A-Za-z0-9+/_-]*[A-Za-z0-9+/]=*|[A-Za-z0-9+/_-]*[A-Za-z0-9+/][A-Za-z0-9+/_-]*=*"
)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def decode_body(raw: bytes, encoding: str) -> bytes:
    """Return what a transfer encoding hides; what has none, or an unknown one, as it is. Never raises."""
    match encoding.strip().lower():
        case "base64":
            return decode_base64(raw)
        case "quoted-printable":
            return binascii.a2b_qp(raw)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _decode_uu(raw)
        case _:
            return raw


def decode_base64(raw: bytes) -> bytes:
    """Return the bytes of base64 with or without padding, url-safe, with stray characters, or with text below it."""
    packed = raw.translate(None, _SPACE)
    if not _BASE64.fullmatch(packed):
        packed = _base64_lines(raw)
    packed = packed.partition(b"=")[0]
    # One letter alone holds six bits: less than a byte.
    packed = packed[: len(packed) - (len(packed) % 4 == 1)]
    with suppress(binascii.Error):
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    return b""


def _base64_lines(raw: bytes) -> bytes:
    """Return the lines of base64 up to the first that is something else: a list's footer, a signature's dashes."""
    lines = bytearray()
    for line in BytesIO(raw):
        stripped = line.strip(_SPACE)
        if not stripped:
            continue
        if not _BASE64_LINE.fullmatch(stripped):
            if lines:
                break
            # A stray character within the first line: the standard library skips it, and so do we.
            stripped = re.sub(rb"[^A-Za-z0-9+/=_-]", b"", stripped)
        lines += stripped.translate(_URL_SAFE)
        if stripped.endswith(b"="):
            break
    return bytes(lines)


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
