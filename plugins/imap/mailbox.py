"""Fetches the mails of a mailbox that the tenant's sources claim, from where it stopped before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plugins.imap.cursor import FolderProgress, key_of, read_cursor, write_cursor
from plugins.imap.failures import NAME, Renumbered
from plugins.imap.folders import Folder, choose_folders, list_missing
from plugins.imap.reading import FolderReader
from plugins.imap.session import ImapSession, open_session, seconds_left
from providers.contracts import (
    Fetched,
    FetchedMail,
    MailboxContext,
    ProviderMisconfigured,
    ProviderUnavailable,
)

# A web request waits for it.
_LOGIN_SECONDS: Final = 15.0
# A folder that is renumbered this often while it is read will be so again.
_MAX_RENUMBERED: Final = 3
# A server that garbles more folders in one fetch is broken itself.
_MAX_GARBLED: Final = 5
# Servers that write `Authentication-Results` under another name than their own.
_RECEIVERS: Final = {"imap.gmail.com": "mx.google.com", "imap.googlemail.com": "mx.google.com"}


class ImapMailbox:
    """Implements `MailboxLogin`. Folders are read one after another, each from its oldest mail to its newest."""

    @property
    def name(self) -> str:
        return NAME

    def check_login(self, context: MailboxContext) -> None:
        with open_session(context, seconds=_LOGIN_SECONDS) as session:
            wanted = context.server.folders if context.server else ()
            if wanted and list_missing(session.list_folders(own_only=False), wanted):
                raise ProviderMisconfigured(NAME, "folders")

    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        before = read_cursor(cursor, provider=NAME)
        if not context.search:
            yield Fetched(mails=(), cursor=write_cursor(before))
            return
        with open_session(context, seconds=seconds_left(context)) as session:
            folders = _choose(session, context)
            # Folders that are gone leave the cursor.
            keys = {key_of(folder.name) for folder in folders}
            progress = {key: one for key, one in before.items() if key in keys}
            put_off = sum(len(one.again) for one in progress.values())
            reader = FolderReader(session, context, put_off=put_off)
            faults = _Faults(session)
            for folder in folders:
                faults.begin_folder()
                try:
                    for mails, reached in _read_folder(reader, folder, progress):
                        progress[key_of(folder.name)] = reached
                        if mails or reached.seen_as is None:
                            yield _piece(mails, progress, context)
                except ProviderUnavailable as failure:
                    faults.note(failure)
        yield _piece((), progress, context)
        if faults.first is not None:
            raise faults.first


class _Faults:
    """The folders that a server refuses or garbles: the others are read all the same."""

    def __init__(self, session: ImapSession) -> None:
        self.first: ProviderUnavailable | None = None
        self._session = session
        self._garbled = 0
        self._is_connected = True

    def begin_folder(self) -> None:
        """Log in again where the last folder left the connection in the middle of an answer."""
        if not self._is_connected:
            self._session.log_in_again()
            self._is_connected = True

    def note(self, failure: ProviderUnavailable) -> None:
        """Go on where the failure may be that of one folder; raise it otherwise."""
        if failure.reason in ("malformed", "too-large") and self._garbled < _MAX_GARBLED:
            self._garbled += 1
            self._is_connected = False
            self._session.close()
        elif failure.reason != "status":
            raise failure
        self.first = self.first or failure


def _choose(session: ImapSession, context: MailboxContext) -> tuple[Folder, ...]:
    wanted = context.server.folders if context.server else ()
    chosen = choose_folders(session.list_folders(own_only=not wanted), wanted)
    if wanted and not chosen:
        raise ProviderMisconfigured(NAME, "folders")
    return chosen


def _read_folder(
    reader: FolderReader, folder: Folder, progress: dict[str, FolderProgress]
) -> Iterator[tuple[tuple[FetchedMail, ...], FolderProgress]]:
    """Yield what is new in a folder, and how far it is read then; start anew each time that it is renumbered."""
    for _ in range(_MAX_RENUMBERED):
        try:
            yield from reader.read(folder, progress.get(key_of(folder.name)))
        except Renumbered:
            continue
        return
    raise ProviderUnavailable(NAME, "malformed")


def _piece(
    mails: tuple[FetchedMail, ...],
    progress: dict[str, FolderProgress],
    context: MailboxContext,
) -> Fetched:
    host = context.server.host.strip().rstrip(".").lower() if context.server else ""
    return Fetched(
        mails=mails, cursor=write_cursor(progress), authserv_id=_RECEIVERS.get(host, host)
    )
