"""Requests to Gmail's API: tried again after growing pauses, and each answer read or turned into an error."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from plugins.gmail.answers import ErrorAnswer
from providers.contracts import (
    CredentialsRefused,
    HttpAnswer,
    HttpFailure,
    MailboxContext,
    ProviderMisconfigured,
    ProviderUnavailable,
    ScopeMissing,
)

M = TypeVar("M", bound=BaseModel)
BASE: Final = "https://gmail.googleapis.com/gmail/v1/users/me/"
READ_SCOPE: Final = "https://www.googleapis.com/auth/gmail.readonly"
ATTEMPTS: Final = 6
# The pauses between these are longer than the minute that a quota is for.
ATTEMPTS_AT_A_LIMIT: Final = 8
# Seconds. A server that asks for a longer pause is asked again by a later fetch.
LONGEST_PAUSE: Final = 64.0
# Names of `errors`, and in capitals those of `details` and `status`.
RATE_LIMITS: Final = frozenset(
    {
        "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
    }
)  # fmt: skip
# The quota of a day is no matter of a pause.
DAY_LIMITS: Final = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg"})
A_WHILE: Final = 3600.0
NO_SCOPE: Final = frozenset(
    {"insufficientPermissions", "forbidden", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
)
NOT_SET_UP: Final = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
# The name of what an administrator of the account has to change.
CLOSED: Final = "closed"
# The account has no Gmail, or its administrator closed it to applications: consenting again would change nothing.
NO_GMAIL: Final = frozenset({"domainPolicy", "failedPrecondition", "FAILED_PRECONDITION"})
ANSWER_BYTES: Final = 1024 * 1024
# A longer answer is one mail in base64, which has none: 40 MB of empty lists would take ten times that when read.
MOST_COMMAS: Final = 10_000


class Refused(Exception):
    """Gmail answered with a 4xx status that concerns this request alone. `status`: 400, 404, ..."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Pause:
    """Until when Gmail is left alone, and because of which answer."""

    until: datetime
    cause: ProviderUnavailable


class OutOfTime(ProviderUnavailable):
    """The fetch has no time left to ask, or for the pause before: a later one asks as if it were for the first time."""


class GmailRequests:
    """Asks Gmail for one user. Threads may share it: a pause that Gmail asks for is kept by all of them."""

    def __init__(self, mailbox: str, context: MailboxContext) -> None:
        if context.grant is None:
            raise CredentialsRefused(mailbox)
        self._mailbox = mailbox
        self._context = context
        self._headers = {"Authorization": f"Bearer {context.grant.access_token}"}
        self._pause: _Pause | None = None
        self._lock = threading.Lock()

    def require_time(self) -> None:
        """Raise `OutOfTime` where the fetch should have ended: a server may answer for ever without mail."""
        if self.is_late():
            raise OutOfTime(self._mailbox, "timeout", retry_after=0.0)

    def is_late(self) -> bool:
        return not self._context.has_time_for(0)

    def get(
        self,
        path: str,
        model: type[M],
        params: Mapping[str, str] | None = None,
        *,
        answer_bytes: int = ANSWER_BYTES,
        attempts: int | None = None,
    ) -> M:
        """Return the answer of a path below `users/me/`. `attempts`: None for `ATTEMPTS`; at a limit there are more.

        Raises `Refused`, `CredentialsRefused`, `ProviderMisconfigured`; `ProviderUnavailable` after the last attempt;
        `OutOfTime`, also where a pause would pass the deadline.
        """
        attempt = 0
        while True:
            attempt += 1
            self.require_time()
            self._keep_pause()
            try:
                return self._get_once(path, model, params or {}, answer_bytes=answer_bytes)
            except ProviderUnavailable as error:
                is_at_limit = error.reason == "rate-limited"
                is_for_all = is_at_limit or error.retry_after is not None
                pause = self._pause_after(error, attempt)
                if is_for_all:
                    self._pause_all(pause, error)
                most = ATTEMPTS_AT_A_LIMIT if is_at_limit else attempts or ATTEMPTS
                is_last = attempt >= most or error.reason in ("too-large", "tls")
                if is_for_all or not is_last:
                    self._require_time_for(pause, error)
                if is_last:
                    raise
            if not is_for_all:
                self._context.sleep(pause)

    def get_or_fail(self, path: str, model: type[M], params: Mapping[str, str] | None = None) -> M:
        """Return the answer of a path that Gmail has for every user: where it refuses it, Gmail itself fails."""
        try:
            return self.get(path, model, params)
        except Refused as refused:
            status = refused.status
        raise ProviderUnavailable(self._mailbox, "status", status=status)

    def _get_once(
        self, path: str, model: type[M], params: Mapping[str, str], *, answer_bytes: int
    ) -> M:
        url = self._context.settings.resolve_url(BASE + path)
        try:
            answer = self._context.http.request(
                "GET", url, params=params, headers=self._headers, answer_bytes=answer_bytes
            )
        except HttpFailure as failure:
            raise ProviderUnavailable(self._mailbox, failure.reason) from None
        if answer.status != 200:
            raise self._error_of(answer)
        is_bomb = len(answer.body) > ANSWER_BYTES and answer.body.count(b",") > MOST_COMMAS
        try:
            if not is_bomb:
                return model.model_validate_json(answer.body)
        except ValidationError:
            pass
        raise ProviderUnavailable(self._mailbox, "malformed", status=200)

    def _error_of(self, answer: HttpAnswer) -> Exception:
        """Return what an error means (https://developers.google.com/workspace/gmail/api/guides/handle-errors)."""
        body = _read_error(answer)
        reasons, status = body.reasons if body else frozenset[str](), answer.status
        if reasons & DAY_LIMITS:
            return ProviderUnavailable(
                self._mailbox, "rate-limited", status=status, retry_after=A_WHILE
            )
        if status == 429 or reasons & RATE_LIMITS:
            seconds = self._seconds_asked_for(answer, body)
            return ProviderUnavailable(
                self._mailbox, "rate-limited", status=status, retry_after=seconds
            )
        if status == 401:
            return CredentialsRefused(self._mailbox, "expired")
        if reasons & NOT_SET_UP:
            return ProviderMisconfigured(self._mailbox, "clients")
        if reasons & NO_GMAIL:
            return ProviderMisconfigured(self._mailbox, CLOSED)
        if status == 403 and reasons & NO_SCOPE:
            return ScopeMissing(self._mailbox, missing=frozenset((READ_SCOPE,)))
        if status in (400, 404, 410):
            return Refused(status)
        seconds = self._seconds_asked_for(answer, body)
        return ProviderUnavailable(self._mailbox, "status", status=status, retry_after=seconds)

    def _seconds_asked_for(self, answer: HttpAnswer, body: ErrorAnswer | None) -> float | None:
        """Return how long Gmail asks to wait: in the header (seconds or a date), or in the text."""
        header = answer.headers.get("retry-after", "").strip()
        if header.isdecimal() and len(header) < 10:
            return float(header)
        moment = _parse_date(header) or (body.retry_at if body else None)
        return max((moment - self._context.now()).total_seconds(), 0.0) if moment else None

    def _pause_after(self, error: ProviderUnavailable, attempt: int) -> float:
        """Return the seconds until the next attempt: twice as many each time, of which a random part is left out."""
        longest = min(2.0 ** (attempt - 1), LONGEST_PAUSE)
        chosen = longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        asked = error.retry_after
        return chosen if asked is None else max(asked, chosen)

    def _pause_all(self, seconds: float, cause: ProviderUnavailable) -> None:
        until = self._context.now() + timedelta(seconds=seconds)
        with self._lock:
            if self._pause is None or self._pause.until < until:
                self._pause = _Pause(until, cause)

    def _keep_pause(self) -> None:
        """Wait until Gmail is to be asked again, also where another thread is told of a longer pause meanwhile."""
        waited_for: _Pause | None = None
        while (pause := self._pause) is not None and pause is not waited_for:
            seconds = (pause.until - self._context.now()).total_seconds()
            if seconds <= 0:
                return
            self._require_time_for(seconds, pause.cause)
            self._context.sleep(seconds)
            waited_for = pause

    def _require_time_for(self, pause: float, cause: ProviderUnavailable) -> None:
        if pause > LONGEST_PAUSE or not self._context.has_time_for(pause):
            raise OutOfTime(
                self._mailbox, cause.reason, status=cause.status, retry_after=pause
            ) from None


def _read_error(answer: HttpAnswer) -> ErrorAnswer | None:
    try:
        return ErrorAnswer.model_validate_json(answer.body)
    except ValidationError:
        return None


def _parse_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
