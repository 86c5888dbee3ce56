"""Headers of a form's parts in another encoding than UTF-8.

Older clients write a file's name in Latin-1. Django skips a header that it can't decode, and with it the file.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, Protocol

from django.http import HttpRequest

# Django refuses a part whose headers are longer.
_MAX_HEADERS: Final = 1024
_PIECE: Final = 64 * 1024
# RFC 8187: `filename*=iso-8859-1'en'r%E9sum%E9.pdf`. Another charset makes Django skip the file.
_OTHER_CHARSET: Final = re.compile(r"\*=(?!(?:utf-8|iso-8859-1)')[^'\s;=\"]*'", re.IGNORECASE)


class Readable(Protocol):
    """A stream of bytes: `read` returns at most `size` of them, none at the end."""

    def read(self, size: int, /) -> bytes: ...


class RepairedHeaders:
    """A form whose headers are UTF-8: bytes that are not become U+FFFD. No content of a part changes."""

    def __init__(self, form: Readable, boundary: bytes) -> None:
        self._form, self._delimiter = form, b"--" + boundary
        self._buffer, self._pieces = b"", self._read_pieces()

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end of the form."""
        while not self._buffer:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._buffer = piece
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def _read_pieces(self) -> Iterator[bytes]:
        rest = b""
        while True:
            while (found := rest.find(self._delimiter)) < 0:
                # The end of what was read may be the beginning of a delimiter.
                certain = max(0, len(rest) - len(self._delimiter) + 1)
                yield rest[:certain]
                more = self._form.read(_PIECE)
                rest = rest[certain:] + more
                if not more:
                    yield rest
                    return
            content_ends = found + len(self._delimiter)
            yield rest[:content_ends]
            rest = rest[content_ends:]
            while (ends := rest.find(b"\r\n\r\n")) < 0 and len(rest) < _MAX_HEADERS:
                if not (more := self._form.read(_PIECE)):
                    break
                rest += more
            if 0 <= ends <= _MAX_HEADERS:
                yield _repair(rest[:ends])
                rest = rest[ends:]


def _repair(headers: bytes) -> bytes:
    return _OTHER_CHARSET.sub("*=utf-8'", headers.decode(errors="replace")).encode()


def accept_any_encoding(request: HttpRequest) -> None:
    """Let Django read the request's form, when it comes to that, through `RepairedHeaders`."""
    request.parse_file_upload = partial(_parse, request)  # type: ignore[method-assign]


def _parse(  # Any: as Django types them
    request: HttpRequest, meta: dict[str, Any], form: Any
) -> tuple[Any, Any]:
    boundary = (request.content_params or {}).get("boundary", "").encode(errors="replace")
    repaired: Any = RepairedHeaders(form, boundary)  # Any: Django only calls `read`
    return type(request).parse_file_upload(request, meta, repaired)
