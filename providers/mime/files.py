"""Mail in files: `.eml`, mbox (mboxrd, Google Takeout), folders of them (Maildir too); one mail in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import fstat
from pathlib import Path
from typing import BinaryIO

from providers.messages import MailFolder
from providers.mime.folders import folder_of_path
from providers.mime.limits import MAX_MAIL_BYTES

# A separator names a sender and a time; `From here on ...` in an unquoted body doesn't.
_SEPARATOR = re.compile(
    rb"From \S.*\d{1,2}:\d{2}.*\b(?:19|20)\d{2}\b.*|From \S+ .*\b(?:19|20)\d{2}\b.*\d{1,2}:\d{2}.*"
    rb"|From \S+ .*\b(?:19|20)\d{2}\s*|From \S+@\S+\s*|From -.*"
)
# `From jo@acme.example Tue Sep  8 09:30:00 2026`: few lines of a body are that, so that no blank line is needed before.
_WHOLE_SEPARATOR = re.compile(
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +"
    rb"(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2}) +"
    rb"(?:\d{4} +)?\d{1,2}:\d{2}.*"
)
# What a mail begins with; the mail may be empty, and a program may have quoted an older separator.
_BEGINNING = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From |\r?\n|\Z")
_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_OUTLOOK = b"\xd0\xcf\x11\xe0"
_CHUNK = 1024 * 1024
_LONGEST_SEPARATOR = 1000
_LONGEST_BLANK = 64
_NO_MAIL = frozenset(
    {
        ".json",
        ".csv",
        ".html",
        ".htm",
        ".txt",
        ".db",
        ".sqlite",
        ".msf",
        ".dat",
        ".zip",
        ".gz",
        ".tgz",
        ".pdf",
        ".png",
        ".jpg",
    }
)


@dataclass(frozen=True, slots=True)
class FileMail:
    """One mail of a file: its bytes, or the reason why there are none. `number`: its place in an mbox, from 1."""

    path: Path
    raw: bytes = b""
    reason: str | None = None
    folder: MailFolder | None = None
    number: int | None = None


def read_paths(paths: Iterable[Path]) -> Iterator[FileMail]:
    """Yield the mails of files and folders, in the order of names. A path that can't be read yields the reason."""
    for path in paths:
        if path.is_dir():
            for file in sorted(one for one in path.rglob("*") if one.is_file()):
                if not file.name.startswith(".") and file.suffix.lower() not in _NO_MAIL:
                    yield from _read_file(file)
        else:
            yield from _read_file(path)


def _read_file(path: Path) -> Iterator[FileMail]:
    folder = folder_of_path(path)
    try:
        with path.open("rb") as file:
            peeked = file.peek(_LONGEST_BLANK)[:_LONGEST_BLANK]
            blank = _BLANK.match(peeked)
            above = blank.end() if blank else 0
            beginning = peeked[above : above + 5]
            if beginning == b"From " or (
                not beginning and path.suffix.lower() in (".mbox", ".mbx")
            ):
                file.seek(above)
                for number, mail in enumerate(split_mbox(file), start=1):
                    yield _mail(path, mail, folder, number)
            elif beginning.startswith(_OUTLOOK):
                yield FileMail(path, reason="Outlook's own format (.msg): save it as .eml")
            else:
                large = fstat(file.fileno()).st_size > MAX_MAIL_BYTES
                yield _mail(path, None if large else file.read(MAX_MAIL_BYTES), folder)
    except OSError as error:
        yield FileMail(path, reason=f"can't be opened: {error.strerror or type(error).__name__}")


def _mail(
    path: Path, raw: bytes | None, folder: MailFolder | None, number: int | None = None
) -> FileMail:
    reason = f"larger than {MAX_MAIL_BYTES // 1024**2} MiB" if raw is None else None
    return FileMail(path, raw or b"", reason=reason, folder=folder, number=number)


def split_mbox(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield the mails of an mbox, unquoted (`>From ` -> `From `); None for one that is too large, which isn't kept.

    Memory holds one mail and one chunk at most, whatever the file's size.
    """
    held = bytearray(b"\n\n")
    begun = too_large = False
    while True:
        chunk = file.read(_CHUNK)
        held += chunk
        start = searched = 0
        while (found := _find_separator(held, searched, final=not chunk)) is not None:
            end, following = found
            if begun:
                yield None if too_large else _unquote(bytes(memoryview(held)[start:end]))
            begun, too_large = True, False
            start = searched = following
        del held[:start]
        if len(held) > MAX_MAIL_BYTES + _CHUNK:
            too_large = True
            del held[: -2 * _LONGEST_SEPARATOR]
        if not chunk:
            break
    if begun:
        # A blank line ends the last mail as well.
        if held.endswith((b"\n\n", b"\n\r\n")):
            del held[held.rindex(b"\n", 0, -1) + 1 :]
        yield None if too_large or len(held) > MAX_MAIL_BYTES else _unquote(bytes(held))


def _find_separator(held: bytearray, start: int, *, final: bool) -> tuple[int, int] | None:
    """Return where the mail before a separator ends, and where the one after it begins."""
    position = start
    while (found := held.find(b"\nFrom ", position)) >= 0:
        line_end = held.find(b"\n", found + 1, found + _LONGEST_SEPARATOR)
        if not final and len(held) - found < 2 * _LONGEST_SEPARATOR:
            # The line, or the one below it, may go on in the next chunk.
            return None
        if line_end < 0:
            line_end = len(held)
        end = _end_before(held, start, found, held[found + 1 : line_end].rstrip(b"\r"))
        following = min(line_end + 1, len(held))
        if end is not None and _BEGINNING.match(held, following):
            return end, following
        position = found + 1
    return None


def _end_before(held: bytearray, start: int, found: int, line: bytearray) -> int | None:
    """Return where the mail above a line ends, None where the line is no separator.

    A blank line comes before; after the separator of an empty mail there may be none, and some programs write none.
    """
    before = found - 1 if held[found - 1 : found] == b"\r" else found
    if before == start or held[before - 1 : before] == b"\n":
        return before if _SEPARATOR.fullmatch(line) else None
    return found + 1 if _WHOLE_SEPARATOR.fullmatch(line) else None


def _unquote(raw: bytes) -> bytes:
    return _QUOTED.sub(rb"\1", raw) if b">From " in raw else raw
