"""Responses that don't fit in memory: read from a temporary file while the client reads them.

The server sends a response of one piece by itself, and a thread is free for the next request at once. A response in
pieces keeps its thread until the client has read nearly all of it. So at most half of a process's threads send such
responses at a time; one more large answer gets a 503, and every other request still finds a thread.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any, Final

import orjson
from django.conf import settings
from django.http import StreamingHttpResponse

from api_v1.rendering import CONTENT_TYPE, mark_private, put_headers
from core.errors import Overloaded
from core.json_spool import JsonSpool

# Any: JSON in the head's shape, and in the version's.
Downgrade = Callable[[Any], Any]

RETRY_AFTER: Final = timedelta(seconds=5)


class _Senders:
    """The threads of this process that may send large responses at the same time."""

    def __init__(self, threads: int) -> None:
        self._free = BoundedSemaphore(max(1, threads // 2))

    def acquire(self) -> None:
        """Take one of them; raise `Overloaded` where none is free."""
        if not self._free.acquire(blocking=False):
            raise Overloaded(RETRY_AFTER)

    def release(self) -> None:
        self._free.release()


senders: Final = _Senders(settings.WEB_THREADS)


class SpooledResponse(StreamingHttpResponse):
    """A response whose `close`, which the server calls in any case, frees its file and its thread."""

    def __init__(self, spool: JsonSpool, pieces: Iterator[bytes]) -> None:
        super().__init__(pieces, content_type=CONTENT_TYPE)
        self._spool: JsonSpool | None = spool

    def close(self) -> None:
        spool, self._spool = self._spool, None
        if spool is not None:
            spool.close()
            senders.release()
        super().close()


def stream_spool(
    spool: JsonSpool, *, wrap: Callable[[bytes], bytes], downgrade: Downgrade | None
) -> SpooledResponse:
    """Return the response with the value of `spool` in the envelope that `wrap` puts round it.

    Its status and length are known before the first byte is sent.

    Raises `Overloaded`. The spool is closed with the response.
    """
    try:
        senders.acquire()
    except Overloaded:
        spool.close()
        raise
    if downgrade is not None:
        spool = _downgrade(spool, downgrade)
    opening, closing = wrap(b"\0").split(b"\0")
    response = SpooledResponse(spool, _pieces(opening, spool, closing))
    mark_private(response)
    length = len(opening) + spool.size + len(closing)
    put_headers(response, {"Content-Length": str(length)})
    return response


def _pieces(opening: bytes, spool: JsonSpool, closing: bytes) -> Iterator[bytes]:
    yield opening
    yield from spool.chunks()
    yield closing


def _downgrade(spool: JsonSpool, downgrade: Downgrade) -> JsonSpool:
    """Return the spool with each item as the version shows it. The old one is closed."""
    older = JsonSpool(is_list=spool.is_list)
    try:
        if spool.is_list:
            for item in spool.items():
                (shown,) = downgrade([orjson.loads(item)])
                older.append(orjson.dumps(shown))
        else:
            older.append(orjson.dumps(downgrade(orjson.loads(spool.read()))))
    finally:
        spool.close()
    return older
