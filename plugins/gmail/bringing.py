"""Gets the mails of a page, a few at a time, and says in each piece where to resume."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from plugins.gmail.answers import Profile, RawMessage
from plugins.gmail.cursor import MAX_AGAIN, MAX_DONE, Cursor
from plugins.gmail.requests import ANSWER_BYTES, GmailRequests, OutOfTime, Refused
from providers.contracts import Fetched, FetchedMail, ProviderError, ProviderUnavailable

AT_ONCE = 20
PIECE_BYTES = 8 * 1024 * 1024
# The reader takes 32 MiB; a third more as base64.
LARGE_ANSWER_BYTES = 43 * 1024 * 1024
DECODING_ATTEMPTS = 3
# The authserv-id of Gmail's receivers.
RECEIVER = "mx.google.com"
# Of further fetches, in each of which Gmail is asked once.
MAX_TRIES = 24
TOO_LARGE = "The mail is larger than 32 MiB"
UNREADABLE = "Gmail sends this mail in no readable form"
NOT_GIVEN = "Gmail answered each request for this mail with an error"
# What is wrong with the mail, and not with Gmail for a while.
_FINAL = frozenset((TOO_LARGE,))


@dataclass
class _Answers:
    """What came of some mails. `failed`: those that Gmail failed to give, and why. `error`: what ends the fetch."""

    mails: list[FetchedMail] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    failed: list[tuple[str, ProviderUnavailable | str]] = field(default_factory=list)
    error: ProviderError | None = None


class Bringing:
    """Brings mails, and moves `place` over what it brought."""

    def __init__(self, requests: GmailRequests, threads: ThreadPoolExecutor, place: Cursor) -> None:
        self.place = place
        self._requests, self._threads = requests, threads

    def move(self, **fields: object) -> None:
        self.place = self.place.model_copy(update=fields)

    def try_again(self, ids: Collection[str]) -> Iterator[Fetched]:
        """Yield those of the mails that Gmail failed to give before, and gives now: they came with a reason then."""
        if ids:
            yield from self._bring([one for one in ids if one in self.place.again], is_again=True)

    def bring(self, ids: Sequence[str], **then: object) -> Iterator[Fetched]:
        """Yield these mails, but for those that were brought before. `then`: what the cursor says behind them.

        A mail that Gmail fails to give comes with a reason, and is asked for again in later fetches. Raises what ends
        the fetch, after the mails that came before it.
        """
        known = {*self.place.done, *self.place.again}
        left = [one for one in dict.fromkeys(ids) if one not in known]
        yield from self._bring(left, is_again=False, **then)

    def _bring(self, left: Sequence[str], *, is_again: bool, **then: object) -> Iterator[Fetched]:
        """Yield the mails, some at a time, and each large one by itself after all others, which don't wait for it."""
        held: Sequence[FetchedMail] = ()
        waiting = deque(left[start : start + AT_ONCE] for start in range(0, len(left), AT_ONCE))
        large, is_first = deque[str](), True
        while waiting or large:
            if held:
                yield self._piece(held)
                held = ()
            if not is_first and self._requests.is_late():
                # Mails that vanished make no piece in which the fetch could end.
                yield self._piece(())
                self._requests.require_time()
            if waiting:
                answers = self._ask(waiting.popleft(), is_again=is_again)
                large.extend(answers.large)
            else:
                answers = self._ask_for_large(large.popleft(), is_again=is_again)
            is_first = False
            for mails in _group(answers.mails):
                if held:
                    yield self._piece(held)
                held = mails
            if answers.error is not None:
                if held or answers.vanished:
                    yield self._piece(held)
                raise answers.error
        self._mark_brought(held)
        self.move(**then)
        yield Fetched(mails=tuple(held), cursor=self.place.write(), authserv_id=RECEIVER)

    def _piece(self, mails: Sequence[FetchedMail]) -> Fetched:
        self._mark_brought(mails)
        return Fetched(mails=tuple(mails), cursor=self.place.write(), authserv_id=RECEIVER)

    def _mark_brought(self, mails: Sequence[FetchedMail]) -> None:
        self._mark_done(mail.key for mail in mails)
        self._forget(mail.key for mail in mails if mail.raw or mail.reason in _FINAL)

    def _mark_done(self, ids: Iterable[str]) -> None:
        self.move(done=(*self.place.done, *ids)[-MAX_DONE:])

    def _forget(self, ids: Iterable[str]) -> None:
        """Ask for these mails no more."""
        gone = set(ids)
        left = {one: tries for one, tries in self.place.again.items() if one not in gone}
        self.move(again=left)

    def _ask(self, ids: Sequence[str], *, is_again: bool) -> _Answers:
        get = partial(self._get, attempts=_attempts(is_again=is_again))
        found = zip(ids, self._threads.map(get, ids), strict=True)
        return self._sort(found, is_again=is_again)

    def _ask_for_large(self, message_id: str, *, is_again: bool) -> _Answers:
        attempts = _attempts(is_again=is_again)
        answer = self._get(message_id, answer_bytes=LARGE_ANSWER_BYTES, attempts=attempts)
        answers = self._sort([(message_id, answer)], is_again=is_again)
        answers.mails += [FetchedMail(key=one, reason=TOO_LARGE) for one in answers.large]
        return answers

    def _sort(
        self, found: Iterable[tuple[str, FetchedMail | ProviderError | None]], *, is_again: bool
    ) -> _Answers:
        answers = _Answers()
        for message_id, answer in found:
            match answer:
                case None:
                    answers.vanished.append(message_id)
                case FetchedMail(reason=""):
                    answers.mails.append(answer)
                case FetchedMail():
                    answers.failed.append((message_id, answer.reason))
                case OutOfTime():
                    # Not Gmail's fault: the next fetch asks for it as if it were for the first time.
                    answers.error = answer
                case ProviderUnavailable(reason="too-large"):
                    answers.large.append(message_id)
                case ProviderUnavailable(reason="status" | "malformed" | "timeout" | "connection"):
                    answers.failed.append((message_id, answer))
                case ProviderError():
                    answers.error = answer
        self._settle_failed(answers, is_again=is_again)
        self._mark_done(answers.vanished)
        self._forget(answers.vanished)
        return answers

    def _settle_failed(self, answers: _Answers, *, is_again: bool) -> None:
        """Put mails that Gmail failed to give off to later fetches, if it answers at all; else the fetch ends."""
        outages = [why for _, why in answers.failed if isinstance(why, ProviderUnavailable)]
        if not answers.failed or not _may_settle(answers):
            return
        if outages and not answers.mails and not self._is_up():
            answers.error = outages[0]
            return
        again = dict(self.place.again)
        for message_id, _ in answers.failed:
            again[message_id] = again.get(message_id, 0) + 1
        kept = {one: tries for one, tries in again.items() if tries <= MAX_TRIES}
        if outages and len(kept) > MAX_AGAIN:
            answers.error = outages[0]
            return
        self.move(again=dict(list(kept.items())[:MAX_AGAIN]))
        if not is_again:
            answers.mails += [_explain(message_id, why) for message_id, why in answers.failed]

    def _is_up(self) -> bool:
        try:
            self._requests.get("profile", Profile)
        except (ProviderError, Refused):
            return False
        return True

    def _get(
        self, message_id: str, *, answer_bytes: int = ANSWER_BYTES, attempts: int | None = None
    ) -> FetchedMail | ProviderError | None:
        """Return the mail, None where it was deleted meanwhile, or the error."""
        try:
            for _ in range(attempts or DECODING_ATTEMPTS):
                message = self._requests.get(
                    f"messages/{message_id}",
                    RawMessage,
                    {"format": "raw"},
                    answer_bytes=answer_bytes,
                    attempts=attempts,
                )
                if (mail := _read(message, message_id)) is not None:
                    return mail
        except Refused as refused:
            return None if refused.status != 400 else _without_bytes(message_id)
        except ProviderError as error:
            return error
        return _without_bytes(message_id)


def _group(mails: Iterable[FetchedMail]) -> Iterator[Sequence[FetchedMail]]:
    """Yield the mails in groups that fit in a piece."""
    group, size = list[FetchedMail](), 0
    for mail in mails:
        if group and size + len(mail.raw) > PIECE_BYTES:
            yield group
            group, size = [], 0
        group.append(mail)
        size += len(mail.raw)
    if group:
        yield group


def _attempts(*, is_again: bool) -> int | None:
    return 1 if is_again else None


def _may_settle(answers: _Answers) -> bool:
    """Tell whether it is known by now that Gmail answers, but not for the mails that failed."""
    if answers.error is None:
        return True
    return isinstance(answers.error, OutOfTime) and bool(answers.mails)


def _read(message: RawMessage, message_id: str) -> FetchedMail | None:
    """Return the mail, None where there is none that can be read in the answer, or another one."""
    if not message.raw or isinstance(message.raw, str) or message.id != message_id:
        return None
    return FetchedMail(
        key=message_id,
        raw=message.raw,
        folder=message.folder,
        thread_id=message.thread_id,
        received_at=message.received_at,
    )


def _explain(message_id: str, why: ProviderUnavailable | str) -> FetchedMail:
    return FetchedMail(key=message_id, reason=why if isinstance(why, str) else NOT_GIVEN)


def _without_bytes(message_id: str) -> FetchedMail:
    return FetchedMail(key=message_id, reason=UNREADABLE)
