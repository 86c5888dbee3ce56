"""JSON that is too large for memory: PostgreSQL writes it, a temporary file holds it until the client has read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import Final

from core.json_text import JsonText

# So much of a spool stays in memory; beyond that it is a file without a name, which ends with the process.
MEMORY_BYTES: Final = 1024 * 1024
CHUNK_BYTES: Final = 64 * 1024


class JsonSpool:
    """A complete JSON list, item by item, or another complete JSON value in pieces.

    `size` is in bytes. The code that reads it closes it.
    """

    def __init__(self, *, is_list: bool) -> None:
        self.is_list = is_list
        self.size = 2 if is_list else 0
        # An item is one line, since JSON that PostgreSQL quotes holds no raw line break.
        self._file = SpooledTemporaryFile(max_size=MEMORY_BYTES)  # noqa: SIM115 - closed by `close`
        self._is_empty = True

    def append(self, piece: bytes) -> None:
        """Add an item of the list, or the next piece of the value."""
        if self.is_list and not self._is_empty:
            piece = b"\n" + piece
        self._is_empty = False
        self._file.write(piece)
        self.size += len(piece)

    def chunks(self) -> Iterator[bytes]:
        """Yield the value in chunks of at most `CHUNK_BYTES`."""
        self._file.seek(0)
        if self.is_list:
            yield b"["
        while chunk := self._file.read(CHUNK_BYTES):
            yield chunk.replace(b"\n", b",") if self.is_list else chunk
        if self.is_list:
            yield b"]"

    def items(self) -> Iterator[bytes]:
        """Yield the JSON of each item of the list."""
        self._file.seek(0)
        for line in self._file:
            yield line.rstrip(b"\n")

    def read(self) -> bytes:
        """Return the whole value."""
        return b"".join(self.chunks())

    def close(self) -> None:
        self._file.close()


def join_object(
    first: JsonText | JsonSpool, more: Mapping[str, JsonText | JsonSpool]
) -> JsonText | JsonSpool:
    """Return the object `first`, which has members, with `more` members behind them; close the spools that it reads."""
    joined = JsonSpool(is_list=False)
    last = b""
    for piece in _pieces_of(first):
        joined.append(last)
        last = piece
    joined.append(last.rstrip().removesuffix(b"}"))
    for name, value in more.items():
        joined.append(f', "{name}" : '.encode())
        for piece in _pieces_of(value):
            joined.append(piece)
    joined.append(b"}")
    if any(isinstance(part, JsonSpool) for part in (first, *more.values())):
        return joined
    text = JsonText(joined.read())
    joined.close()
    return text


def _pieces_of(value: JsonText | JsonSpool) -> Iterator[bytes]:
    if isinstance(value, JsonText):
        yield value
        return
    yield from value.chunks()
    value.close()
