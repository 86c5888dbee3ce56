"""A user's second factor on the page of its own: set up, shown once, and removed with more than the session."""

import re

import time_machine

from core.accounts.models import User
from core.accounts.sessions.models import SecondFactor
from core.accounts.sessions.second_factors import has_second_factor
from tests.api_v1.console.browser import signed_in
from tests.core.accounts.sessions.test_second_factors import clock, code_of, set_up
from tests.job_seekers import PASSWORD

__all__ = ["clock"]


def test_a_second_factor_is_set_up_and_its_secret_shown_once(joe: User) -> None:
    browser, path = signed_in(joe), "/app/account/second-factor/"
    browser.act(path, "begin", password=PASSWORD)
    secret = re.search(r"[A-Z2-7]{32}", browser.page.content.decode())
    assert secret
    assert "<svg" in browser.page.content.decode()
    assert secret[0] not in browser.get(path).content.decode()
    assert browser.act(path, "confirm", code="000000").status_code == 400
    page = browser.act(path, "confirm", code=code_of(joe))
    assert len(re.findall(r"\b(?:[2-9a-z]{4}-){3}[2-9a-z]{4}\b", page.content.decode())) == 10
    assert browser.act(path, "remove", password="wrong").status_code == 400
    assert browser.act(path, "remove", password=PASSWORD).status_code == 303
    assert signed_in(joe).get("/app/").status_code == 200


def test_a_session_alone_does_not_set_up_a_second_factor(joe: User) -> None:
    browser, path = signed_in(joe), "/app/account/second-factor/"
    for sent in ({}, {"password": ""}, {"password": "wrong"}):
        assert browser.act(path, "begin", **sent).status_code == 400
    assert not SecondFactor.objects.filter(user=joe).exists()
    # As an account has it that signs in with a provider.
    User.objects.filter(id=joe.id).update(password="!")
    assert browser.act(path, "begin").status_code == 200
    assert SecondFactor.objects.filter(user=joe).exists()


def test_a_second_factor_ends_the_sessions_that_began_without_it(joe: User) -> None:
    other, browser, path = signed_in(joe), signed_in(joe), "/app/account/second-factor/"
    browser.act(path, "begin", password=PASSWORD)
    assert other.get("/app/").status_code == 200
    assert browser.act(path, "confirm", code=code_of(joe)).status_code == 200
    assert other.get("/app/").status_code == 303
    assert browser.get("/app/").status_code == 200


def test_a_session_alone_does_not_remove_a_second_factor(
    joe: User, clock: time_machine.Traveller
) -> None:
    browser, path = signed_in(joe), "/app/account/second-factor/"
    set_up(joe)
    # As an account has it that signs in with a provider.
    User.objects.filter(id=joe.id).update(password="!")
    assert browser.act(path, "remove").status_code == 400
    assert browser.act(path, "remove", password="").status_code == 400
    assert browser.act(path, "remove", code="000000").status_code == 400
    assert "This code is wrong" in browser.text
    assert browser.act(path, "remove", code=code_of(joe)).status_code == 303
    assert not has_second_factor(joe.id)


def test_staff_take_the_lost_second_factor_of_a_user(staff: User, joe: User) -> None:
    browser, path = signed_in(staff), f"/admin/people/{joe.id}/"
    assert "Reset the second factor" not in browser.get(path).content.decode()
    assert browser.act(path, "reset-second-factor").status_code == 404
    at_home = signed_in(joe)
    set_up(joe)
    assert "Reset the second factor" in browser.get(path).content.decode()
    assert browser.act(path, "reset-second-factor").status_code == 303
    assert not has_second_factor(joe.id)
    assert at_home.get("/app/").status_code == 303
    assert signed_in(joe).get("/app/").status_code == 200


def test_the_second_factor_of_the_owner_and_the_own_one_stay(owner: User, staff: User) -> None:
    browsers = {user: signed_in(user) for user in (owner, staff)}
    for user in (owner, staff):
        set_up(user)
        for browser in browsers.values():
            path = f"/admin/people/{user.id}/"
            if (browser, user) != (browsers[owner], staff):
                assert browser.act(path, "reset-second-factor").status_code == 409
        assert has_second_factor(user.id)


def test_a_wrong_first_code_does_not_show_the_secret_again(joe: User) -> None:
    browser, path = signed_in(joe), "/app/account/second-factor/"
    browser.act(path, "begin", password=PASSWORD)
    for code in ("000000", ""):
        page = browser.act(path, "confirm", code=code).content.decode()
        assert re.search(r"[A-Z2-7]{32}|otpauth|<svg[^>]*role=.img", page) is None
        assert 'name="code"' in page
