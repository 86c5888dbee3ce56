"""Log-ins of operators: limited before a hash, recorded in the log, and ended when they are idle."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.http import HttpResponse
from django.test import Client

from core.accounts import attempt_limits, password_hashing
from core.accounts.models import User
from core.accounts.password_hashing import HashLimit
from tenants.context import public_scope
from tenants.models import AuditEntry
from tenants.operators.models import OperatorSession
from tests.tenants.operators.conftest import PASSWORD


def change_password(client: Client, old: str, new: str, again: str | None = None) -> HttpResponse:
    sent = {"action": "change_password", "old_password": old}
    sent |= {"new_password1": new, "new_password2": again or new}
    return client.post("/admin/account/", sent)


def test_an_operator_changes_its_password_which_ends_its_other_sessions(
    operator: User, browser: Client
) -> None:
    other = Client()
    assert log_in(other, PASSWORD) == 302
    new = "what a lovely new one"
    assert change_password(browser, PASSWORD, new).status_code == 302
    assert browser.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    uuid = str(operator.uuid)
    assert ("operator", uuid, "operator.set_password", uuid) in entries()[-2:]
    assert Client().login(username="ops@happo.test", password=new)


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong", "what a lovely new one", None, "This is not your password."),
        (PASSWORD, "what a lovely new one", "another", "The two passwords differ."),
        (PASSWORD, "short", None, "This password is too short."),
    ],
    ids=["wrong", "different", "weak"],
)
def test_a_password_that_can_t_be_changed_stays(
    browser: Client, old: str, new: str, again: str | None, sentence: str
) -> None:
    answer = change_password(browser, old, new, again)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert Client().login(username="ops@happo.test", password=PASSWORD)


def entries() -> list[tuple[str, str, str, str]]:
    with public_scope():
        columns = ("actor_kind", "actor_id", "action", "object_id")
        return list(AuditEntry.objects.order_by("id").values_list(*columns))


def log_in(client: Client, password: str, *, email: str = "ops@happo.test") -> int:
    sent = {"username": email, "password": password, "next": "/admin/"}
    return client.post("/admin/login/", sent).status_code


def test_log_ins_failures_and_log_outs_are_in_the_log(operator: User) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(client, "wrong") == 200
    assert log_in(client, "wrong", email="a password typed here") == 200
    assert log_in(client, PASSWORD) == 302
    assert client.post("/admin/logout/").status_code == 200
    uuid = str(operator.uuid)
    assert entries()[-4:] == [
        ("anonymous", "", "operator.login_failed", uuid),
        ("anonymous", "", "operator.login_failed", ""),
        ("operator", uuid, "operator.login", uuid),
        ("operator", uuid, "operator.logout", uuid),
    ]
    with public_scope():
        found = list(AuditEntry.objects.exclude(action="operator.create").order_by("id"))
    assert [entry.address for entry in found] == ["192.0.2.7"] * 4
    assert all(entry.request_id for entry in found)
    assert [entry.changes for entry in found] == [
        {"step": "password"},
        {"step": "password"},
        {"second_factor": False},
        {},
    ]


def test_wrong_passwords_of_an_operator_are_limited_before_the_hash(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(attempt_limits.PER_ACCOUNT):
        assert log_in(Client(REMOTE_ADDR="192.0.2.7"), "wrong") == 200
    monkeypatch.setattr(User, "check_password", lambda *_: pytest.fail("a hash was computed"))
    answer = Client(REMOTE_ADDR="192.0.2.8").post(
        "/admin/login/", {"username": "OPS@happo.test", "password": PASSWORD}
    )
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 500
    assert len([action for *_, action, _ in entries() if action == "operator.login_failed"]) == 8


def test_an_operator_who_logged_in_recently_is_not_locked_out(operator: User) -> None:
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), PASSWORD) == 302
    for _ in range(attempt_limits.PER_ACCOUNT):
        log_in(Client(REMOTE_ADDR="192.0.2.8"), "wrong")
    assert log_in(Client(REMOTE_ADDR="192.0.2.8"), PASSWORD) == 429
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), PASSWORD) == 302


def test_an_address_is_limited_over_all_operators(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_limits, "PER_IP", 3)
    client = Client(REMOTE_ADDR="192.0.2.7")
    for number in range(3):
        assert log_in(client, "wrong", email=f"nobody{number}@happo.test") == 200
    assert log_in(client, PASSWORD) == 429


def test_guesses_at_the_old_password_are_limited(browser: Client) -> None:
    statuses = [
        change_password(browser, "wrong", "a long new password").status_code
        for _ in range(2 * attempt_limits.PER_ACCOUNT + 1)
    ]
    assert statuses[0] == 400
    assert statuses[-1] == 429


def test_a_log_in_that_finds_no_capacity_is_503(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = HashLimit(at_once=1, waiting=1, wait=timedelta(milliseconds=10))
    monkeypatch.setattr(password_hashing, "limit_of_process", lambda: limit)
    with limit.take_turn():
        answer = Client().post("/admin/login/", {"username": "ops@happo.test", "password": "x"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")


def test_a_session_ends_twelve_hours_after_the_last_request(browser: Client) -> None:
    def rest_for(hours: int) -> None:
        with public_scope():
            moved = {name: F(name) - timedelta(hours=hours) for name in ("expires_at", "seen_at")}
            OperatorSession.objects.update(**moved)

    for _ in range(3):
        rest_for(11)
        assert browser.get("/admin/").status_code == 200
    rest_for(13)
    assert browser.get("/admin/").status_code == 302
