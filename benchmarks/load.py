"""A small HTTP/1.1 load generator: a fixed number of keep-alive connections, each with one pending request.

It sends prepared bytes and parses as little of an answer as possible, so that it measures the server, not itself.
"""

import selectors
import socket
import time
from dataclasses import dataclass

_RECEIVE = 1 << 18
# A round needs this many answers; a server that takes longer to give them is broken.
_FEWEST, _LONGEST_SECONDS = 40, 20.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of one round: requests per second, number of failed answers, and the start of the last failed one."""

    per_second: float
    requests: int
    failed: int
    failure: bytes = b""


class LoadError(RuntimeError):
    """The server closed a connection or sent an answer without Content-Length."""


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    head: bytes = b""
    missing: int = -1
    # The first bytes of the last answer.
    start: bytes = b""


def request_bytes(
    path: str, *, headers: dict[str, str], method: str = "GET", body: bytes = b""
) -> bytes:
    """Return the bytes of one request."""
    headers = {"Host": "localhost", **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def measure(
    port: int,
    request: bytes,
    *,
    connections: int = 8,
    seconds: float = 1.5,
    expected: str = "2",
) -> Measured:
    """Repeat `request` for `seconds`, or longer until a few dozen are answered, over so many `connections`.

    `expected`: how the status of an answer begins that isn't counted as failed.
    """
    opened = [
        _Connection(socket.create_connection(("127.0.0.1", port))) for _ in range(connections)
    ]
    done = failed = 0
    failure = b""
    with selectors.DefaultSelector() as selector:
        for connection in opened:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.socket.sendall(request)
        start = time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds or (
            done < _FEWEST and elapsed < _LONGEST_SECONDS
        ):
            for key, _ in selector.select(timeout=1):
                finished, success = _receive(key.data, expected.encode())
                if finished:
                    done += 1
                    if not success:
                        failed, failure = failed + 1, key.data.start
                    key.data.socket.sendall(request)
    for connection in opened:
        connection.socket.close()
    return Measured(per_second=done / elapsed, requests=done, failed=failed, failure=failure)


def _receive(connection: _Connection, expected: bytes) -> tuple[bool, bool]:
    piece = connection.socket.recv(_RECEIVE)
    if not piece:
        raise LoadError("The server closed the connection")
    if connection.missing < 0:
        connection.head += piece
        end = connection.head.find(b"\r\n\r\n")
        if end < 0:
            return False, False
        connection.start = connection.head[:1000]
        connection.missing = _content_length(connection.head[:end]) - (
            len(connection.head) - end - 4
        )
        connection.head = connection.head[:12]
    else:
        connection.missing -= len(piece)
    if connection.missing > 0:
        return False, False
    success = connection.head[9:].startswith(expected)
    connection.head, connection.missing = b"", -1
    return True, success


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise LoadError("An answer without Content-Length")
