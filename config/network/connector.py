"""Connections to servers that users name: implements `providers.context.Connector` with sockets of our own."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NoReturn

from config.network.addresses import (
    MOST_ADDRESSES,
    Address,
    HostRefused,
    Network,
    is_listed,
    list_addresses,
    may_connect_to,
)
from providers.contracts import ConnectFailure
from providers.errors import ConnectReason

_CHUNK: Final = 64 * 1024
# A user's server may be on these, or above the ports of other well-known services.
_MAIL_PORTS: Final = frozenset({143, 993})
_LAST_WELL_KNOWN_PORT: Final = 1023


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Limits of one connection, in seconds and bytes.

    `connect`: to look the name up, to connect, and for the TLS handshake, each. `read`: between two reads. `answer`:
    from the last thing sent until the last byte that answers it; `total`: of the whole connection. `answer_bytes`: what
    may come after the last thing sent, so that memory holds no more; `total_bytes`: what may come in all.
    """

    connect: float = 5.0
    read: float = 20.0
    answer: float = 120.0
    total: float = 1800.0
    answer_bytes: int = 40 * 1024 * 1024
    total_bytes: int = 4 * 1024 * 1024 * 1024

    def shorten(self, seconds: float) -> ConnectionLimits:
        """Return these limits for a connection that may live for so long."""
        return replace(
            self,
            # The name is looked up, and then `MOST_ADDRESSES` are tried.
            connect=min(self.connect, seconds / (1 + MOST_ADDRESSES)),
            total=min(self.total, seconds),
        )


class OutsideConnector:
    """Implements `providers.context.Connector`. Threads may share one.

    `allowed`: networks that it connects to although they are private. `trusted`: None for the certificates of the
    operating system (`SSL_CERT_FILE` names others).
    """

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        limits: ConnectionLimits | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._limits = limits or ConnectionLimits()
        self._trusted = trusted

    def __call__(
        self, host: str, port: int, *, tls: bool = True, seconds: float | None = None
    ) -> OutsideConnection:
        limits = self._limits if seconds is None else self._limits.shorten(seconds)
        host = host.strip().rstrip(".").lower()
        ends_at = time.monotonic() + limits.total
        raw = self._connect(host, port, limits)
        connection = OutsideConnection(
            raw, host, limits, self._trusted or ssl.create_default_context(), ends_at=ends_at
        )
        if tls:
            connection.start_tls()
        return connection

    def _connect(self, host: str, port: int, limits: ConnectionLimits) -> socket.socket:
        """Connect to the first address that answers, of those that were checked: the name isn't asked for again."""
        reason: ConnectReason = "connection"
        for address in self._list_addresses(host, port, limits):
            try:
                return socket.create_connection((str(address), port), limits.connect)
            except TimeoutError:
                reason = "timeout"
            except OSError:
                reason = "connection"
        raise ConnectFailure(reason, host)

    def _list_addresses(
        self, host: str, port: int, limits: ConnectionLimits
    ) -> tuple[Address, ...]:
        try:
            return list_addresses(
                host, timeout=limits.connect, may_connect=partial(self._may_connect, port=port)
            )
        except HostRefused as refused:
            raise ConnectFailure(refused.reason, host) from None

    def _may_connect(self, address: Address, *, port: int) -> bool:
        is_usual = port in _MAIL_PORTS or _LAST_WELL_KNOWN_PORT < port < 65536
        may_use_port = is_usual or is_listed(address, self._allowed)
        return may_use_port and may_connect_to(address, self._allowed)


class OutsideConnection:
    """Implements `providers.context.Connection`: a socket whose time and bytes are counted."""

    def __init__(
        self,
        raw: socket.socket,
        host: str,
        limits: ConnectionLimits,
        trusted: ssl.SSLContext,
        *,
        ends_at: float,
    ) -> None:
        self._socket = raw
        self._host = host
        self._limits = limits
        self._trusted = trusted
        self._buffer = bytearray()
        self._ends_at = ends_at
        self._answer_ends_at = time.monotonic() + limits.answer
        self._left_of_answer = limits.answer_bytes
        self._left = limits.total_bytes

    def start_tls(self) -> None:
        with self._failures():
            # What came before the handshake, an attacker on the way could have written (RFC 9051, section 11.1).
            if self._buffer:
                raise ConnectFailure("tls", self._host)
            self._socket.settimeout(self._find_time_left(self._limits.connect))
            # The certificate is checked against the name that the user gave, not against what the name resolves to.
            self._socket = self._trusted.wrap_socket(self._socket, server_hostname=self._host)

    def send(self, content: bytes) -> None:
        with self._failures():
            self._socket.settimeout(self._find_time_left(self._limits.read))
            self._socket.sendall(content)
        self._answer_ends_at = time.monotonic() + self._limits.answer
        self._left_of_answer = self._limits.answer_bytes

    def read(self, size: int) -> bytes:
        if size > self._left_of_answer + len(self._buffer):
            # Before anything of it is read: the announced size alone is too large.
            self._fail("too-large")
        while len(self._buffer) < size:
            self._receive()
        return self._take(size)

    def read_line(self, limit: int) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched >= limit:
                self._fail("too-large")
            self._receive()
        if end >= limit:
            self._fail("too-large")
        return self._take(end + 1)

    def close(self) -> None:
        self._buffer.clear()
        with suppress(OSError):
            self._socket.close()

    def _take(self, size: int) -> bytes:
        taken = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return taken

    def _receive(self) -> None:
        with self._failures():
            left = min(self._limits.read, self._answer_ends_at - time.monotonic())
            self._socket.settimeout(self._find_time_left(left))
            piece = self._socket.recv(_CHUNK)
        if not piece:
            self._fail("connection")
        self._left -= len(piece)
        self._left_of_answer -= len(piece)
        if self._left < 0 or self._left_of_answer < 0:
            self._fail("too-large")
        self._buffer += piece

    def _find_time_left(self, seconds: float) -> float:
        left = min(seconds, self._ends_at - time.monotonic())
        if left <= 0:
            raise TimeoutError
        return left

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn what sockets raise into a `ConnectFailure`, and close the connection."""
        try:
            yield
        except ConnectFailure:
            self.close()
            raise
        except TimeoutError:
            failure = ConnectFailure("timeout", self._host)
        except ssl.SSLError:
            failure = ConnectFailure("tls", self._host)
        except (OSError, ValueError):
            # ValueError: a host that TLS takes for no name.
            failure = ConnectFailure("connection", self._host)
        else:
            return
        self.close()
        raise failure

    def _fail(self, reason: ConnectReason) -> NoReturn:
        self.close()
        raise ConnectFailure(reason, self._host)
