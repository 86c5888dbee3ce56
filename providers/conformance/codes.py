"""The contract tests of an auth provider that users log in with in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, get_args
from urllib.parse import parse_qs, urlsplit

from providers.conformance.auth import GARBAGE, OUTAGES
from providers.conformance.network import NoNetwork, Reply, ScriptedHttp, no_sockets
from providers.context import AuthContext, HttpAnswer, HttpClient, ProviderSettings
from providers.contracts import CodeLogin
from providers.errors import CredentialsRefused, OutageReason, ProviderError, ProviderUnavailable
from providers.values import CodeRequest, Identity

# What no server sends as a code, and what would split a line of a request.
ODD_CODES = ("", "a b", "a\r\nX-Evil: 1", "a\x00b", "cöde", "x" * 100_000)
REQUEST: Final = CodeRequest(
    redirect_uri="https://jobs.example/sign-in/with/provider/callback",
    state="the-state-of-this-log-in",
    nonce="the-nonce-of-this-log-in",
    code_verifier="the-code-verifier-of-this-log-in-has-43-chars-",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodCode:
    """One code that proves an identity, for `REQUEST`: the tenant's settings, and the responses of the provider.

    `answers`: as in `GoodLogin`. `answers_with_other_nonce`: the same with another nonce in the ID token; empty for a
    provider whose tokens have none.
    """

    code: str = "4/0AbCdEf-the_code"
    subject: str
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    answers: Mapping[str, Reply] = field(default_factory=dict)
    answers_with_other_nonce: Mapping[str, Reply] = field(default_factory=dict)

    def context(self, http: HttpClient) -> AuthContext:
        return AuthContext(http=http, settings=self.settings)


class CodeLoginContract:
    """Subclass as `Test...` and set `provider` and `good`."""

    provider: ClassVar[CodeLogin]
    good: ClassVar[GoodCode]

    def test_has_a_label_that_a_button_can_show(self) -> None:
        assert isinstance(self.provider, CodeLogin)
        assert 0 < len(self.provider.label) <= 100
        assert self.provider.label.isprintable()

    def test_the_page_gets_the_state_and_the_way_back(self) -> None:
        context = self.good.context(ScriptedHttp(self.good.answers))
        url = urlsplit(self.provider.make_login_url(REQUEST, context))
        query = parse_qs(url.query)
        assert url.scheme == "https"
        assert query["state"] == [REQUEST.state]
        assert query["redirect_uri"] == [REQUEST.redirect_uri]
        assert query["response_type"] == ["code"]

    def test_the_page_gets_no_secret(self) -> None:
        context = self.good.context(ScriptedHttp(self.good.answers))
        url = self.provider.make_login_url(REQUEST, context)
        secrets = [client.secret for client in self.good.settings.clients if client.secret]
        assert not any(secret in url for secret in (*secrets, REQUEST.code_verifier))

    def test_a_good_code_proves_an_identity(self) -> None:
        with no_sockets():
            identity = self._verify(ScriptedHttp(self.good.answers))
        assert isinstance(identity, Identity)
        assert (identity.provider, identity.subject) == (self.provider.name, self.good.subject)

    def test_an_odd_code_is_refused_before_it_is_sent(self) -> None:
        for odd in ODD_CODES:
            outcome = self._catch(NoNetwork(), code=odd)
            assert isinstance(outcome, CredentialsRefused), f"{odd[:20]!r} gave {outcome!r}"

    def test_another_nonce_is_refused(self) -> None:
        if self.good.answers_with_other_nonce:
            outcome = self._catch(ScriptedHttp(self.good.answers_with_other_nonce))
            assert isinstance(outcome, CredentialsRefused), f"{outcome!r}"

    def test_a_server_in_trouble_is_unavailable(self) -> None:
        faults: list[HttpAnswer | OutageReason] = [*get_args(OutageReason)]
        faults += [HttpAnswer(status=status, body=b"Sorry") for status in OUTAGES]
        for index in range(self._count_requests()):
            for fault in faults:
                outcome = self._catch(ScriptedHttp(self.good.answers, fault=(index, fault)))
                assert isinstance(outcome, ProviderUnavailable), f"{fault} at {index}: {outcome!r}"

    def test_garbage_is_never_believed(self) -> None:
        for index in range(self._count_requests()):
            for body in GARBAGE:
                http = ScriptedHttp(
                    self.good.answers, fault=(index, HttpAnswer(status=200, body=body))
                )
                outcome = self._catch(http)
                is_cautious = isinstance(outcome, ProviderError) or (
                    isinstance(outcome, Identity)
                    and outcome.subject == self.good.subject
                    and not outcome.email_verified
                )
                assert is_cautious, f"{body[:20]!r} at request {index}: {outcome!r}"

    def _verify(self, http: HttpClient) -> Identity:
        return self.provider.verify_code(self.good.code, REQUEST, self.good.context(http))

    def _catch(self, http: HttpClient, *, code: str | None = None) -> Identity | BaseException:
        code = self.good.code if code is None else code
        try:
            return self.provider.verify_code(code, REQUEST, self.good.context(http))
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests look at
            return error

    def _count_requests(self) -> int:
        http = ScriptedHttp(self.good.answers)
        self._verify(http)
        return len(http.sent)
