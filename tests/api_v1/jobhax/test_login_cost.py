"""What a log-in costs: one Argon2 hash, for any credentials, and a few statements."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.invitations import invite_users
from core.accounts.models import User
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every Argon2 computation of the test, by what it was for."""
    done: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

    def counted_encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        done.append("encode")
        return encode(self, password, salt)

    def counted_verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        done.append("verify")
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted_encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted_verify)
    return done


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("joesmith", PASSWORD),
        ("joesmith", "wrong"),
        ("nobody", "wrong"),
        ("nobody@nowhere.test", "wrong"),
        ("invited@new.test", "wrong"),
        ("gone@smith.test", PASSWORD),
        ("", "wrong"),
    ],
)
def test_each_attempt_costs_exactly_one_hash(
    api: JobHaxClient, joe: User, hashes: list[str], name: str, password: str
) -> None:
    invite_users(["invited@new.test"])
    User.objects.create(
        email="gone@smith.test", password=joe.password, is_registered=True, is_active=False
    )
    hashes.clear()
    reply = api.login(name, password)
    assert len(hashes) == (0 if reply.code == 10 else 1)


@pytest.mark.parametrize("name", ["joesmith", "nobody"])
def test_a_wrong_password_that_nfkc_changes_costs_two_for_every_name(
    api: JobHaxClient, joe: User, hashes: list[str], name: str
) -> None:
    hashes.clear()
    api.login(name, "wro\uff4eg")
    assert len(hashes) == 2


def test_a_wrong_client_costs_none(api: JobHaxClient, joe: User, hashes: list[str]) -> None:
    hashes.clear()
    api.post_as_client("users/login", username="joesmith", password=PASSWORD, client_secret="wrong")
    assert hashes == []


def test_who_waits_costs_none(api: JobHaxClient, joe: User, hashes: list[str]) -> None:
    while api.login("joesmith", "wrong").status != 429:
        pass
    hashes.clear()
    assert api.login("joesmith", PASSWORD).status == 429
    assert hashes == []


def test_a_login_takes_few_statements(joe_api: JobHaxClient) -> None:
    joe_api.token = None
    with CaptureQueriesContext(connection) as captured:
        assert joe_api.login("joesmith", PASSWORD).code == 0
    # Client, user, two counts, the user's lock, two tokens, the audit log, two counts taken back.
    statements = [
        query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]
    assert len(statements) == 10, statements


def test_the_bearer_check_is_one_statement_and_then_none(joe_api: JobHaxClient) -> None:
    joe_api.get("users/get_user_google_mails")
    with CaptureQueriesContext(connection) as captured:
        joe_api.get("users/get_user_google_mails")
    assert not [query for query in captured if "oauth_accesstoken" in query["sql"]]
