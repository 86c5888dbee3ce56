"""The header of a mail or part: its fields, in their order, with limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from providers.messages import MAX_HEADER_BYTES
from providers.mime.charsets import decode_text
from providers.mime.limits import MAX_FIELDS
from providers.mime.words import decode_words, unfold

# A message is made of these, wherever they stand.
_NEEDED = (b"from", b"subject", b"date", b"message-id", b"content-type", b"content-transfer-encoding")
_PARAMETER = re.compile(r";\s*([^\s=;\"]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;\s]*)")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one header: name in its own case, raw value. `cut`: some were left out for their size."""

    pairs: tuple[tuple[str, bytes], ...] = ()
    cut: bool = False
    _by_name: dict[str, list[bytes]] = field(default_factory=dict, compare=False, repr=False)

    def raw(self, name: str) -> bytes | None:
        """Return the first raw value of a name in lower case."""
        found = self._by_name.get(name)
        return found[0] if found else None

    def all_raw(self, name: str) -> list[bytes]:
        return self._by_name.get(name, [])

    def text(self, name: str) -> str:
        """Return the first value, unfolded, with encoded words as they are; "" where there is none."""
        raw = self.raw(name)
        return "" if raw is None else unfold(raw)

    def decoded(self, name: str) -> str:
        return decode_words(self.text(name))

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


def find_body(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the header from `start` on ends, and where the body begins."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return start, raw.index(b"\n", start) + 1
    unix, dos = raw.find(b"\n\n", start, end), raw.find(b"\n\r\n", start, end)
    if unix < 0 and dos < 0:
        return end, end
    if dos < 0 or 0 <= unix < dos:
        return unix + 1, unix + 2
    return dos + 1, dos + 3


def read_fields(raw: bytes, start: int, end: int) -> Fields:
    """Return the fields between two offsets: the first 64 KiB of them, and of the rest those that a message needs."""
    pairs: list[tuple[str, bytes]] = []
    by_name: dict[str, list[bytes]] = {}
    room, cut = MAX_HEADER_BYTES, False
    for count, (name, value) in enumerate(_scan(raw, start, end)):
        # One field that is too long on its own (thousands of recipients) doesn't hide the shorter ones after it.
        if count >= MAX_FIELDS or len(name) + len(value) > room:
            cut = True
            if count >= MAX_FIELDS or room < 1024:
                break
            continue
        room -= len(name) + len(value)
        text = decode_text(name)
        pairs.append((text, value))
        by_name.setdefault(text.lower(), []).append(value)
    if cut:
        _add_needed(raw, start, end, pairs, by_name)
    return Fields(tuple(pairs), cut, by_name)


def _scan(raw: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and values; lines that are no field are skipped."""
    while start < end:
        line_end = raw.find(b"\n", start, end)
        line_end = end if line_end < 0 else line_end
        # Folded lines begin with white space.
        while line_end < end and raw[line_end + 1 : line_end + 2] in (b" ", b"\t") and line_end + 1 < end:
            following = raw.find(b"\n", line_end + 1, end)
            line_end = end if following < 0 else following
        colon = raw.find(b":", start, min(line_end, start + 200))
        if colon > start:
            name = raw[start:colon].rstrip()
            if name and not any(character <= 32 or character == 127 for character in name):
                yield name, raw[colon + 1 : line_end].rstrip(b"\r")
        start = line_end + 1


def _add_needed(
    raw: bytes, start: int, end: int, pairs: list[tuple[str, bytes]], by_name: dict[str, list[bytes]]
) -> None:
    for name in _NEEDED:
        key = name.decode()
        if key in by_name:
            continue
        match = re.compile(
            rb"^" + name + rb"[ \t]*:((?:[^\n]{0,2000}(?:\n[ \t])?){1,10})", re.MULTILINE | re.IGNORECASE
        ).search(raw, start, end)
        if match:
            pairs.append((key, match[1].rstrip()))
            by_name[key] = [match[1].rstrip()]


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the head of a structured field in lower case (`text/html`) and its parameters.

    RFC 2231 pieces (`name*0*=...`) are put together.
    """
    head = value.partition(";")[0].strip().lower()
    parameters: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[len(value.partition(";")[0]) :]):
        name, text = match[1].lower(), match[2]
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'))
        base, star, _ = name.partition("*")
        parameters[base] = parameters.get(base, "") + text if star else text
    return head, parameters
