"""What every auth provider must do."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar, get_args

from providers.conformance.network import NoNetwork, Reply, ScriptedHttp, no_sockets
from providers.context import (
    AuthContext,
    HttpAnswer,
    HttpClient,
    OAuthClient,
    PasswordCheck,
    ProviderSettings,
    refuse_every_password,
)
from providers.contracts import AuthProvider
from providers.errors import CredentialsRefused, OutageReason, ProviderError, ProviderUnavailable
from providers.loading import NAME
from providers.values import Credentials, Identity, PasswordCredentials, TokenCredentials

# What no provider gives out: line breaks and spaces split headers, the rest can't be sent at all.
ODD_TOKENS = ("a\r\nX-Evil: 1", "a b", "a\x00b", "täken", "\ud800", "🔑", "x" * 100_000)
GARBAGE = (
    b"",
    b"<html>Bad Gateway</html>",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b"[" * 100_000,
    b"{}",
)
OUTAGES = (500, 502, 503, 504, 429)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodLogin:
    """One log-in that succeeds: who knocks, what the tenant set, and what the provider's servers answer.

    `answers`: `"GET https://host/path"` (no query) to an answer, or to a function that makes one.
    """

    credentials: Credentials
    subject: str
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    answers: Mapping[str, Reply] = field(default_factory=dict)
    check_password: PasswordCheck = refuse_every_password

    def context(self, http: HttpClient) -> AuthContext:
        return AuthContext(http=http, settings=self.settings, check_password=self.check_password)


class AuthProviderContract:
    """Subclass as `Test...`, and set `provider` and `good`; `bound_to_clients` is False where tokens have no audience.

    Needs nothing of pytest, so that `manage.py plugin check` can run it too.
    """

    provider: ClassVar[AuthProvider]
    good: ClassVar[GoodLogin]
    bound_to_clients: ClassVar[bool] = True

    def test_is_an_auth_provider_with_a_usable_name(self) -> None:
        assert isinstance(self.provider, AuthProvider), "it must have `name` and `verify`"
        assert NAME.fullmatch(self.provider.name), f"{self.provider.name!r} is no name"

    def test_good_credentials_prove_an_identity(self) -> None:
        http = ScriptedHttp(self.good.answers)
        with no_sockets():
            identity = self.provider.verify(self.good.credentials, self.good.context(http))
        assert isinstance(identity, Identity), "good credentials must give an Identity"
        assert identity.provider == self.provider.name, "`provider` must be the provider's own name"
        assert identity.subject == self.good.subject
        assert "@" not in identity.subject, "an e-mail address changes hands; a subject never does"

    def test_credentials_of_another_kind_are_not_mine(self) -> None:
        foreign: Credentials = PasswordCredentials(username="jo", password="open sesame")
        if isinstance(self.good.credentials, PasswordCredentials):
            foreign = TokenCredentials(token="ya29.token")
        assert self.provider.verify(foreign, self.good.context(NoNetwork())) is None, (
            "None means: not mine"
        )

    def test_odd_credentials_are_refused_before_they_are_sent(self) -> None:
        for odd in ODD_TOKENS:
            credentials: Credentials = TokenCredentials.model_construct(token=odd)
            if isinstance(self.good.credentials, PasswordCredentials):
                credentials = PasswordCredentials.model_construct(username=odd, password=odd)
            context = replace(self.good.context(NoNetwork()), check_password=refuse_every_password)
            error = self._error(lambda c=credentials, k=context: self.provider.verify(c, k))  # type: ignore[misc]
            assert isinstance(error, CredentialsRefused), (
                f"{odd[:20]!r} must be CredentialsRefused, not {error!r}"
            )

    def test_a_server_that_cannot_be_reached_is_unavailable(self) -> None:
        for place in range(self._requests()):
            for reason in get_args(OutageReason):
                error = self._spoiled(place, reason)
                assert isinstance(error, ProviderUnavailable), (
                    f"{reason} at request {place}: {error!r}"
                )

    def test_a_server_in_trouble_is_unavailable(self) -> None:
        for place in range(self._requests()):
            for status in OUTAGES:
                error = self._spoiled(place, HttpAnswer(status=status, body=b"Sorry"))
                assert isinstance(error, ProviderUnavailable), (
                    f"{status} at request {place}: {error!r}"
                )

    def test_garbage_is_never_believed(self) -> None:
        for place in range(self._requests()):
            for body in GARBAGE:
                outcome = self._outcome(place, HttpAnswer(status=200, body=body))
                assert self._is_cautious(outcome), f"{body[:20]!r} at request {place}: {outcome!r}"

    def test_a_refusal_or_redirect_is_an_error_of_the_contract(self) -> None:
        for place in range(self._requests()):
            for status in (301, 302, 307, 400, 401, 403, 404):
                outcome = self._outcome(place, HttpAnswer(status=status, body=b"{}"))
                assert self._is_cautious(outcome), f"{status} at request {place}: {outcome!r}"

    def test_a_token_of_another_application_proves_nothing(self) -> None:
        if not self.bound_to_clients or isinstance(self.good.credentials, PasswordCredentials):
            return
        for clients in ((), (OAuthClient(id="somebody-else", secret="x"),)):
            http = ScriptedHttp(self.good.answers)
            context = replace(
                self.good.context(http), settings=replace(self.good.settings, clients=clients)
            )
            error = self._error(lambda k=context: self.provider.verify(self.good.credentials, k))  # type: ignore[misc]
            assert isinstance(error, ProviderError), f"accepted for clients {clients}"

    def test_keeps_nothing_between_calls(self) -> None:
        def verify(_: int) -> Identity | None:
            http = ScriptedHttp(self.good.answers)
            return self.provider.verify(self.good.credentials, self.good.context(http))

        with ThreadPoolExecutor(4) as threads:
            identities = list(threads.map(verify, range(8)))
        assert all(identity and identity.subject == self.good.subject for identity in identities)

    def test_secrets_are_neither_logged_nor_shown(self) -> None:
        secret = self._secret()
        with logged() as lines:
            identity = self.provider.verify(
                self.good.credentials, self.good.context(ScriptedHttp(self.good.answers))
            )
            errors = [self._spoiled(place, "timeout") for place in range(self._requests())]
        shown = [
            repr(identity),
            *lines,
            *("".join(traceback.format_exception(error)) for error in errors),
        ]
        assert not any(secret in text for text in shown), (
            "the secret shows in a log line, an error or a repr"
        )

    def _secret(self) -> str:
        credentials = self.good.credentials
        return (
            credentials.password
            if isinstance(credentials, PasswordCredentials)
            else credentials.token
        )

    def _requests(self) -> int:
        """How many requests a good log-in makes: each of them is spoiled in its turn."""
        http = ScriptedHttp(self.good.answers)
        self.provider.verify(self.good.credentials, self.good.context(http))
        return len(http.asked)

    def _spoiled(self, place: int, spoiled: HttpAnswer | OutageReason) -> BaseException:
        outcome = self._outcome(place, spoiled)
        assert isinstance(outcome, BaseException), (
            f"{spoiled!r} at request {place} gave {outcome!r}"
        )
        return outcome

    def _outcome(
        self, place: int, spoiled: HttpAnswer | OutageReason
    ) -> Identity | BaseException | None:
        http = ScriptedHttp(self.good.answers, spoil=(place, spoiled))
        try:
            return self.provider.verify(self.good.credentials, self.good.context(http))
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return error

    def _is_cautious(self, outcome: Identity | BaseException | None) -> bool:
        """An error of the contract; or the same person, where only something optional is missing."""
        if not isinstance(outcome, Identity):
            return isinstance(outcome, ProviderError)
        return outcome.subject == self.good.subject and not outcome.email_verified

    @staticmethod
    def _error(call: Callable[[], Identity | None]) -> BaseException:
        try:
            identity = call()
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return error
        raise AssertionError(f"expected an error, got {identity!r}")


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect every log line of the process, down to DEBUG."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, handler = logging.getLogger(), Collector()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
