"""The contract tests of an auth provider."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
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
    reject_every_password,
)
from providers.contracts import AuthProvider
from providers.errors import CredentialsRefused, OutageReason, ProviderError, ProviderUnavailable
from providers.loading import NAME
from providers.values import Credentials, Identity, PasswordCredentials, TokenCredentials

# No provider issues such tokens: line breaks and spaces split a header, the others cannot be sent.
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
    """One log-in that succeeds: the credentials, the tenant's settings, and the responses of the provider's servers.

    `subject`: the subject of the expected identity. `answers`: `"GET https://host/path"` (without the query) to a
    response, or to a function of the request that returns one.
    """

    credentials: Credentials
    subject: str
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    answers: Mapping[str, Reply] = field(default_factory=dict)
    check_password: PasswordCheck = reject_every_password

    def context(self, http: HttpClient) -> AuthContext:
        return AuthContext(http=http, settings=self.settings, check_password=self.check_password)


class AuthProviderContract:
    """Subclass as `Test...` and set `provider` and `good`; set `bound_to_clients` to False if tokens have no audience.

    The class does not import pytest, so that other test runners can run it too.
    """

    provider: ClassVar[AuthProvider]
    good: ClassVar[GoodLogin]
    bound_to_clients: ClassVar[bool] = True

    def test_is_an_auth_provider_with_a_usable_name(self) -> None:
        assert isinstance(self.provider, AuthProvider), "it must have `name` and `verify`"
        assert NAME.fullmatch(self.provider.name), f"{self.provider.name!r} is not a valid name"

    def test_good_credentials_prove_an_identity(self) -> None:
        http = ScriptedHttp(self.good.answers)
        with no_sockets():
            identity = self.provider.verify(self.good.credentials, self.good.context(http))
        assert isinstance(identity, Identity), "good credentials must return an Identity"
        assert identity.provider == self.provider.name, "`provider` must be the provider's own name"
        assert identity.subject == self.good.subject
        assert "@" not in identity.subject, (
            "an e-mail address can change its owner; a subject must not be one"
        )

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
            context = replace(self.good.context(NoNetwork()), check_password=reject_every_password)
            error = self._catch_error(credentials, context)
            assert isinstance(error, CredentialsRefused), (
                f"{odd[:20]!r} must be CredentialsRefused, not {error!r}"
            )

    def test_a_server_that_cannot_be_reached_is_unavailable(self) -> None:
        for index in range(self._count_requests()):
            for reason in get_args(OutageReason):
                error = self._fail_request(index, reason)
                assert isinstance(error, ProviderUnavailable), (
                    f"{reason} at request {index}: {error!r}"
                )

    def test_a_server_in_trouble_is_unavailable(self) -> None:
        for index in range(self._count_requests()):
            for status in OUTAGES:
                error = self._fail_request(index, HttpAnswer(status=status, body=b"Sorry"))
                assert isinstance(error, ProviderUnavailable), (
                    f"{status} at request {index}: {error!r}"
                )

    def test_garbage_is_never_believed(self) -> None:
        for index in range(self._count_requests()):
            for body in GARBAGE:
                outcome = self._run_with_fault(index, HttpAnswer(status=200, body=body))
                assert self._is_cautious(outcome), f"{body[:20]!r} at request {index}: {outcome!r}"

    def test_a_refusal_or_redirect_is_an_error_of_the_contract(self) -> None:
        for index in range(self._count_requests()):
            for status in (301, 302, 307, 400, 401, 403, 404):
                outcome = self._run_with_fault(index, HttpAnswer(status=status, body=b"{}"))
                assert self._is_cautious(outcome), f"{status} at request {index}: {outcome!r}"

    def test_a_token_of_another_application_proves_nothing(self) -> None:
        if not self.bound_to_clients or isinstance(self.good.credentials, PasswordCredentials):
            return
        for clients in ((), (OAuthClient(id="another-application", secret="x"),)):
            http = ScriptedHttp(self.good.answers)
            context = replace(
                self.good.context(http), settings=replace(self.good.settings, clients=clients)
            )
            error = self._catch_error(self.good.credentials, context)
            assert isinstance(error, ProviderError), f"accepted for clients {clients}"

    def test_keeps_nothing_between_calls(self) -> None:
        def verify(_: int) -> Identity | None:
            http = ScriptedHttp(self.good.answers)
            return self.provider.verify(self.good.credentials, self.good.context(http))

        with ThreadPoolExecutor(4) as threads:
            identities = list(threads.map(verify, range(8)))
        assert all(identity and identity.subject == self.good.subject for identity in identities)

    def test_secrets_are_neither_logged_nor_shown(self) -> None:
        secret = self._read_secret()
        with capture_logs() as lines:
            identity = self.provider.verify(
                self.good.credentials, self.good.context(ScriptedHttp(self.good.answers))
            )
            errors = [
                self._fail_request(index, "timeout") for index in range(self._count_requests())
            ]
        shown = [
            repr(identity),
            *lines,
            *("".join(traceback.format_exception(error)) for error in errors),
        ]
        assert not any(secret in text for text in shown), (
            "a log line, an error or a repr contains the secret"
        )

    def _read_secret(self) -> str:
        credentials = self.good.credentials
        return (
            credentials.password
            if isinstance(credentials, PasswordCredentials)
            else credentials.token
        )

    def _count_requests(self) -> int:
        """Return the number of requests of a good log-in; the tests make each of them fail in turn."""
        http = ScriptedHttp(self.good.answers)
        self.provider.verify(self.good.credentials, self.good.context(http))
        return len(http.sent)

    def _fail_request(self, index: int, fault: HttpAnswer | OutageReason) -> BaseException:
        outcome = self._run_with_fault(index, fault)
        assert isinstance(outcome, BaseException), f"{fault!r} at request {index} gave {outcome!r}"
        return outcome

    def _run_with_fault(
        self, index: int, fault: HttpAnswer | OutageReason
    ) -> Identity | BaseException | None:
        http = ScriptedHttp(self.good.answers, fault=(index, fault))
        try:
            return self.provider.verify(self.good.credentials, self.good.context(http))
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return error

    def _is_cautious(self, outcome: Identity | BaseException | None) -> bool:
        """Tell whether it is an error of the contract, or the same user without a verified e-mail address."""
        if not isinstance(outcome, Identity):
            return isinstance(outcome, ProviderError)
        return outcome.subject == self.good.subject and not outcome.email_verified

    def _catch_error(self, credentials: Credentials, context: AuthContext) -> BaseException:
        try:
            identity = self.provider.verify(credentials, context)
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return error
        raise AssertionError(f"expected an error, got {identity!r}")


@contextmanager
def capture_logs() -> Iterator[list[str]]:
    """Yield a list that collects the log messages of the process, of level DEBUG and above."""
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
