"""HTTP connections on which an answer has a deadline as a whole: its header and the lengths of its chunks too.

A time-out of the socket is for each read alone: a server that sends a byte now and then would never reach it.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Mapping, Sequence
from functools import partial
from http.client import HTTPResponse
from typing import Any

from requests.adapters import DEFAULT_POOLSIZE, HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from config.network.addresses import Network
from config.network.checked_connections import CheckedConnection


class PooledAdapter(HTTPAdapter):
    """Uses pools that `make_pools` made, but not for what goes through a proxy.

    `size`: of hosts, and of connections to one that are kept.
    """

    def __init__(self, pools: Mapping[str, type], *, size: int = DEFAULT_POOLSIZE) -> None:
        self._pools = dict(pools)
        super().__init__(pool_connections=size, pool_maxsize=size)

    # Any: the library's own signature.
    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = self._pools


def make_pools(*, seconds: float, allowed: Sequence[Network] | None) -> Mapping[str, type]:
    """Return classes of pools by scheme. `seconds`: from the start of a request until the end of its answer.

    `allowed`: as `CheckedConnection` says; None for connections to any address.
    """
    bases = (_BoundedConnection,) if allowed is None else (_BoundedConnection, CheckedConnection)
    limits = {"seconds": seconds, "allowed": tuple(allowed or ())}
    plain = type("Connection", (*bases, HTTPConnection), limits)
    encrypted = type("TlsConnection", (*bases, HTTPSConnection), limits)
    return {
        "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": encrypted}),
    }


class _BoundedConnection(HTTPConnection):
    seconds: float
    _ends_at: float

    # Any: the library's own signature.
    def putrequest(self, *arguments: Any, **more: Any) -> None:
        self._ends_at = time.monotonic() + self.seconds
        super().putrequest(*arguments, **more)

    def getresponse(self) -> Any:  # Any: as above
        # http.client calls it, and needs no class.
        self.response_class = partial(  # type: ignore[assignment]
            _BoundedResponse, ends_at=self._ends_at
        )
        return super().getresponse()


class _BoundedResponse(HTTPResponse):
    # Any: the library's own signature.
    def __init__(self, sock: socket.socket, *arguments: Any, ends_at: float, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp = io.BufferedReader(_UntilDeadline(sock, self.fp.detach(), ends_at=ends_at))


class _UntilDeadline(io.RawIOBase):
    """Reads `raw`, which is that of a file of the socket, until the deadline."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, *, ends_at: float) -> None:
        self._socket, self._raw, self._ends_at = sock, raw, ends_at
        self._seconds = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # Any: whatever takes bytes
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self._socket.settimeout(left if self._seconds is None else min(self._seconds, left))
        try:
            return self._raw.readinto(buffer)
        finally:
            self._socket.settimeout(self._seconds)

    def close(self) -> None:
        self._raw.close()
        super().close()
