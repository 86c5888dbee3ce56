from __future__ import annotations

import traceback

import pytest

from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    Identity,
    ProviderBroken,
    ProviderUnavailable,
    TokenCredentials,
)
from providers.testing import NoNetwork
from providers.verification import verify_identity
from tests.providers.fakes import FakeAuth

SECRET = "ya29.s3cret"
CONTEXT = AuthContext(http=NoNetwork())


def verify(provider: FakeAuth) -> Identity:
    return verify_identity(provider, credentials=TokenCredentials(token=SECRET), context=CONTEXT)


def test_an_identity_comes_back_as_it_is() -> None:
    identity = Identity(provider="acme", subject="1")
    assert verify(FakeAuth("acme", answer=identity)) is identity


def test_not_mine_is_a_refusal() -> None:
    with pytest.raises(CredentialsRefused):
        verify(FakeAuth("acme", answer=None))


def test_errors_of_the_contract_pass() -> None:
    with pytest.raises(ProviderUnavailable):
        verify(FakeAuth("acme", answer=ProviderUnavailable("acme", "timeout")))


def test_any_other_exception_is_the_plugins_fault_and_keeps_its_text_to_itself() -> None:
    with pytest.raises(ProviderBroken) as broken:
        verify(FakeAuth("acme", answer=KeyError(SECRET)))
    assert broken.value.__context__ is None
    assert broken.value.fault == "KeyError"
    assert SECRET not in "".join(traceback.format_exception(broken.value))


def test_another_providers_identity_is_not_taken() -> None:
    with pytest.raises(ProviderBroken):
        verify(FakeAuth("acme", answer=Identity(provider="google-oauth2", subject="1")))
