"""JSON that is too large for memory: PostgreSQL writes it, a temporary file holds it until the client has read it."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

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
