"""The kit has to fail for faulty providers: there is one for each of its tests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests

from providers.contracts import (
    AuthContext,
    Credentials,
    CredentialsRefused,
    HttpFailure,
    Identity,
    OAuthClient,
    ProviderSettings,
    ProviderUnavailable,
    TokenCredentials,
)
from providers.testing import AuthProviderContract, GoodLogin, json_answer


class Sound:
    """A provider as it should be; each faulty one changes one thing."""

    name = "acme"

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, TokenCredentials):
            return None
        return self.ask(credentials.token, context)

    def ask(self, token: str, context: AuthContext) -> Identity:
        if not (token.isascii() and token.isprintable()) or " " in token or len(token) > 4096:
            raise CredentialsRefused(self.name)
        try:
            answer = context.http.request(
                "GET", "https://acme.test/me", headers={"Authorization": f"Bearer {token}"}
            )
        except HttpFailure as failure:
            raise ProviderUnavailable(self.name, failure.reason) from None
        if answer.status in (400, 401, 403):
            raise CredentialsRefused(self.name)
        if answer.status != 200:
            raise ProviderUnavailable(self.name, "status", status=answer.status)
        try:
            payload = answer.json()
        except ValueError:
            raise ProviderUnavailable(self.name, "malformed") from None
        return self.read(payload, context)

    def read(self, payload: object, context: AuthContext) -> Identity:
        if not isinstance(payload, dict) or not {"id", "app"} <= payload.keys():
            raise ProviderUnavailable(self.name, "malformed")
        if payload["app"] not in context.settings.client_ids:
            raise CredentialsRefused(self.name)
        return Identity(provider=self.name, subject=payload["id"])


class BadName(Sound):
    name = "Acme Inc."


class TakesAnything(Sound):
    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        return Identity(provider=self.name, subject="42")


class SendsAnything(Sound):
    def ask(self, token: str, context: AuthContext) -> Identity:
        answer = context.http.request(
            "GET", "https://acme.test/me", headers={"Authorization": token}
        )
        return self.read(answer.json(), context)


class RaisesItsLibrarysErrors(Sound):
    def ask(self, token: str, context: AuthContext) -> Identity:
        answer = context.http.request("GET", "https://acme.test/me")
        if 300 <= answer.status < 500:
            raise requests.HTTPError(answer.status)
        return super().ask(token, context)


class BlamesTheUser(Sound):
    def ask(self, token: str, context: AuthContext) -> Identity:
        try:
            return super().ask(token, context)
        except ProviderUnavailable:
            raise CredentialsRefused(self.name) from None


class TrustsTheShape(Sound):
    def read(self, payload: object, context: AuthContext) -> Identity:
        assert isinstance(payload, dict)
        if payload["app"] not in context.settings.client_ids:
            raise CredentialsRefused(self.name)
        return Identity(provider=self.name, subject=payload["id"])


class AsksForNoAudience(Sound):
    def read(self, payload: object, context: AuthContext) -> Identity:
        if not isinstance(payload, dict) or "id" not in payload:
            raise ProviderUnavailable(self.name, "malformed")
        return Identity(provider=self.name, subject=payload["id"])


class NamesByEmail(Sound):
    def read(self, payload: object, context: AuthContext) -> Identity:
        super().read(payload, context)
        return Identity(provider=self.name, subject="joe@acme.test")


class LogsTheToken(Sound):
    def ask(self, token: str, context: AuthContext) -> Identity:
        logging.getLogger("acme").debug("asking with %s", token)
        return super().ask(token, context)


class GoesAroundTheContext(Sound):
    def ask(self, token: str, context: AuthContext) -> Identity:
        requests.get("http://127.0.0.1:9/me", timeout=1)
        return super().ask(token, context)


class Remembers(Sound):
    def __init__(self) -> None:
        self.calls = 0

    def ask(self, token: str, context: AuthContext) -> Identity:
        self.calls += 1
        identity = super().ask(token, context)
        return (
            identity if self.calls < 3 else identity.model_copy(update={"subject": "somebody-else"})
        )


def contract_of(provider_under_test: Sound) -> AuthProviderContract:
    class Contract(AuthProviderContract):
        provider = provider_under_test
        good = GoodLogin(
            credentials=TokenCredentials(token="acme-token-1"),
            subject="42",
            settings=ProviderSettings(clients=(OAuthClient(id="ours"),)),
            answers={"GET https://acme.test/me": json_answer({"id": "42", "app": "ours"})},
        )

    return Contract()


CHECKS = sorted(name for name in vars(AuthProviderContract) if name.startswith("test_"))


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_provider_passes(check: str) -> None:
    getattr(contract_of(Sound()), check)()


@pytest.mark.parametrize(
    ("faulty", "check"),
    [
        (BadName, "test_is_an_auth_provider_with_a_usable_name"),
        (NamesByEmail, "test_good_credentials_prove_an_identity"),
        (GoesAroundTheContext, "test_good_credentials_prove_an_identity"),
        (TakesAnything, "test_credentials_of_another_kind_are_not_mine"),
        (SendsAnything, "test_odd_credentials_are_refused_before_they_are_sent"),
        (BlamesTheUser, "test_a_server_that_cannot_be_reached_is_unavailable"),
        (BlamesTheUser, "test_a_server_in_trouble_is_unavailable"),
        (TrustsTheShape, "test_garbage_is_never_believed"),
        (RaisesItsLibrarysErrors, "test_a_refusal_or_redirect_is_an_error_of_the_contract"),
        (AsksForNoAudience, "test_a_token_of_another_application_proves_nothing"),
        (Remembers, "test_keeps_nothing_between_calls"),
        (LogsTheToken, "test_secrets_are_neither_logged_nor_shown"),
    ],
)
def test_a_faulty_provider_is_caught(faulty: Callable[[], Sound], check: str) -> None:
    with pytest.raises(AssertionError):
        getattr(contract_of(faulty()), check)()


def test_every_check_has_a_provider_that_fails_it() -> None:
    marks = test_a_faulty_provider_is_caught.pytestmark  # type: ignore[attr-defined]
    assert {check for _, check in marks[0].args[1]} == set(CHECKS)


def test_the_sound_provider_really_asks_its_server() -> None:
    contract = contract_of(Sound())
    assert contract._count_requests() == 1
    assert urlsplit(next(iter(contract.good.answers)).partition(" ")[2]).hostname == "acme.test"
