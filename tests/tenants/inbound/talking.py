"""A client that sends bytes as they are, and reads what the server answers."""

from __future__ import annotations

import socket
import time
from types import TracebackType


class Talk:
    """A connection to the server. `expect` returns the next whole reply, without the line break at its end."""

    def __init__(self, port: int, *, seconds: float = 60) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def expect(self) -> str:
        """Return the next reply, "" where the server has closed the connection."""
        while True:
            try:
                line = self._file.readline()
            except ConnectionResetError:
                return ""
            # The lines of one reply but the last have a hyphen behind the code.
            if line[3:4] != b"-":
                return line.decode().removesuffix("\r\n")

    def ask(self, command: str) -> str:
        """Send a command; return the reply."""
        self.send(command.encode() + b"\r\n")
        return self.expect()

    def greet(self, hello: str = "LHLO") -> None:
        """Read the server's greeting, and greet it."""
        assert self.expect().startswith("220")
        assert self.ask(f"{hello} mail.example").startswith("250")

    def begin(self, *addresses: str, sender: str = "a@mail.example") -> None:
        """Begin a mail to addresses that are accepted."""
        assert self.ask(f"MAIL FROM:<{sender}>").startswith("250")
        for address in addresses:
            assert self.ask(f"RCPT TO:<{address}>").startswith("250")
        assert self.ask("DATA").startswith("354")

    def deliver(self, raw: bytes, *addresses: str) -> list[str]:
        """Send a mail; return the reply of LMTP for each address."""
        self.begin(*addresses)
        self.send(stuff(raw))
        return [self.expect() for _ in addresses]

    def is_closed(self, *, within: float = 10) -> bool:
        """Tell whether the server closes the connection, reading what it says before."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                if not self._file.readline():
                    return True
            except ConnectionResetError:
                return True
        return False


def stuff(raw: bytes) -> bytes:
    """Return a mail as it is sent after DATA: RFC 5321, 4.5.2."""
    lines = raw.removesuffix(b"\r\n").split(b"\r\n")
    return (
        b"".join(
            b"." + line + b"\r\n" if line.startswith(b".") else line + b"\r\n" for line in lines
        )
        + b".\r\n"
    )
