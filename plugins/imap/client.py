"""IMAPClient on a connection that Happo opened, whose time and bytes are limited."""

from __future__ import annotations

import imaplib
from typing import Any, Final

from imapclient import IMAPClient, imap_utf7

from providers.contracts import ConnectFailure, Connection

# Of one line, and of all lines between two commands. The library reads lines byte by byte, unlike literals.
MAX_LINE_BYTES: Final = 2 * 1024 * 1024


class BoundedProtocol(imaplib.IMAP4):
    """The overridable methods of imaplib, on a `Connection`. Each may raise `ConnectFailure`."""

    def __init__(self, connection: Connection, host: str) -> None:
        self._connection = connection
        self._server = host
        self._line_bytes = 0
        # Whether the server announced more bytes than came, which is told from a server that says nothing at all.
        self.has_stalled = False
        super().__init__()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Do nothing: the connection is open."""

    def read(self, size: int) -> bytes:
        try:
            return self._connection.read(size)
        except ConnectFailure as failure:
            self.has_stalled = failure.reason == "timeout"
            raise

    def readline(self) -> bytes:
        line = self._connection.read_line(MAX_LINE_BYTES)
        self._line_bytes += len(line)
        if self._line_bytes > MAX_LINE_BYTES:
            self._connection.close()
            raise ConnectFailure("too-large", self._server)
        return line

    def send(self, data: Any) -> None:  # Any: whatever imaplib takes for bytes
        self._line_bytes = 0
        self._connection.send(bytes(data))

    def shutdown(self) -> None:
        self._connection.close()

    def starttls(self, ssl_context: object = None) -> Any:  # Any: as imaplib, a pair
        """Encrypt the connection; what the server said before counts no more (RFC 9051, section 6.2.1)."""
        kind, answer = self._simple_command("STARTTLS")
        if kind == "OK":
            self._connection.start_tls()
            self.untagged_responses.clear()
            self._get_capabilities()
        return kind, answer


class BoundedClient(IMAPClient):
    """An IMAPClient that opens no connection, and logs nothing of what is said."""

    def __init__(self, connection: Connection, host: str) -> None:
        self._connection = connection
        super().__init__(host, ssl=False)
        self.normalise_times = False
        # IMAPClient has imaplib render all that passes for a log, passwords and whole mails too.
        self._imap.debug = 0

    def _create_IMAP4(self) -> BoundedProtocol:  # noqa: N802 - named by the base
        return BoundedProtocol(self._connection, self.host)

    def _set_read_timeout(self) -> None:
        """Do nothing: the connection has its own limits."""

    @property
    def has_skipped_login(self) -> bool:
        """Whether the server greeted with PREAUTH: before STARTTLS an attacker on the way could have said so."""
        return bool(self._imap.state != "NONAUTH")

    @property
    def has_stalled(self) -> bool:
        """Whether the server sent no more in the middle of what it had announced the size of."""
        return bool(self._imap.has_stalled)

    def list_with_roles(self) -> list[tuple[tuple[bytes, ...], bytes | None, str]]:
        """Return flags, delimiter and name of each folder, with the flags of special use (RFC 6154)."""
        # The library fails at all of them where one has a name that it can't decode.
        self.folder_encode = False
        listed = self._list_as_sent()
        self.folder_encode = True
        return [(flags, delimiter, _decode_name(name)) for flags, delimiter, name in listed if name]

    def _list_as_sent(self) -> list[tuple[tuple[bytes, ...], bytes | None, bytes | str | None]]:
        if not self.has_capability("SPECIAL-USE"):
            return list(self.list_folders())
        kind, answer = self._imap._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")
        self._checkok("LIST", kind, answer)
        _, answer = self._imap._untagged_response(kind, answer, "LIST")
        return list(self._proc_folder_list(answer))

    def take_uid_validity(self) -> int | None:
        """Return the UIDVALIDITY that the server said last, None where it said none since the last call."""
        said = self._imap.untagged_responses.pop("UIDVALIDITY", None)
        return int(said[-1]) if said else None


def _decode_name(name: bytes | str) -> str:
    """Return a folder's name as its owner sees it; one in no modified UTF-7 (RFC 3501, section 5.1.3) as it is."""
    if isinstance(name, str):
        return name
    try:
        decoded: str = imap_utf7.decode(name)
        imap_utf7.encode(decoded)
    except ValueError:
        return name.decode("latin-1")
    return decoded
