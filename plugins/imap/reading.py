"""Reads what is new in one folder, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import (
    Callable,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import replace
from typing import Final, TypeVar

from plugins.imap.cursor import FolderProgress, FolderStatus
from plugins.imap.failures import NAME, Stalled
from plugins.imap.folders import Folder
from plugins.imap.making import (
    NOT_DESCRIBED,
    NOT_SENT,
    TOO_LARGE,
    identify_copy,
    is_to_fetch,
    make_mail,
)
from plugins.imap.session import ImapSession, MailEntry
from providers.contracts import FetchedMail, MailboxContext, ProviderUnavailable
from providers.mime.limits import MAX_MAIL_BYTES

T = TypeVar("T")
Piece = tuple[tuple[FetchedMail, ...], FolderProgress]
# Mails, the UIDs of those among them that came without bytes, and up to which UID these are all.
Part = tuple[tuple[FetchedMail, ...], list[int], int]
Bodies = dict[int, bytes | str]
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
# Mails that are asked for again in later fetches, of all folders and of one; the cursor has room for these.
_MAX_PUT_OFF: Final = 100
_MAX_PUT_OFF_OF_A_FOLDER: Final = 10
# Of further fetches.
_MAX_TRIES: Final = 5


class FolderReader:
    """Reads the folders of one fetch; a mail that lies in several comes once.

    `put_off`: the number of mails that are to be asked for again.
    """

    def __init__(self, session: ImapSession, context: MailboxContext, *, put_off: int) -> None:
        self._session = session
        self._context = context
        self._put_off = put_off
        self._brought = set[tuple[bytes, int, object]]()
        self._broken = 0

    def read(self, folder: Folder, before: FolderProgress | None) -> Iterator[Piece]:
        """Yield the claimed mails since `before`, and how far the folder is read then; the last piece is empty.

        Where the status is as before, nothing is asked but that. A mail that the server fails to send comes with a
        reason, and is asked for again in later fetches. Raises `Renumbered` and `ProviderUnavailable`.
        """
        status = self._session.read_status(folder)
        if before and before.seen_as == status and not before.again:
            yield (), before
            return
        validity = self._session.open_folder(folder)
        if before is None or before.uid_validity != validity:
            before = FolderProgress(uid_validity=validity, last_uid=0)
        reached = yield from self._read_new(folder, status, replace(before, seen_as=None))
        reached = yield from self._read_again(folder, reached, list(before.again))
        yield (), _finish(reached, status)

    def _read_new(
        self, folder: Folder, status: FolderStatus, reached: FolderProgress
    ) -> Generator[Piece, None, FolderProgress]:
        # Of the highest UID and UIDNEXT either may be wrong. All is searched that one of them says is there; where no
        # mail is found, the cursor moves only as far as both say: later mail would be skipped.
        last = self._session.find_last_uid()
        sure = min(last, status.uid_next - 1)
        for first, end in _list_spans(reached.last_uid + 1, last):
            self._require_time()
            uids = self._session.search(self._context.search, first_uid=first, last_uid=end)
            for entries in self._describe(folder, uids):
                for mails, failed, uid in self._fetch(folder, reached.uid_validity, entries):
                    reached = replace(
                        reached,
                        last_uid=max(reached.last_uid, uid),
                        again=self._put_off_mails(reached.again, failed),
                    )
                    yield mails, reached
            reached = replace(reached, last_uid=max(reached.last_uid, min(end, sure)))
            if end < last:
                yield (), reached
        return reached

    def _read_again(
        self, folder: Folder, reached: FolderProgress, uids: Sequence[int]
    ) -> Generator[Piece, None, FolderProgress]:
        """Ask once more for what the server failed to send in earlier fetches: what it sends now is brought."""
        for uid in uids:
            self._require_time()
            again = dict(reached.again)
            tries, has_stalled = again.pop(uid), False
            mails: tuple[FetchedMail, ...] | None = None
            try:
                mails = self._fetch_again(folder, reached.uid_validity, uid)
            except ProviderUnavailable as failure:
                self._require_fault_of_a_mail(failure)
                has_stalled = isinstance(failure, Stalled)
                self._session.reopen(folder)
            if mails is None and tries < _MAX_TRIES:
                again[uid] = tries + 1
            reached = replace(reached, again=again)
            yield mails or (), reached
            if has_stalled:
                # The others, which come first next time, would have to wait for the same.
                break
        return reached

    def _fetch_again(
        self, folder: Folder, validity: int, uid: int
    ) -> tuple[FetchedMail, ...] | None:
        """Return the mail, () where it is gone, None where the server still doesn't send it."""
        entries = self._describe_there([uid])
        if not entries:
            return ()
        if not is_to_fetch(entries[0]):
            return None
        body = self._session.fetch([uid]).get(uid)
        return None if body is None else (make_mail(folder, validity, entries[0], body),)

    def _describe_there(self, uids: Sequence[int]) -> list[MailEntry]:
        """Return the entries of mails, in the order of their UIDs, without those that were deleted meanwhile.

        Raises `ProviderUnavailable` where the folder has several of them and the server describes none.
        """
        found = self._session.describe(uids)
        silent = sorted({*uids} - {entry.uid for entry in found})
        if silent:
            there = self._session.find(silent)
            _require_answer(found, there)
            found += [MailEntry(uid=uid, fault=NOT_DESCRIBED) for uid in there]
        return sorted(found, key=lambda entry: entry.uid)

    def _put_off_mails(self, again: Mapping[int, int], failed: Sequence[int]) -> Mapping[int, int]:
        """Return the mails to ask for again, with those that failed, as far as there is room."""
        of_folder = _MAX_PUT_OFF_OF_A_FOLDER - len(again)
        kept = failed[: max(min(of_folder, _MAX_PUT_OFF - self._put_off), 0)]
        self._put_off += len(kept)
        return {**again, **dict.fromkeys(kept, 1)}

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
            found = self._describe_there(uids)
        except ProviderUnavailable as failure:
            if failure.reason not in _FAULTS_OF_A_MAIL or len(uids) == 1:
                raise
            first = failure
        else:
            self._count_silent(entry.fault for entry in found)
            return found
        # One of them is to blame, unless the server describes none of them.
        self._session.reopen(folder)
        found = [entry for uid in uids for entry in self._describe_apart(folder, uid)]
        if found and all(entry.fault for entry in found):
            raise first
        return found

    def _describe_apart(self, folder: Folder, uid: int) -> list[MailEntry]:
        said = self._try_apart(folder, lambda: self._describe_there([uid]))
        if isinstance(said, str):
            return [MailEntry(uid=uid, fault=said)]
        self._count_silent(entry.fault for entry in said)
        return said

    def _fetch(self, folder: Folder, validity: int, entries: Sequence[MailEntry]) -> Iterator[Part]:
        self._require_time()
        wanted = [entry for entry in entries if not self._is_known(entry)]
        try:
            bodies = self._fetch_bodies([one.uid for one in wanted if is_to_fetch(one)])
        except ProviderUnavailable as failure:
            self._require_fault_of_a_mail(failure)
            first = failure
        else:
            self._count_silent(bodies.values())
            yield *self._make_mails(folder, validity, wanted, bodies), entries[-1].uid
            return
        # One of them is to blame, and must not stop the others: each is asked for, and stored, by itself.
        self._session.reopen(folder)
        for entry, bodies in self._fetch_each(folder, wanted, first):
            yield *self._make_mails(folder, validity, [entry], bodies), entry.uid

    def _fetch_each(
        self, folder: Folder, entries: Sequence[MailEntry], first: ProviderUnavailable
    ) -> Iterator[tuple[MailEntry, Bodies]]:
        """Ask for each mail by itself, after `first` where they were asked for together.

        Raises `first` where the server answers nothing that can be read: the cursor must not pass these mails.
        """
        unsure: list[tuple[MailEntry, Bodies]] = []
        has_stalled = isinstance(first, Stalled)
        # A server that refuses a mail does answer; one that stalls would take the time of each fetch for these mails.
        is_sending = has_stalled or first.reason != "malformed"
        for entry in entries:
            self._require_time()
            bodies = self._fetch_apart(folder, entry, has_stalled=has_stalled)
            unsure.append((entry, bodies))
            is_sending = is_sending or isinstance(bodies.get(entry.uid), bytes)
            if is_sending:
                yield from unsure
                unsure = []
        if sum(entry.uid in bodies for entry, bodies in unsure) > 1:
            raise first
        yield from unsure

    def _make_mails(
        self, folder: Folder, validity: int, entries: Sequence[MailEntry], bodies: Bodies
    ) -> tuple[tuple[FetchedMail, ...], list[int]]:
        found: list[FetchedMail] = []
        failed: list[int] = []
        for entry in entries:
            body = entry.fault or bodies.get(entry.uid)
            if entry.size > MAX_MAIL_BYTES:
                body = TOO_LARGE
            if body is not None:
                found.append(make_mail(folder, validity, entry, body))
                self._remember(entry)
            if isinstance(body, str):
                failed.append(entry.uid)
        return tuple(found), failed

    def _require_time(self) -> None:
        if not self._context.has_time_for(0):
            raise ProviderUnavailable(NAME, "timeout", retry_after=0.0)

    def _fetch_bodies(self, uids: Sequence[int]) -> Bodies:
        """Return bytes, or the reason why there are none; without mails that were deleted meanwhile.

        Raises `ProviderUnavailable` where the folder has several of them and the server sends none.
        """
        if not uids:
            return {}
        bodies: Bodies = dict(self._session.fetch(uids))
        missing = [uid for uid in uids if uid not in bodies]
        if missing:
            # Deleted meanwhile, or there and without a body.
            there = self._session.find(missing)
            _require_answer(bodies, there)
            bodies |= dict.fromkeys(there, NOT_SENT)
        return bodies

    def _fetch_apart(self, folder: Folder, entry: MailEntry, *, has_stalled: bool) -> Bodies:
        if not is_to_fetch(entry):
            return {}
        said = self._try_apart(
            folder, lambda: self._fetch_bodies([entry.uid]), has_stalled=has_stalled
        )
        if isinstance(said, str):
            return {entry.uid: said}
        self._count_silent(said.values())
        return said

    def _try_apart(
        self, folder: Folder, ask: Callable[[], T], *, has_stalled: bool = False
    ) -> T | str:
        """Ask about one mail; return why the answer can't be read where a second connection has the same.

        `has_stalled`: the server stalled where the mail was asked for with others. Where it does so again, the job has
        no time to wait for it a third time.
        """
        for attempt in (1, 2):
            try:
                return ask()
            except ProviderUnavailable as failure:
                is_settled = attempt == 2 or (has_stalled and isinstance(failure, Stalled))
                self._broken += is_settled
                self._require_fault_of_a_mail(failure)
                reason = failure.reason
            self._session.reopen(folder)
            if is_settled:
                break
        return f"the server's answer can't be read ({reason})"

    def _require_fault_of_a_mail(self, failure: ProviderUnavailable) -> None:
        is_of_a_mail = failure.reason in _FAULTS_OF_A_MAIL or isinstance(failure, Stalled)
        if not is_of_a_mail or self._broken > _MAX_BROKEN:
            raise failure

    def _count_silent(self, said: Iterable[bytes | str]) -> None:
        """Count the mails of which the server says nothing; raise where these are too many for one fetch."""
        silent = sum(one in (NOT_DESCRIBED, NOT_SENT) for one in said)
        self._broken += silent
        if silent and self._broken > _MAX_BROKEN:
            raise ProviderUnavailable(NAME, "malformed")

    def _is_known(self, entry: MailEntry) -> bool:
        return identify_copy(entry) in self._brought

    def _remember(self, entry: MailEntry) -> None:
        if entry.message_id:
            self._brought.add(identify_copy(entry))


def _require_answer(answered: Collection[object], silent: Collection[int]) -> None:
    """Raise where a server is silent about all of several mails: that is no fault of a mail."""
    if not answered and len(silent) > 1:
        raise ProviderUnavailable(NAME, "malformed")


def _list_spans(first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last UID of each search."""
    span = _FIRST_SPAN
    while first <= last:
        end = min(first + span - 1, last)
        yield first, end
        first, span = end + 1, 2 * span


def _finish(reached: FolderProgress, status: FolderStatus) -> FolderProgress:
    # A folder can't have more mails than its last UID says: then one of the server's numbers is wrong.
    is_sure = status.uid_validity == reached.uid_validity and status.messages <= reached.last_uid
    return replace(reached, seen_as=status if is_sure else None)
