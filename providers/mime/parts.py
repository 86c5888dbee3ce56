"""The parts of a mail: found by offsets, without copying, each entered once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from providers.mime.charsets import decode_text
from providers.mime.encodings import decode_body
from providers.mime.fields import Fields, read_fields
from providers.mime.limits import MAX_DEPTH, MAX_ENCODED_TEXT_BYTES, MAX_PARTS, Unreadable
from providers.mime.parameters import read_parameters

# `--a` also begins the delimiter `--ab` of an inner part: the rest of the line counts.
_REST = re.compile(rb"(--)?[ \t]*\r?(?:(?=\n)|\Z)")
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST_ENCODING = 200
_NO_ENCODING = frozenset({"", "7bit", "8bit", "binary"})


class Part(NamedTuple):
    """One part, or the whole mail: its header, and its body as offsets into `raw`."""

    raw: bytes
    fields: Fields
    start: int
    end: int
    content_type: str
    parameters: Mapping[str, str]
    encoding: str
    is_attachment: bool
    filename: str

    def decode(self, limit: int | None = None) -> bytes:
        """Return the body without its transfer encoding; of a longer one the first `limit` encoded bytes."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        return decode_body(self.raw[self.start : end], self.encoding)

    def text(self) -> str:
        return decode_text(self.decode(MAX_ENCODED_TEXT_BYTES), self.parameters.get("charset", ""))


def read_part(raw: bytes, start: int, end: int, *, default: str = "text/plain") -> Part:
    """Return the part between two offsets, header and body."""
    fields, body = read_fields(raw, start, end)
    content_type, parameters = read_parameters(fields.text("content-type"))
    if content_type.count("/") != 1:
        # RFC 2045 5.2: what can't be read is plain text.
        content_type = default
    encoding = fields.text("content-transfer-encoding")[:_LONGEST_ENCODING]
    disposition, named = read_parameters(fields.text("content-disposition"))
    return Part(
        raw,
        fields,
        body,
        max(body, end),
        content_type,
        parameters,
        _read_encoding(encoding),
        disposition == "attachment",
        named.get("filename") or parameters.get("name", ""),
    )


@lru_cache(maxsize=100)
def _read_encoding(field: str) -> str:
    """Return the name in a Content-Transfer-Encoding: the same few are in nearly all mail."""
    return _COMMENT.sub("", field).partition(";")[0].strip(" \t\"'").lower()


def walk(whole: Part) -> Iterator[Part]:
    """Yield the parts that hold something, in their order. Raises `Unreadable` above the limits.

    Mail within mail (message/rfc822) is yielded and not entered; of multipart/signed, what is signed is entered.
    """
    seen = 0
    waiting = [(whole, 0)]
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MAX_PARTS:
            raise Unreadable(f"more than {MAX_PARTS:,} parts")
        if depth > MAX_DEPTH:
            raise Unreadable(f"parts nested deeper than {MAX_DEPTH}")
        if not part.content_type.startswith("multipart/"):
            yield part
            continue
        inner = list(_children(part, MAX_PARTS + 1 - seen))
        if part.content_type == "multipart/signed":
            inner = inner[:1]
        waiting.extend((child, depth + 1) for child in reversed(inner))


def _children(part: Part, most: int) -> Iterator[Part]:
    boundary = part.parameters.get("boundary", "").rstrip()
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    if not boundary or part.encoding not in _NO_ENCODING | {"quoted-printable", "base64"}:
        yield from ()
        return
    start = None
    for line_start, line_end, last in _delimiters(
        part, b"--" + boundary.encode("utf-8", "replace")
    ):
        if start is not None:
            yield read_part(
                part.raw, start, _without_break(part.raw, start, line_start), default=default
            )
            most -= 1
            if most <= 0:
                return
        if last:
            return
        start = line_end
    if start is not None and start < part.end:
        # The closing delimiter is missing: the mail was cut off.
        yield read_part(part.raw, start, part.end, default=default)


def _delimiters(part: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield beginning and end of each delimiter's line, and whether it is the closing one."""
    raw, position, end = part.raw, part.start, part.end
    if not raw.startswith(delimiter, position, end):
        position = _next_line(raw, delimiter, position, end)
    while position >= 0:
        if found := _REST.match(raw, position + len(delimiter), end):
            yield position, min(found.end() + 1, end), found[1] is not None
        position = _next_line(raw, delimiter, position, end)


def _next_line(raw: bytes, beginning: bytes, start: int, end: int) -> int:
    """Return where the next line with this beginning starts, -1 where there is none.

    Each mail has delimiters of its own: compiling a pattern of them takes longer than all else that is done here.
    """
    found = raw.find(b"\n" + beginning, start, end)
    return found + 1 if found >= 0 else -1


def _without_break(raw: bytes, start: int, end: int) -> int:
    """Return where the part ends: the line break before a delimiter belongs to the delimiter."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
        if end > start and raw[end - 1 : end] == b"\r":
            end -= 1
    return end
