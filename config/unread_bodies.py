"""Reads what the application left of a request's body before the answer goes out, where a proxy stands in front.

A request may be answered before its body was read: a wrong key, a length beyond the route's limit. Granian closes such
a connection, and a proxy that is still writing sees an error of its socket and not the answer; Caddy makes a 502 of it.

A proxy that buffers requests has the whole body, so that reading takes milliseconds. From a client itself nothing is
read: Granian's read has no time limit, and keeps the serving thread busy even when another thread reads.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream

# More than a proxy of `docs/operating.md` passes on (16 MB).
DISCARDED_BYTES: Final = 16 * 1024 * 1024
_PIECE: Final = 64 * 1024


class RequestBody:
    """The `wsgi.input` of a request that has a body; it knows whether all of it was read."""

    def __init__(self, source: "InputStream", length: int | None) -> None:
        """`length`: the declared number of bytes; None for a body in chunks."""
        self._source = source
        self._missing = length

    @property
    def is_read(self) -> bool:
        """Whether nothing of the body is left."""
        return self._missing == 0

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; fewer only at the end of the body."""
        piece = self._source.read(size)
        self._count(piece, ended=len(piece) < size)
        return piece

    def readline(self, size: int = -1, /) -> bytes:
        """Return a line, as PEP 3333 defines it."""
        line = self._source.readline(size)
        self._count(line, ended=not line)
        return line

    def _count(self, piece: bytes, *, ended: bool) -> None:
        if ended:
            self._missing = 0
        elif self._missing is not None:
            self._missing = max(0, self._missing - len(piece))


def body_of(environ: dict[str, Any]) -> RequestBody | None:  # Any: as PEP 3333 defines it
    """Put a `RequestBody` into `environ` and return it; None where the request has no body."""
    declared: str = environ.get("CONTENT_LENGTH", "")
    if declared in ("", "0") and "HTTP_TRANSFER_ENCODING" not in environ:
        return None
    length = int(declared) if declared.isascii() and declared.isdigit() else None
    body = environ["wsgi.input"] = RequestBody(environ["wsgi.input"], length)
    return body


def discard_rest(body: RequestBody) -> None:
    """Read what is left of `body`, up to `DISCARDED_BYTES`."""
    for _ in range(DISCARDED_BYTES // _PIECE):
        if body.is_read:
            return
        body.read(_PIECE)
