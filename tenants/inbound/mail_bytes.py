"""The bytes of a mail, between the answer to DATA and the line with the dot.

aiosmtpd reads a mail line by line, each an object of its own, so that a mail of empty lines would fill memory. Here it
is read in chunks, and ends with CRLF.CRLF alone, whatever else an ending may look like: otherwise what a mail holds
could be taken for commands.
"""

import asyncio
from typing import Final

MAX_MAIL_BYTES: Final = 25 * 1024 * 1024
# Of all mails that a process is taking in at a time. Postfix tries again what is refused for it.
MAX_BYTES_IN_MEMORY: Final = 160 * 1024 * 1024
# Of a reader: as much is read at once.
CHUNK_BYTES: Final = 64 * 1024
_END: Final = b"\r\n.\r\n"
_DOT_LINE: Final = b"\r\n."
_NO_MEMORY: Final = "452 4.3.1 Too much mail at once: try again later"


class Memory:
    """Counts the bytes of mails that connections hold."""

    def __init__(self, limit: int = MAX_BYTES_IN_MEMORY) -> None:
        self.limit, self.used = limit, 0

    def reserve(self, size: int) -> bool:
        """Count further bytes; return False, counting none, where there is no room."""
        if self.used + size > self.limit:
            return False
        self.used += size
        return True

    def release(self, size: int) -> None:
        self.used -= size


class MailBytes:
    """What has come of one mail, which `memory` counts until `release`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._chunks, self._size = list[bytes](), 0

    async def read(self, reader: asyncio.StreamReader) -> str:
        """Read a mail to its end; return the reply that refuses it, or "". `reader` has a limit of `CHUNK_BYTES`.

        The mail must begin with a line break: its first line may be the end.
        """
        size, refusal, is_end, before = 0, "", False, b""
        while not is_end:
            try:
                chunk = await reader.readuntil(_END)
                is_end = True
            except asyncio.LimitOverrunError as error:
                # What of it may be the beginning of the end stays in the buffer.
                chunk = await reader.read(error.consumed)
            # Dots that the client doubled don't count (RFC 1870, section 5), nor does the one of the end.
            size += len(chunk) - (before + chunk[:2]).count(_DOT_LINE) - chunk.count(_DOT_LINE)
            before = (before + chunk)[-2:]
            if not refusal and size > MAX_MAIL_BYTES + len(_END) - len(b"."):
                refusal = f"552 5.3.4 A mail may have {MAX_MAIL_BYTES} bytes"
            elif not refusal and not self._add(chunk):
                refusal = _NO_MEMORY
            if refusal:
                self.release()
        return refusal

    def take(self) -> bytes:
        """Return the mail as its sender wrote it, and keep no other copy of it; memory still counts it.

        That is without the line break before it, the dot line behind it, and the dots added to its lines.
        """
        joined = b"".join(self._chunks)
        self._chunks.clear()
        return joined[: -len(b".\r\n")].replace(b"\r\n.", b"\r\n")[2:]

    def release(self) -> None:
        """Forget the mail."""
        self._memory.release(self._size)
        self._chunks, self._size = [], 0

    def _add(self, chunk: bytes) -> bool:
        """Add what has come; return False, adding nothing, where memory has no room."""
        if not self._memory.reserve(len(chunk)):
            return False
        self._chunks.append(chunk)
        self._size += len(chunk)
        return True
