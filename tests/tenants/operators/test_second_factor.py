"""Operators' second factor: set up, asked for, required where DATABASE_URL is set, limited, and given once."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from core.accounts import attempt_limits
from core.accounts.models import User
from core.encryption import decrypt
from tenants.models import AuditEntry
from tenants.operators.accounts import reset_second_factor
from tenants.operators.console.pages import PAGES
from tenants.operators.models import OperatorSecondFactor, OperatorSession
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.operators.authenticator import (
    ENROLMENT,
    Authenticator,
    begin,
    enrol,
    read_recovery_codes,
)
from tests.tenants.operators.conftest import PASSWORD
from tests.tenants.operators.console.pages import address_of, addresses
from tests.time_steps import early_in_a_step

__all__ = ["early_in_a_step"]
pytestmark = pytest.mark.usefixtures("early_in_a_step")
COOKIE = "happo-operator"


def give_password(client: Client, *, then: str = "/admin/") -> HttpResponse:
    sent = {"username": "ops@happo.test", "password": PASSWORD, "next": then}
    return client.post("/admin/login/", sent)


def give_code(client: Client, code: str) -> HttpResponse:
    return client.post("/admin/login/code/", {"code": code, "next": "/admin/audit/"})


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/audit/").status_code == 200


@pytest.fixture
def enrolled(browser: Client) -> tuple[Authenticator, list[str]]:
    return enrol(browser)


def test_an_operator_signs_in_with_password_and_code(
    enrolled: tuple[Authenticator, list[str]],
) -> None:
    client = Client()
    asked = give_password(client, then="/admin/audit/")
    assert asked["Location"] == "/admin/login/code/?next=%2Fadmin%2Faudit%2F"
    assert not is_signed_in(client)
    assert client.get(asked["Location"]).status_code == 200
    answer = give_code(client, enrolled[0].code())
    assert (answer.status_code, answer["Location"]) == (302, "/admin/audit/")
    assert is_signed_in(client)


def test_after_reencrypting_the_old_key_may_go(
    browser: Client, enrolled: tuple[Authenticator, list[str]], settings: Settings
) -> None:
    # Of two authenticators: the one in use, and the one that is being set up.
    begin(browser, code=enrolled[0].code())
    before = read_secrets()
    old, new = settings.SECRET_KEY, "another key, just as long as the one before it was and longer"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, [old]
    call_command("provider", "reencrypt", stdout=StringIO())
    try:
        settings.SECRET_KEY_FALLBACKS = []
        assert read_secrets() == before
    finally:
        # Tenants of other tests keep secrets that they can read.
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, [new]
        call_command("provider", "reencrypt", stdout=StringIO())


def read_secrets() -> tuple[str, str]:
    row = OperatorSecondFactor.objects.get()
    return decrypt(row.secret), decrypt(row.pending_secret)


def test_the_key_of_a_session_is_new_at_each_step(
    browser: Client, enrolled: tuple[Authenticator, list[str]]
) -> None:
    client = Client()
    client.cookies[COOKIE] = planted = "0" * 32
    keys = [planted]
    give_password(client)
    keys.append(client.cookies[COOKIE].value)
    give_code(client, enrolled[0].code())
    keys.append(client.cookies[COOKIE].value)
    assert len(set(keys)) == 3
    for key in keys[:2]:
        other = Client()
        other.cookies[COOKIE] = key
        assert not is_signed_in(other)


def test_the_key_of_the_session_is_new_after_the_enrolment(browser: Client) -> None:
    before = browser.cookies[COOKIE].value
    enrol(browser)
    assert browser.cookies[COOKIE].value != before
    assert is_signed_in(browser)


def test_an_enrolment_ends_the_other_sessions(browser: Client) -> None:
    other = Client()
    give_password(other)
    assert is_signed_in(other)
    enrol(browser)
    assert not is_signed_in(other)


def test_a_code_is_accepted_once(enrolled: tuple[Authenticator, list[str]]) -> None:
    code = enrolled[0].code()
    first, second = Client(), Client()
    for client in (first, second):
        give_password(client)
    assert give_code(first, code).status_code == 302
    assert give_code(second, code).status_code == 400
    assert not is_signed_in(second)


def test_a_recovery_code_is_accepted_once_and_recorded(
    enrolled: tuple[Authenticator, list[str]],
) -> None:
    codes = enrolled[1]
    assert len(codes) == 10
    for code, status in ((codes[0], 302), (codes[0], 400), (codes[1].lower(), 302)):
        client = Client()
        give_password(client)
        assert give_code(client, code).status_code == status
        assert is_signed_in(client) == (status == 302)
    assert AuditEntry.objects.filter(action="operator.use_recovery_code").count() == 2


def test_wrong_codes_are_limited_and_in_the_log(
    enrolled: tuple[Authenticator, list[str]],
) -> None:
    # From elsewhere: an address from which the operator has signed in has a limit of its own.
    client = Client(REMOTE_ADDR="192.0.2.8")
    give_password(client)
    for _ in range(attempt_limits.PER_ACCOUNT):
        assert give_code(client, "000000").status_code == 400
    assert give_code(client, enrolled[0].code()).status_code == 429
    # The right password doesn't reset the count of codes.
    give_password(client)
    assert give_code(client, enrolled[0].code()).status_code == 429
    failures = AuditEntry.objects.filter(action="operator.login_failed")
    assert failures.count() == attempt_limits.PER_ACCOUNT


def test_a_code_without_a_password_leads_back(enrolled: tuple[Authenticator, list[str]]) -> None:
    for answer in (
        Client().get("/admin/login/code/"),
        give_code(Client(), enrolled[0].code()),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/?")


def test_a_password_that_was_changed_meanwhile_is_asked_for_again(
    operator: User, enrolled: tuple[Authenticator, list[str]]
) -> None:
    client = Client()
    give_password(client)
    operator.refresh_from_db()
    operator.set_password("what a lovely new one")
    operator.save(update_fields=["password"])
    assert give_code(client, enrolled[0].code())["Location"].startswith("/admin/login/?")


def test_where_it_is_required_an_operator_without_one_can_do_nothing_else(
    operator: User, browser: Client, settings: Settings, created_acme: CreatedTenant
) -> None:
    settings.PRODUCTION = True
    for page in PAGES:
        if page.path != "account/second-factor/":
            for ask in (browser.get, browser.post):
                answer = ask(address_of(page, created_acme, operator))
                assert (answer.status_code, answer["Location"]) == (302, ENROLMENT), page.name
    shown = browser.get(ENROLMENT)
    assert shown.status_code == 200
    assert 'aria-label="Console"' not in shown.content.decode()
    enrol(browser)
    assert is_signed_in(browser)


def test_a_session_of_before_the_requirement_leads_to_the_enrolment(
    browser: Client, settings: Settings
) -> None:
    assert is_signed_in(browser)
    settings.PRODUCTION = True
    assert not is_signed_in(browser)


def test_another_authenticator_needs_a_code_of_the_present_one(
    browser: Client, enrolled: tuple[Authenticator, list[str]]
) -> None:
    for sent in ({}, {"code": "000000"}):
        assert browser.post(ENROLMENT, {"action": "begin", **sent}).status_code == 400
    another = begin(browser, code=enrolled[0].code())
    # The present one stays until the new one has proven itself.
    client = Client()
    give_password(client)
    assert give_code(client, enrolled[0].code()).status_code == 302
    finish = {"action": "finish", "code": another.code()}
    assert browser.post(ENROLMENT, finish).status_code == 200
    again = Client()
    give_password(again)
    assert give_code(again, enrolled[1][0]).status_code == 400
    assert give_code(again, another.code()).status_code == 302


def test_a_wrong_first_code_enrols_nothing(browser: Client) -> None:
    begin(browser)
    answer = browser.post(ENROLMENT, {"action": "finish", "code": "000000"})
    assert answer.status_code == 400
    # The secret was shown once.
    assert 'id="key"' not in answer.content.decode()
    assert 'name="code"' in answer.content.decode()
    client = Client()
    assert give_password(client)["Location"] == "/admin/"


def test_an_enrolment_that_has_not_begun_can_t_be_finished(browser: Client) -> None:
    answer = browser.post(ENROLMENT, {"action": "finish", "code": "123456"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [
        "The authenticator is not being set up: begin again."
    ]


def test_new_recovery_codes_replace_the_former_ones(
    browser: Client, enrolled: tuple[Authenticator, list[str]]
) -> None:
    sent = {"action": "renew_codes", "code": enrolled[0].code()}
    codes = read_recovery_codes(browser.post(ENROLMENT, sent))
    assert len(set(codes) | set(enrolled[1])) == 20
    for code, status in ((enrolled[1][0], 400), (codes[0], 302)):
        client = Client()
        give_password(client)
        assert give_code(client, code).status_code == status


def test_secrets_are_shown_once_and_stored_encrypted_or_hashed(
    operator: User,
    browser: Client,
    enrolled: tuple[Authenticator, list[str]],
    created_acme: CreatedTenant,
) -> None:
    row = OperatorSecondFactor.objects.get()
    stored = b"".join([bytes(row.secret), *map(bytes, row.recovery_hashes)])
    assert b"otpauth" not in stored
    for code in enrolled[1]:
        assert code.encode() not in stored
    for address in addresses(created_acme, operator):
        shown = browser.get(address).content.decode()
        assert 'id="key"' not in shown
        assert enrolled[1][0] not in shown


def test_the_pages_with_secrets_are_kept_nowhere(browser: Client) -> None:
    answer = browser.post(ENROLMENT, {"action": "begin"})
    assert "no-store" in answer["Cache-Control"]


def test_a_second_factor_is_reset_by_the_owner_role_alone(
    operator: User, enrolled: tuple[Authenticator, list[str]]
) -> None:
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("DELETE FROM tenants_operatorsecondfactor")
    reset_second_factor(operator.email)
    assert not OperatorSession.objects.exists()
    client = Client()
    assert give_password(client)["Location"] == "/admin/"
    assert AuditEntry.objects.filter(action="operator.reset_totp").count() == 1
