"""The ways in which other people's servers fail."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Literal, get_args

Mode = Literal[
    "down", "error", "busy", "slow", "drip", "garbage", "truncated", "oversize", "redirect"
]
MODES: tuple[str, ...] = get_args(Mode)


@dataclass
class Failures:
    """What is to go wrong. `path` None means every path; `times` None means until `clear`."""

    seconds: float = 30.0
    _planned: list[tuple[Mode, str | None, int | None]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _released: threading.Event = field(default_factory=threading.Event)

    def plan(self, mode: Mode, *, path: str | None = None, times: int | None = None) -> None:
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        with self._lock:
            self._planned.append((mode, path, times))

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, path: str) -> Mode | None:
        """Return what is to go wrong with this request, and count it."""
        with self._lock:
            for place, (mode, planned_path, times) in enumerate(self._planned):
                if planned_path in (None, path):
                    if times == 1:
                        del self._planned[place]
                    elif times:
                        self._planned[place] = (mode, planned_path, times - 1)
                    return mode
        return None

    def wait(self, seconds: float) -> bool:
        """Sleep; True when the stand-in is being stopped meanwhile."""
        return self._released.wait(seconds)

    def release(self) -> None:
        """Let go of every request that is being kept waiting."""
        self._released.set()


def spoil(handler: BaseHTTPRequestHandler, mode: Mode, failures: Failures) -> None:
    """Answer in the way of `mode`; after "slow" the true answer may still follow."""
    if mode == "slow":
        failures.wait(failures.seconds)
        return
    handler.close_connection = True
    if mode == "error":
        _send(handler, 500, b"<html><title>Error 500 (Server Error)!!1</title></html>")
    elif mode == "busy":
        _send(handler, 429, b'{"error": "rate_limited"}', retry_after="17")
    elif mode == "garbage":
        _send(handler, 200, b"<html><body>Welcome to the hotel's Wi-Fi</body></html>")
    elif mode == "truncated":
        _send(handler, 200, b'{"sub": "1084', length=4000)
    elif mode == "oversize":
        _send(handler, 200, b'{"pad": "' + b"x" * 4_000_000 + b'"}')
    elif mode == "redirect":
        _send(handler, 302, b"", location="http://127.0.0.2:9/elsewhere")
    elif mode == "drip":
        _drip(handler, failures)


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    *,
    length: int | None = None,
    retry_after: str | None = None,
    location: str | None = None,
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(length or len(body)))
    for name, value in (("Retry-After", retry_after), ("Location", location)):
        if value:
            handler.send_header(name, value)
    handler.end_headers()
    try:
        handler.wfile.write(body)
    except (BrokenPipeError, ConnectionResetError):
        return


def _drip(handler: BaseHTTPRequestHandler, failures: Failures) -> None:
    """Send a byte now and then, each well within the client's read time-out."""
    _send(handler, 200, b"{", length=10_000)
    while not failures.wait(0.05):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return
