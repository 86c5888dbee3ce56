"""Bytes of mail -> text, whatever charset they claim to be in.

The declared charset comes first where it is stateful or wide (its bytes are all ASCII, or hold NUL), then strict UTF-8,
which bytes of another charset hardly ever are, then the declared one as browsers understand its name (WHATWG Encoding:
`iso-8859-1` is windows-1252, `gb2312` is gbk), then windows-1252. No charset raises.
"""

from __future__ import annotations

import codecs
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLE: Final = json.loads(Path(__file__).with_name("charsets.json").read_text(encoding="utf-8"))
# WHATWG's label -> Python's codec.
_CODECS: Final[dict[str, str]] = {
    label: codec for codec, labels in _TABLE["codecs"].items() for label in labels
}
_FIRST: Final = frozenset(_TABLE["stateful or wide"])
_MULTIBYTE: Final = frozenset(_TABLE["multi-byte"])
_SURROGATE = re.compile("[\ud800-\udfff]")
# The five bytes that Python's windows-1252 has nothing for are controls in browsers.
_WINDOWS_1252: Final = "".join(
    bytes([byte]).decode("latin-1" if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252")
    for byte in range(256)
)


@lru_cache(maxsize=500)
def find_codec(charset: str) -> str | None:
    """Return Python's codec for a declared charset, None where the name says nothing."""
    label = charset.strip().strip("\"'").lower()
    if known := _CODECS.get(label):
        return known
    try:
        codec = codecs.lookup(label).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return codec if re.fullmatch(_TABLE["further codecs"], codec) else None


def decode_text(raw: bytes, charset: str = "") -> str:
    """Return the text of `raw`, without NUL and lone surrogates."""
    codec = find_codec(charset) if charset else None
    text = _decode(raw, codec).removeprefix("\ufeff")
    text = text.replace("\x00", "") if "\x00" in text else text
    # UTF-7 alone spells halves of surrogate pairs.
    return _SURROGATE.sub("\ufffd", text) if codec == "utf-7" else text


def _decode(raw: bytes, codec: str | None) -> str:
    if raw.isascii() and codec not in _FIRST:
        return raw.decode("ascii")
    if codec and codec in _FIRST and (text := _try(raw, codec)) is not None:
        return text
    utf8 = _try(raw.removeprefix(codecs.BOM_UTF8), "utf-8")
    if utf8 is not None and not (codec in _MULTIBYTE and _is_doubtful(utf8)):
        return utf8
    if codec and (text := _try(raw, codec)) is not None:
        return text
    if utf8 is not None:
        return utf8
    if codec and (codec in _MULTIBYTE or codec in _FIRST or codec == "utf-8"):
        # Most of it is in that charset: a few broken letters are better than none that can be read. Text with no
        # letter of UTF-8 in it isn't UTF-8 at all.
        lenient = raw.decode(codec, "replace")
        is_used = codec != "utf-8" or not lenient.replace("\ufffd", "").isascii()
        if is_used and lenient.count("\ufffd") * 10 <= len(lenient):
            return lenient
    return _decode_windows_1252(raw)


def _try(raw: bytes, codec: str) -> str | None:
    if codec == "cp1252":
        return _decode_windows_1252(raw)
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _decode_windows_1252(raw: bytes) -> str:
    return codecs.charmap_decode(raw, "strict", _WINDOWS_1252)[0]


def _is_doubtful(utf8: str) -> bool:
    """Tell whether text in a Chinese, Japanese or Korean charset may look like this: pairs of bytes, no triples."""
    return not any(character >= "\u0800" for character in utf8)
