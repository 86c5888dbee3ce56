"""The contract tests of a mailbox that is fetched over HTTP. No test waits: the pauses of a mailbox are skipped."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, get_args

from providers.conformance.auth import capture_logs
from providers.conformance.network import Reply, ScriptedHttp, no_sockets
from providers.context import HttpAnswer, MailboxContext, MailSearch, ProviderSettings
from providers.contracts import Mailbox
from providers.errors import (
    CredentialsRefused,
    OutageReason,
    ProviderError,
    ProviderUnavailable,
)
from providers.loading import NAME
from providers.messages import Fetched
from providers.values import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodMailbox:
    """A mailbox that can be read without errors. `keys`: of all its mails; `answers`: as in `GoodLogin`."""

    keys: tuple[str, ...]
    grant: Grant
    answers: Mapping[str, Reply]
    search: MailSearch = field(default_factory=lambda: MailSearch(senders=("acme.example",)))
    settings: ProviderSettings = field(default_factory=ProviderSettings)

    def context(self, http: ScriptedHttp) -> MailboxContext:
        return MailboxContext(
            http=http,
            search=self.search,
            grant=self.grant,
            settings=self.settings,
            sleep=lambda seconds: None,
        )


class MailboxContract:
    """Subclass as `Test...` and set `mailbox` and `good`, a mailbox with at least two messages."""

    mailbox: ClassVar[Mailbox]
    good: ClassVar[GoodMailbox]

    def test_is_a_mailbox_with_a_usable_name(self) -> None:
        assert isinstance(self.mailbox, Mailbox), "it must have `name` and `fetch`"
        assert NAME.fullmatch(self.mailbox.name), f"{self.mailbox.name!r} is not a valid name"

    def test_a_first_fetch_brings_everything_once(self) -> None:
        pieces, error = self._fetch(None)
        assert error is None, repr(error)
        assert all(isinstance(piece, Fetched) for piece in pieces), "fetch yields Fetched"
        assert sorted(_keys(pieces)) == sorted(self.good.keys), "every mail once, and no other"
        assert all(mail.raw for piece in pieces for mail in piece.mails), "each with its bytes"

    def test_the_last_cursor_brings_nothing_twice(self) -> None:
        pieces, _ = self._fetch(None)
        assert pieces, "even an empty mailbox has a cursor to start from next time"
        again, error = self._fetch(pieces[-1].cursor)
        assert error is None, repr(error)
        assert not set(_keys(again)) & set(self.good.keys), "it resumes after the last mail"

    def test_an_outage_keeps_what_came_before_and_loses_nothing(self) -> None:
        for index in range(self._count_requests()):
            for fault in _outages():
                pieces, error = self._fetch(None, fault=(index, fault))
                assert error is None or isinstance(error, ProviderUnavailable), (
                    f"{fault!r} at request {index}: {error!r}"
                )
                self._require_all(pieces, error, f"{fault!r} at request {index}")

    def test_an_outage_that_lasts_ends_the_fetch_and_loses_nothing(self) -> None:
        for index in range(self._count_requests()):
            # A response that is too large may be one mail's own fault.
            for fault in (one for one in _outages() if one != "too-large"):
                pieces, error = self._fetch(None, fault=(index, fault), lasts=True)
                assert isinstance(error, ProviderUnavailable), (
                    f"{fault!r} from request {index} on: {error!r}"
                )
                self._require_all(pieces, error, f"{fault!r} from request {index} on")

    def test_garbage_and_refusals_are_errors_of_the_contract(self) -> None:
        for index in range(self._count_requests()):
            for answer in (
                HttpAnswer(status=200, body=b"<html>"),
                HttpAnswer(status=200, body=b"[]"),
                HttpAnswer(status=403, body=b"{}"),
            ):
                _, error = self._fetch(None, fault=(index, answer), lasts=True)
                assert isinstance(error, ProviderError), f"{answer!r} at request {index}: {error!r}"
            _, error = self._fetch(None, fault=(index, HttpAnswer(status=401, body=b"{}")))
            assert isinstance(error, CredentialsRefused), f"401 at request {index}: {error!r}"

    def test_secrets_are_neither_logged_nor_shown(self) -> None:
        with capture_logs() as lines:
            pieces, _ = self._fetch(None)
            errors = [
                self._fetch(None, fault=(index, "timeout"), lasts=True)[1]
                for index in range(self._count_requests())
            ]
        shown = [
            repr(pieces),
            *lines,
            *("".join(traceback.format_exception(error)) for error in errors if error),
        ]
        assert not any(self.good.grant.access_token in text for text in shown)

    def _require_all(self, pieces: list[Fetched], error: Exception | None, what: str) -> None:
        """Require that nothing is lost: what an error left out comes with the next fetch, and nothing else is left."""
        brought = set(_keys(pieces))
        if error is not None:
            brought |= set(_keys(self._fetch(pieces[-1].cursor if pieces else None)[0]))
        assert not set(self.good.keys) - brought, f"lost by {what}"

    def _count_requests(self) -> int:
        http = ScriptedHttp(self.good.answers)
        list(self.mailbox.fetch(None, self.good.context(http)))
        return len(http.sent)

    def _fetch(
        self,
        cursor: str | None,
        *,
        fault: tuple[int, HttpAnswer | OutageReason] | None = None,
        lasts: bool = False,
    ) -> tuple[list[Fetched], Exception | None]:
        """Return the pieces that were fetched, and the error that ended the fetch, if any."""
        http = ScriptedHttp(self.good.answers, fault=fault, fault_lasts=lasts)
        pieces: list[Fetched] = []
        try:
            with no_sockets():
                pieces.extend(self.mailbox.fetch(cursor, self.good.context(http)))
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return pieces, error
        return pieces, None


def _outages() -> list[HttpAnswer | OutageReason]:
    return [HttpAnswer(status=503), HttpAnswer(status=429), *get_args(OutageReason)]


def _keys(pieces: list[Fetched]) -> list[str]:
    return [mail.key for piece in pieces for mail in piece.mails]
