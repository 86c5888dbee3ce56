"""Operators' sessions: listed, ended, and worth nothing to a reader of the database."""

import re

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.context import public_scope
from tenants.models import AuditEntry
from tenants.operators.accounts import (
    create_operator,
    disable_operator,
    remove_operator,
    set_operator_password,
)
from tenants.operators.models import OperatorSession
from tenants.operators.password_links import choose_password
from tenants.operators.sessions import sweep_sessions
from tests.tenants.operators.conftest import PASSWORD

COOKIE = "happo-operator"
NEW = "a very good one indeed"
LOST_LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(**meta: str) -> Client:
    client = Client(**meta)
    client.post("/admin/login/", {"username": "ops@happo.test", "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def names(client: Client) -> list[str]:
    shown = client.get("/admin/account/").content.decode()
    return re.findall(r'name="session" value="([0-9a-f]{64})"', shown)


def test_an_operator_sees_its_sessions_and_ends_one(operator: User) -> None:
    here = sign_in()
    there = sign_in(REMOTE_ADDR="192.0.2.9", HTTP_USER_AGENT=LOST_LAPTOP)
    shown = here.get("/admin/account/").content.decode()
    assert "Firefox on Windows" in shown
    assert "192.0.2.9" in shown
    # Not its own, which a log-out ends.
    assert len(names(here)) == 1
    sent = {"action": "end_session", "session": names(here)[0]}
    assert here.post("/admin/account/", sent).status_code == 302
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert AuditEntry.objects.filter(action="operator.end_sessions").count() == 1


def test_an_operator_ends_all_its_other_sessions(operator: User) -> None:
    here, others = sign_in(), [sign_in(), sign_in()]
    assert here.post("/admin/account/", {"action": "end_others"}).status_code == 302
    assert is_signed_in(here)
    assert not any(is_signed_in(other) for other in others)


def test_a_changed_password_leaves_no_other_session(operator: User) -> None:
    here, other = sign_in(), sign_in()
    sent = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    answer = here.post("/admin/account/", {"action": "change_password", **sent})
    assert answer.status_code == 302
    assert (is_signed_in(here), is_signed_in(other)) == (True, False)
    assert names(here) == []
    assert OperatorSession.objects.count() == 1


@pytest.mark.parametrize("how", ["password", "disabled", "link"])
def test_who_gets_another_password_or_is_disabled_has_no_session(operator: User, how: str) -> None:
    sign_in()
    if how == "password":
        set_operator_password(operator.email, password=NEW)
    elif how == "disabled":
        disable_operator(operator.email)
    else:
        choose_password(operator, NEW)
    assert not OperatorSession.objects.exists()


def test_an_operator_ends_no_session_of_another_one(operator: User) -> None:
    create_operator("other@happo.test", password=PASSWORD)
    other = Client()
    other.post("/admin/login/", {"username": "other@happo.test", "password": PASSWORD})
    session = OperatorSession.objects.get(operator__email="other@happo.test")
    here = sign_in()
    for name in (session.name, "zz", ""):
        answer = here.post("/admin/account/", {"action": "end_session", "session": name})
        assert answer.status_code == 302
    here.post("/admin/account/", {"action": "end_others"})
    assert is_signed_in(other)


def test_the_database_has_no_key_of_a_session(operator: User) -> None:
    client = sign_in()
    key = client.cookies[COOKIE].value
    session = OperatorSession.objects.get()
    thief = Client()
    thief.cookies[COOKIE] = session.name
    assert not is_signed_in(thief)
    assert key not in session.content


def test_a_log_out_ends_the_session(operator: User) -> None:
    client = sign_in()
    key = client.cookies[COOKIE].value
    assert client.post("/admin/logout/").status_code == 200
    again = Client()
    again.cookies[COOKIE] = key
    assert not is_signed_in(again)
    assert not OperatorSession.objects.exists()


def test_the_sessions_of_an_operator_who_has_left_are_gone(operator: User) -> None:
    client = sign_in()
    remove_operator(operator.email)
    assert not is_signed_in(client)
    assert not OperatorSession.objects.exists()


def test_a_visitor_without_a_session_gets_none(autocommit: None) -> None:
    client = Client()
    client.get("/admin/login/")
    assert COOKIE not in client.cookies
    with public_scope():
        assert not OperatorSession.objects.exists()


def test_reading_pages_rarely_writes_the_session(operator: User) -> None:
    client = sign_in()
    before = OperatorSession.objects.get().seen_at
    for _ in range(3):
        client.get("/admin/")
    assert OperatorSession.objects.get().seen_at == before


def test_ended_sessions_are_swept(operator: User) -> None:
    sign_in()
    OperatorSession.objects.update(expires_at="2020-01-01T00:00Z")
    with public_scope():
        assert sweep_sessions.run() == "1 sessions"
    assert not OperatorSession.objects.exists()
