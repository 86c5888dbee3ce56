"""The header of a mail or part: its fields, in their order, with limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from providers.messages import MAX_HEADER_BYTES
from providers.mime.limits import MAX_FIELDS
from providers.mime.words import decode_words, unfold

_HEADER_END = re.compile(rb"\n\r?\n")
_FIELD = re.compile(
    rb"^([!-9;-~]{1,200})(?:[ \t\r\x0b\x0c]|\n(?=[ \t]))*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE
)
_SHORT, _LONGEST_NAME = 1024, 200
# A message is made of these, wherever they stand.
_NEEDED = (
    b"from",
    b"subject",
    b"date",
    b"message-id",
    b"content-type",
    b"content-transfer-encoding",
)


@dataclass(slots=True)
class Fields:
    """The fields of one header: name in its own case, raw value. `cut`: some were left out for their size."""

    pairs: tuple[tuple[str, bytes], ...] = ()
    cut: bool = False
    _by_name: dict[str, list[bytes]] = field(default_factory=dict, compare=False, repr=False)
    _texts: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _decoded: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def raw(self, name: str) -> bytes | None:
        """Return the first raw value of a name in lower case."""
        found = self._by_name.get(name)
        return found[0] if found else None

    def all_raw(self, name: str) -> list[bytes]:
        return self._by_name.get(name, [])

    def text(self, name: str) -> str:
        """Return the first value, unfolded, with encoded words as they are; "" where there is none."""
        if (known := self._texts.get(name)) is not None:
            return known
        found = self._by_name.get(name)
        if found is None:
            return ""
        text = self._texts[name] = unfold(found[0])
        return text

    def decoded(self, name: str) -> str:
        """Return the first value as a person reads it; "" where there is none."""
        if (known := self._decoded.get(name)) is None:
            known = self._decoded[name] = decode_words(self.text(name))
        return known

    def decode_all(self) -> tuple[tuple[str, str], ...]:
        """Return name and decoded value of each field, as long as they fit into a message."""
        room = MAX_HEADER_BYTES
        pairs = []
        for name, raw in self.pairs:
            value = decode_words(unfold(raw))
            room -= len(name) + len(value.encode())
            if room < 0:
                break
            pairs.append((name, value))
        return tuple(pairs)


def read_fields(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    """Return the fields from `start` on, and where the body begins.

    Kept are the first 64 KiB of them, and of the rest those that a message needs.
    """
    return _read_short(raw, start, end) or _read_line_by_line(raw, start, end)


def _read_short(raw: bytes, start: int, end: int) -> tuple[Fields, int] | None:
    """Return the same of a header that breaks no limit, as nearly all; None where it may break one.

    One pattern over all of it takes a third of the time.
    """
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return None
    found = _HEADER_END.search(raw, start, min(end, start + MAX_HEADER_BYTES))
    if found is None or raw.count(b"\n", start, found.end()) > MAX_FIELDS:
        return None
    by_name: dict[str, list[bytes]] = {}
    pairs = []
    for spelled, value in _FIELD.findall(raw[start : found.start()]):
        name = spelled.decode("ascii")
        value = value.rstrip(b"\r")
        pairs.append((name, value))
        by_name.setdefault(name.lower(), []).append(value)
    return Fields(tuple(pairs), False, by_name), found.end()


def _read_line_by_line(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    pairs: list[tuple[str, bytes]] = []
    by_name: dict[str, list[bytes]] = {}
    room, cut, position = MAX_HEADER_BYTES, False, start
    while position < end:
        line_end = _end_of_field(raw, position, end)
        line = raw[position:line_end]
        position = min(line_end + 1, end)
        if line in (b"", b"\r"):
            break
        name, value = _split(line)
        if not name:
            continue
        if len(pairs) >= MAX_FIELDS or len(line) > room:
            # One field that is too long on its own (thousands of recipients) doesn't hide the shorter ones after it.
            cut = True
            if len(pairs) >= MAX_FIELDS or room < _SHORT:
                break
            continue
        room -= len(line)
        pairs.append((name, value))
        by_name.setdefault(name.lower(), []).append(value)
    if cut:
        position = _find_body(raw, position, end)
        _add_needed(raw, start, position, pairs, by_name)
    return Fields(tuple(pairs), cut, by_name), position


def _end_of_field(raw: bytes, start: int, end: int) -> int:
    """Return where the field's last line ends; the lines that begin with white space are its own."""
    line_end = raw.find(b"\n", start, end)
    # A blank line ends the header, whatever the next one begins with.
    if line_end < 0 or (line_end - start < 2 and raw[start:line_end] in (b"", b"\r")):
        return end if line_end < 0 else line_end
    while raw[line_end + 1 : line_end + 2] in (b" ", b"\t") and line_end + 1 < end:
        following = raw.find(b"\n", line_end + 1, end)
        if following < 0:
            return end
        line_end = following
    return line_end


def _split(line: bytes) -> tuple[str, bytes]:
    name, colon, value = line.partition(b":")
    stripped = name.rstrip()
    if (
        not colon
        or not stripped
        or len(stripped) > _LONGEST_NAME
        or not stripped.isascii()
        or b" " in stripped
    ):
        return "", b""
    text = stripped.decode("ascii")
    return (text, value.rstrip(b"\r")) if text.isprintable() else ("", b"")


def _find_body(raw: bytes, start: int, end: int) -> int:
    found = _HEADER_END.search(raw, max(start - 2, 0), end)
    return found.end() if found else end


def _add_needed(
    raw: bytes,
    start: int,
    end: int,
    pairs: list[tuple[str, bytes]],
    by_name: dict[str, list[bytes]],
) -> None:
    for name in _NEEDED:
        key = name.decode()
        if key in by_name:
            continue
        match = re.compile(
            rb"^" + name + rb"[ \t]*:((?:[^\n]{0,2000}(?:\n[ \t])?){1,10})",
            re.MULTILINE | re.IGNORECASE,
        ).search(raw, start, end)
        if match:
            pairs.append((key, match[1].rstrip()))
            by_name[key] = [match[1].rstrip()]
