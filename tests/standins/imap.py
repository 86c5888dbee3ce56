"""An IMAP server on loopback that can lie: a small honest one, whose answers a test replaces."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.certificates import Certificate
from tests.standins.tls import SocketServer

# What is sent instead of the answer to a command: given its tag and arguments. None: the honest answer.
Lie = Callable[["Talk", str, str], bytes | None]
_CAPABILITIES: Final = b"IMAP4rev1 AUTH=PLAIN SPECIAL-USE"
_ENTRY: Final = b'RFC822.SIZE %d INTERNALDATE "14-Nov-2023 22:13:20 +0000"'


@dataclass
class LyingImap:
    """Has an INBOX with `mails` (UID 1 and up). `lies`: by command; `FETCH BODY` is a FETCH of bodies.

    `problems`: commands that it doesn't know.
    """

    mails: list[bytes]
    lies: dict[str, Lie] = field(default_factory=dict)
    greeting: bytes = b"* OK ready\r\n"
    validity: int = 7
    commands: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def serving(self, certificate: Certificate | None) -> SocketServer:
        self.server = SocketServer(lambda client: Talk(self, client).run(), certificate)
        return self.server


@dataclass
class Talk:
    """One connection. `slowly` sends a byte at a time, with pauses."""

    imap: LyingImap
    client: socket.socket

    def run(self) -> None:
        self.client.sendall(self.imap.greeting)
        with self.client.makefile("rb") as lines:
            for line in lines:
                tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                if self.answer(tag, rest, lines.readline) is False:
                    return

    def answer(self, tag: str, rest: str, read_line: Callable[[], bytes]) -> bool:
        name = _name_of(rest)
        self.imap.commands.append(name)
        lie = self.imap.lies.get(name)
        said = lie(self, tag, rest) if lie else None
        if said is None:
            said = self.honest(name, tag, rest, read_line)
        self.client.sendall(said)
        return name != "LOGOUT"

    def slowly(self, said: bytes, seconds: float) -> None:
        for byte in said:
            self.client.sendall(bytes([byte]))
            if not self.imap.server.pause(seconds):
                return

    def honest(self, name: str, tag: str, rest: str, read_line: Callable[[], bytes]) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        count, validity = len(self.imap.mails), self.imap.validity
        if name == "AUTHENTICATE":
            self.client.sendall(b"+ \r\n")
            read_line()
            return done
        answers: Mapping[str, bytes] = {
            "CAPABILITY": b"* CAPABILITY %b\r\n" % _CAPABILITIES,
            "LIST": b'* LIST () "/" INBOX\r\n',
            "STATUS": b"* STATUS INBOX (MESSAGES %d UIDNEXT %d UIDVALIDITY %d)\r\n"
            % (count, count + 1, validity),
            "EXAMINE": b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] UIDs\r\n* OK [UIDNEXT %d] next\r\n"
            % (count, validity, count + 1),
            "SEARCH LAST": b"* SEARCH %d\r\n" % count if count else b"* SEARCH\r\n",
            "SEARCH": b"* SEARCH %b\r\n" % b" ".join(b"%d" % (one + 1) for one in range(count)),
            "FETCH": b"".join(self.entry(uid) for uid in _uids_of(rest)),
            "FETCH BODY": b"".join(self.body(uid) for uid in _uids_of(rest)),
            "LOGOUT": b"* BYE\r\n",
        }
        if name not in answers:
            self.imap.problems.append(rest)
            return f"{tag} BAD unknown\r\n".encode()
        return answers[name] + done

    def entry(self, uid: int, size: int | None = None) -> bytes:
        raw = self.imap.mails[uid - 1]
        said = _ENTRY % (len(raw) if size is None else size)
        field_ = b"Message-ID: <%d@x>\r\n\r\n" % uid
        return b"* %d FETCH (UID %d %b BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%b)\r\n" % (
            uid,
            uid,
            said,
            len(field_),
            field_,
        )

    def body(self, uid: int, announced: int | None = None) -> bytes:
        raw = self.imap.mails[uid - 1]
        size = len(raw) if announced is None else announced
        return b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, size, raw)


def _name_of(rest: str) -> str:
    words = rest.upper().split()
    name = words[1] if words[:1] == ["UID"] else (words or [""])[0]
    if name == "FETCH" and "BODY.PEEK[]" in rest:
        return "FETCH BODY"
    if name == "SEARCH" and rest.endswith("UID *"):
        return "SEARCH LAST"
    return name


def _uids_of(rest: str) -> list[int]:
    found = re.search(r"FETCH ([0-9,]+)", rest)
    return [int(uid) for uid in found.group(1).split(",")] if found else []
