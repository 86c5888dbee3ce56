"""Reads what is new in one folder, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from plugins.imap.cursor import FolderProgress, FolderStatus, key_of
from plugins.imap.failures import NAME
from plugins.imap.folders import Folder
from plugins.imap.session import ImapSession, MailEntry
from providers.contracts import FetchedMail, MailboxContext, ProviderUnavailable
from providers.mime.limits import MAX_MAIL_BYTES

T = TypeVar("T")
Piece = tuple[tuple[FetchedMail, ...], FolderProgress]
# Of one piece, unless it is one mail alone.
_PIECE_MAILS: Final = 100
_PIECE_BYTES: Final = 8 * 1024 * 1024
# UIDs of the first search; each further one spans twice as many. So few searches do, and a slow server that fails at a
# long one is not asked for the first ones again.
_FIRST_SPAN: Final = 5_000
# Answers that are about the mail, not about the server, once a second connection has the same answer.
_FAULTS_OF_A_MAIL: Final = frozenset({"malformed", "too-large", "status"})
# A server that fails at more mails in one fetch is broken itself.
_MAX_BROKEN: Final = 10
_TOO_LARGE: Final = f"larger than {MAX_MAIL_BYTES // 1024**2} MiB"


class FolderReader:
    """Reads the folders of one fetch; a mail that lies in several comes once."""

    def __init__(self, session: ImapSession, context: MailboxContext) -> None:
        self._session = session
        self._context = context
        self._brought = set[tuple[bytes, int, object]]()
        self._broken = 0

    def read(self, folder: Folder, before: FolderProgress | None) -> Iterator[Piece]:
        """Yield the claimed mails since `before`, and how far the folder is read then; the last piece is empty.

        Where the status is as before, nothing is asked but that. Raises `Renumbered` and `ProviderUnavailable`.
        """
        status = self._session.read_status(folder)
        if before and before.seen_as == status:
            yield (), before
            return
        validity = self._session.open_folder(folder)
        reached = before.last_uid if before and before.uid_validity == validity else 0
        # Of the highest UID and UIDNEXT either may be wrong. All is searched that one of them says is there; where no
        # mail is found, the cursor moves only as far as both say: later mail would be skipped.
        last = self._session.find_last_uid()
        sure = min(last, status.uid_next - 1)
        for first, end in _list_spans(reached + 1, last):
            self._require_time()
            uids = self._session.search(self._context.search, first_uid=first, last_uid=end)
            for entries in self._describe(folder, uids):
                mails = self._fetch(folder, validity, entries)
                reached = max(reached, entries[-1].uid)
                yield mails, FolderProgress(uid_validity=validity, last_uid=reached)
            reached = max(reached, min(end, sure))
            if end < last:
                yield (), FolderProgress(uid_validity=validity, last_uid=reached)
        yield (), _finish(status, validity, reached)

    def _describe(self, folder: Folder, uids: Sequence[int]) -> Iterator[list[MailEntry]]:
        """Yield the entries of mails, as many at a time as a piece may hold by what the server says of their sizes."""
        for start in range(0, len(uids), _PIECE_MAILS):
            piece: list[MailEntry] = []
            size = 0
            for entry in self._describe_some(folder, uids[start : start + _PIECE_MAILS]):
                announced = entry.size if entry.size <= MAX_MAIL_BYTES else 0
                if piece and size + announced > _PIECE_BYTES:
                    yield piece
                    piece, size = [], 0
                piece.append(entry)
                size += announced
            if piece:
                yield piece

    def _describe_some(self, folder: Folder, uids: Sequence[int]) -> list[MailEntry]:
        try:
            return self._session.describe(uids)
        except ProviderUnavailable as failure:
            if failure.reason not in _FAULTS_OF_A_MAIL or len(uids) == 1:
                raise
            first = failure
        # One of them is to blame, unless the server describes none of them.
        self._session.reopen(folder)
        found = [entry for uid in uids for entry in self._describe_apart(folder, uid)]
        if all(entry.fault for entry in found):
            raise first
        return found

    def _describe_apart(self, folder: Folder, uid: int) -> list[MailEntry]:
        said = self._try_apart(folder, lambda: self._session.describe([uid]))
        return [MailEntry(uid=uid, fault=said)] if isinstance(said, str) else said

    def _fetch(
        self, folder: Folder, validity: int, entries: Sequence[MailEntry]
    ) -> tuple[FetchedMail, ...]:
        self._require_time()
        wanted = [entry for entry in entries if not self._is_known(entry)]
        small = [one.uid for one in wanted if one.size <= MAX_MAIL_BYTES and not one.fault]
        bodies = self._fetch_bodies(folder, small) if small else {}
        found: list[FetchedMail] = []
        for entry in wanted:
            body = entry.fault or bodies.get(entry.uid)
            if entry.size > MAX_MAIL_BYTES:
                body = _TOO_LARGE
            if body is not None:
                found.append(_make_mail(folder, validity, entry, body))
                self._remember(entry)
        return tuple(found)

    def _require_time(self) -> None:
        if not self._context.has_time_for(0):
            raise ProviderUnavailable(NAME, "timeout", retry_after=0.0)

    def _fetch_bodies(self, folder: Folder, uids: Sequence[int]) -> dict[int, bytes | str]:
        """Return bytes, or the reason why there are none; without mails that were deleted meanwhile."""
        try:
            bodies: dict[int, bytes | str] = dict(self._session.fetch(uids))
        except ProviderUnavailable as failure:
            if failure.reason not in _FAULTS_OF_A_MAIL:
                raise
            # One of them is to blame, and must not stop the others.
            self._session.reopen(folder)
            apart = {uid: self._fetch_apart(folder, uid) for uid in uids}
            return {uid: body for uid, body in apart.items() if body is not None}
        missing = [uid for uid in uids if uid not in bodies]
        if missing:
            # Deleted meanwhile, or there and without a body.
            still_there = {entry.uid for entry in self._session.describe(missing)}
            bodies |= dict.fromkeys(still_there, "the server doesn't send it")
        return bodies

    def _fetch_apart(self, folder: Folder, uid: int) -> bytes | str | None:
        return self._try_apart(folder, lambda: self._session.fetch([uid]).get(uid))

    def _try_apart(self, folder: Folder, ask: Callable[[], T]) -> T | str:
        """Ask about one mail; return why the answer can't be read where a second connection has the same."""
        try:
            return ask()
        except ProviderUnavailable as failure:
            self._require_fault_of_a_mail(failure)
        self._session.reopen(folder)
        try:
            return ask()
        except ProviderUnavailable as failure:
            self._broken += 1
            self._require_fault_of_a_mail(failure)
            reason = failure.reason
        self._session.reopen(folder)
        return f"the server's answer can't be read ({reason})"

    def _require_fault_of_a_mail(self, failure: ProviderUnavailable) -> None:
        if failure.reason not in _FAULTS_OF_A_MAIL or self._broken > _MAX_BROKEN:
            raise failure

    def _is_known(self, entry: MailEntry) -> bool:
        return _mark(entry) in self._brought

    def _remember(self, entry: MailEntry) -> None:
        if entry.message_id:
            self._brought.add(_mark(entry))


def _list_spans(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last UID of each search."""
    span = _FIRST_SPAN
    while first <= last:
        end = min(first + span - 1, last)
        yield first, end
        first, span = end + 1, 2 * span


def _mark(entry: MailEntry) -> tuple[bytes, int, object]:
    """Return what copies of one mail have in common. A sender alone can't make another mail pass for it."""
    return entry.message_id, entry.size, entry.received_at


def _make_mail(folder: Folder, validity: int, entry: MailEntry, body: bytes | str) -> FetchedMail:
    if isinstance(body, bytes):
        reason = _TOO_LARGE if len(body) > MAX_MAIL_BYTES else "" if body else "empty"
    else:
        reason = body
    return FetchedMail(
        key=f"{key_of(folder.name)}.{validity}.{entry.uid}",
        raw=b"" if reason or isinstance(body, str) else body,
        reason=reason,
        folder=folder.role,
        received_at=entry.received_at,
    )


def _finish(status: FolderStatus, validity: int, last_uid: int) -> FolderProgress:
    seen_as = status if status.uid_validity == validity else None
    return FolderProgress(uid_validity=validity, last_uid=last_uid, seen_as=seen_as)
