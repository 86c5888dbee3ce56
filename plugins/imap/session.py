"""A logged-in connection, and what it reads. It changes nothing: folders are opened by EXAMINE, bodies by BODY.PEEK."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from plugins.imap.client import BoundedClient
from plugins.imap.cursor import FolderStatus
from plugins.imap.failures import Renumbered, Stalled, translated_failures
from plugins.imap.folders import Folder, read_listing
from plugins.imap.login import close_client, open_client
from plugins.imap.searching import build_searches
from providers.contracts import (
    MailboxContext,
    MailSearch,
    ProviderError,
    ProviderUnavailable,
)

_SIZE: Final = b"RFC822.SIZE"
# No more of it: a sender may write a field of megabytes into each mail.
_MESSAGE_ID: Final = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.1000>"
# RFC 3501: UIDs, UIDVALIDITY and numbers of messages have 32 bits. RFC 9051: sizes have 63.
_MAX_NUMBER, _MAX_SIZE = 2**32 - 1, 2**63 - 1
# The connection that ends with less left was ended by the deadline.
_SPARE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEntry:
    """What a server says of a mail without its body. `size`: in bytes, as announced. `message_id`: as written.

    `fault`: why the server's answer about this mail can't be read; the rest says nothing then.
    """

    uid: int
    size: int = 0
    received_at: datetime | None = None
    message_id: bytes = b""
    fault: str = ""


class ImapSession:
    """Use `open_session`. Each method raises `ProviderUnavailable`; after that the session has to be opened again.

    Methods that read a folder raise `Renumbered` where its UIDVALIDITY isn't the one that it was opened with.
    """

    def __init__(self, context: MailboxContext, client: BoundedClient) -> None:
        self._context = context
        self._client = client
        self._uid_validity = 0

    def close(self) -> None:
        """Close the connection without a word: for one that may have failed."""
        close_client(self._client)

    def log_out(self) -> None:
        with suppress(ProviderError), translated_failures():
            self._client.logout()
        self.close()

    def log_in_again(self) -> None:
        """Log in on another connection: after a failure, what this one brings may be the rest of an earlier answer."""
        self.close()
        self._client = open_client(self._context, seconds=seconds_left(self._context))

    def reopen(self, folder: Folder) -> None:
        """Log in anew, and open the folder again. Raises `Renumbered` too."""
        before = self._uid_validity
        self.log_in_again()
        self.open_folder(folder)
        if self._uid_validity != before:
            raise Renumbered

    @property
    def finds_no_headers(self) -> bool:
        """Whether the server searches only the headers that it knows: Gmail's does."""
        with translated_failures():
            return bool(self._client.has_capability("X-GM-EXT-1"))

    def list_folders(self, *, own_only: bool) -> tuple[Folder, ...]:
        """Return the folders that can be opened. `own_only`: without those that other people share."""
        with translated_failures():
            foreign = self._list_foreign() if own_only else ()
            return read_listing(self._client.list_with_roles(), foreign=foreign)

    def read_status(self, folder: Folder) -> FolderStatus:
        with translated_failures():
            wanted = ("UIDVALIDITY", "UIDNEXT", "MESSAGES")
            said = self._client.folder_status(folder.name, wanted)
            numbers = [_read_number(said[name.encode()]) for name in wanted]
        return FolderStatus(uid_validity=numbers[0], uid_next=numbers[1], messages=numbers[2])

    def open_folder(self, folder: Folder) -> int:
        """Open a folder for reading alone; return its UIDVALIDITY."""
        with translated_failures():
            said = self._client.select_folder(folder.name, readonly=True)
            self._uid_validity = _read_number(said[b"UIDVALIDITY"])
            self._client.take_uid_validity()
        return self._uid_validity

    def find_last_uid(self) -> int:
        """Return the UID of the last mail of the open folder, 0 where it is empty."""
        with self._reading():
            found = self._client.search("UID *")
            return max((_read_number(uid) for uid in found), default=0)

    def search(self, search: MailSearch, *, first_uid: int, last_uid: int) -> list[int]:
        """Return the UIDs of the claimed mails between two UIDs of the open folder, in their order."""
        commands = build_searches(
            search,
            first_uid=first_uid,
            last_uid=last_uid,
            with_phrases=self.finds_no_headers,
        )
        found = set[int]()
        with self._reading():
            for command in commands:
                found.update(self._client.search(command.criteria, command.charset))
        # A server that answers with others has not searched them.
        return sorted(uid for uid in found if first_uid <= uid <= last_uid)

    def find(self, uids: Sequence[int]) -> set[int]:
        """Return those of these UIDs that the open folder still has."""
        with self._reading():
            found = set(self._client.search(f"UID {','.join(map(str, uids))}"))
        return found & set(uids)

    def describe(self, uids: Sequence[int]) -> list[MailEntry]:
        """Return what the server says of these mails, without those of which it says nothing."""
        with self._reading():
            said = self._client.fetch(uids, ["UID", "RFC822.SIZE", "INTERNALDATE", _MESSAGE_ID])
            # An answer without a size is about flags, which a server may send at any time.
            return [_read_entry(uid, said[uid]) for uid in uids if _SIZE in said.get(uid, ())]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return the bytes of these mails, by their UIDs; without those that the server doesn't send.

        Raises `Stalled` where it announces more bytes than come.
        """
        with self._noticing_stalls(), self._reading():
            said = self._client.fetch(uids, ["UID", "BODY.PEEK[]"])
            bodies = {uid: said[uid].get(b"BODY[]") for uid in uids if uid in said}
            return {uid: body for uid, body in bodies.items() if isinstance(body, bytes)}

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with translated_failures():
            yield
            said = self._client.take_uid_validity()
        if said is not None and said != self._uid_validity:
            raise Renumbered

    @contextmanager
    def _noticing_stalls(self) -> Iterator[None]:
        try:
            yield
        except ProviderUnavailable as failure:
            if not self._client.has_stalled or not self._context.has_time_for(_SPARE_SECONDS):
                raise
            stalled = Stalled(failure.provider, failure.reason)
        else:
            return
        raise stalled

    def _list_foreign(self) -> tuple[str, ...]:
        if not self._client.has_capability("NAMESPACE"):
            return ()
        _, others, shared = self._client.namespace()
        return tuple(prefix for prefix, _ in (*(others or ()), *(shared or ())) if prefix)


@contextmanager
def open_session(context: MailboxContext, *, seconds: float | None = None) -> Iterator[ImapSession]:
    """Log in, and log out at the end. `seconds`: how long the connection may live. Raises as `open_client`."""
    session = ImapSession(context, open_client(context, seconds=seconds))
    try:
        yield session
    except BaseException:
        session.close()
        raise
    session.log_out()


def seconds_left(context: MailboxContext) -> float | None:
    """Return how long a connection may live, None where the context has no deadline."""
    if context.deadline is None:
        return None
    return max((context.deadline - context.now()).total_seconds(), 0.0)


def _read_entry(uid: int, said: dict[bytes, Any]) -> MailEntry:  # Any: the library's values
    header = next((said[key] for key in said if key.startswith(b"BODY[HEADER")), b"")
    return MailEntry(
        uid=uid,
        size=_read_number(said[_SIZE], most=_MAX_SIZE),
        received_at=_read_moment(said.get(b"INTERNALDATE")),
        message_id=bytes(header or b"").partition(b":")[2].strip(),
    )


def _read_moment(said: datetime | None) -> datetime | None:
    try:
        return said.astimezone(UTC) if said else None
    except OverflowError:
        # The first or the last day that there is, in another time zone.
        return None


def _read_number(said: object, *, most: int = _MAX_NUMBER) -> int:
    if not isinstance(said, int) or not 0 <= said <= most:
        raise ValueError("not a number of IMAP")
    return said
