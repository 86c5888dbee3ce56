"""A TCP server on loopback that runs a function for each connection."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType
from typing import Self

from tests.certificates import Certificate


@dataclass
class SocketServer:
    """Serves with `serve(socket)`, each connection in its own thread; `certificate`: with TLS from the start.

    `pause(seconds)` waits, but not beyond the server's end. `handshakes` tells how many connections got through TLS.
    """

    serve: Callable[[socket.socket], None]
    certificate: Certificate | None = None
    connections: int = 0
    handshakes: int = 0
    _stopped: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            # Wakes `accept`.
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._thread.join()
        self._listener.close()

    def pause(self, seconds: float) -> bool:
        """Wait; return False once the server has ended."""
        return not self._stopped.wait(seconds)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopped.is_set():
                connection.close()
                return
            self.connections += 1
            # Else a second write waits until the client has acknowledged the first, which takes it 40 ms.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection: socket.socket) -> None:
        # A client that goes away, or that refuses the certificate, is what many tests are about.
        with connection, suppress(OSError):
            if self.certificate is None:
                self.serve(connection)
                return
            with self.certificate.server_context().wrap_socket(
                connection, server_side=True
            ) as encrypted:
                self.handshakes += 1
                self.serve(encrypted)
