"""The contract tests of a mailbox that is fetched over HTTP."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, get_args

from providers.conformance.auth import capture_logs
from providers.conformance.network import Reply, ScriptedHttp, no_sockets
from providers.context import HttpAnswer, MailboxContext, ProviderSettings
from providers.contracts import Mailbox
from providers.errors import OutageReason, ProviderError, ProviderUnavailable
from providers.loading import NAME
from providers.messages import Fetched
from providers.values import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodMailbox:
    """A mailbox that can be read without errors. `ids`: of all its messages; `answers`: as in `GoodLogin`."""

    ids: tuple[str, ...]
    grant: Grant
    answers: Mapping[str, Reply]
    settings: ProviderSettings = field(default_factory=ProviderSettings)

    def context(self, http: ScriptedHttp) -> MailboxContext:
        return MailboxContext(http=http, grant=self.grant, settings=self.settings)


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
        assert sorted(_ids(pieces)) == sorted(self.good.ids), "every message once, and no other"

    def test_an_emptied_cursor_brings_nothing_twice(self) -> None:
        pieces, _ = self._fetch(None)
        assert pieces, "even an empty mailbox has a cursor to start from next time"
        again, error = self._fetch(pieces[-1].cursor)
        assert error is None, repr(error)
        assert not set(_ids(again)) & set(self.good.ids), (
            "the last cursor resumes after the last message"
        )

    def test_an_outage_keeps_what_came_before_and_loses_nothing(self) -> None:
        for index in range(self._count_requests()):
            faults: list[HttpAnswer | OutageReason] = [
                HttpAnswer(status=503),
                HttpAnswer(status=429),
            ]
            for fault in (*faults, *get_args(OutageReason)):
                pieces, error = self._fetch(None, fault=(index, fault))
                assert isinstance(error, ProviderUnavailable), (
                    f"{fault!r} at request {index}: {error!r}"
                )
                rest, _ = self._fetch(pieces[-1].cursor if pieces else None)
                missing = set(self.good.ids) - set(_ids(pieces)) - set(_ids(rest))
                assert not missing, f"lost by {fault!r} at request {index}: {missing}"

    def test_garbage_and_refusals_are_errors_of_the_contract(self) -> None:
        for index in range(self._count_requests()):
            for answer in (
                HttpAnswer(status=200, body=b"<html>"),
                HttpAnswer(status=200, body=b"[]"),
                HttpAnswer(status=401, body=b"{}"),
                HttpAnswer(status=403, body=b"{}"),
            ):
                _, error = self._fetch(None, fault=(index, answer))
                assert isinstance(error, ProviderError), f"{answer!r} at request {index}: {error!r}"

    def test_secrets_are_neither_logged_nor_shown(self) -> None:
        with capture_logs() as lines:
            pieces, _ = self._fetch(None)
            errors = [
                self._fetch(None, fault=(index, "timeout"))[1]
                for index in range(self._count_requests())
            ]
        shown = [
            repr(pieces),
            *lines,
            *("".join(traceback.format_exception(error)) for error in errors if error),
        ]
        assert not any(self.good.grant.access_token in text for text in shown)

    def _count_requests(self) -> int:
        http = ScriptedHttp(self.good.answers)
        list(self.mailbox.fetch(None, self.good.context(http)))
        return len(http.sent)

    def _fetch(
        self, cursor: str | None, *, fault: tuple[int, HttpAnswer | OutageReason] | None = None
    ) -> tuple[list[Fetched], Exception | None]:
        """Return the pieces that were fetched, and the error that ended the fetch, if any."""
        http = ScriptedHttp(self.good.answers, fault=fault)
        pieces: list[Fetched] = []
        try:
            with no_sockets():
                pieces.extend(self.mailbox.fetch(cursor, self.good.context(http)))
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return pieces, error
        return pieces, None


def _ids(pieces: list[Fetched]) -> list[str]:
    return [message.id for piece in pieces for message in piece.messages]
