from __future__ import annotations

import pytest

from plugins.password.provider import PasswordProvider
from providers.contracts import Account, AuthContext, CredentialsRefused, PasswordCredentials
from providers.limits import MAX_PASSWORD_CHARACTERS
from providers.testing import AuthProviderContract, GoodLogin, NoNetwork

JOE = Account(
    subject="7", email="joe@acme.test", email_verified=True, first_name="Joe", last_name="Smith"
)


def check_joe(username: str, password: str) -> Account | None:
    return JOE if (username, password) == ("joesmith", "correct horse") else None


class TestContract(AuthProviderContract):
    provider = PasswordProvider()
    good = GoodLogin(
        credentials=PasswordCredentials(username="joesmith", password="correct horse"),
        subject="7",
        check_password=check_joe,
    )


def test_the_identity_has_the_facts_of_the_account() -> None:
    context = AuthContext(http=NoNetwork(), check_password=check_joe)
    identity = PasswordProvider().verify(
        PasswordCredentials(username="joesmith", password="correct horse"), context
    )
    assert identity is not None
    assert identity.model_dump(exclude={"picture", "grant"}) == {
        "provider": "password",
        "subject": "7",
        "email": "joe@acme.test",
        "email_verified": True,
        "first_name": "Joe",
        "last_name": "Smith",
    }


def test_an_unknown_user_and_a_wrong_password_look_the_same() -> None:
    context = AuthContext(http=NoNetwork(), check_password=check_joe)
    with pytest.raises(CredentialsRefused) as unknown:
        PasswordProvider().verify(
            PasswordCredentials(username="nobody", password="correct horse"), context
        )
    with pytest.raises(CredentialsRefused) as wrong:
        PasswordProvider().verify(
            PasswordCredentials(username="joesmith", password="wrong"), context
        )
    assert repr(unknown.value) == repr(wrong.value)


def test_a_password_that_only_costs_time_is_not_hashed() -> None:
    def never(username: str, password: str) -> Account | None:
        raise AssertionError("hashed")

    long = PasswordCredentials(username="joe", password="x" * (MAX_PASSWORD_CHARACTERS + 1))
    with pytest.raises(CredentialsRefused):
        PasswordProvider().verify(long, AuthContext(http=NoNetwork(), check_password=never))
