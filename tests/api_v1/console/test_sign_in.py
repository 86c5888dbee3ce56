"""Sign in to the console of a tenant: cookies, redirects, limits, second factor."""

import pytest
from pytest_django import Settings

from core.accounts import attempt_limits
from core.accounts.models import User
from core.accounts.sessions.models import ConsoleSession
from core.accounts.sessions.queries import find_session
from core.accounts.sessions.services import start_session
from tenants.context import TenantRef, tenant_scope
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.conftest import register
from tests.core.accounts.sessions.test_second_factors import code_of, set_up
from tests.job_seekers import PASSWORD
from tests.tenants.jobs.queue import jobs_of


def test_a_password_opens_the_console(browser: Browser, staff: User) -> None:
    assert browser.get("/admin/people/").headers["Location"] == "/sign-in?next=%2Fadmin%2Fpeople%2F"
    browser.follow()
    assert browser.sign_in("staff@acme.test", then="/admin/people/").status_code == 303
    assert browser.follow().status_code == 200
    assert "joe" not in browser.text
    assert "staff@acme.test" in browser.text


def test_a_user_comes_to_the_own_pages(browser: Browser, joe: User) -> None:
    browser.sign_in("joe@smith.test")
    assert browser.page.headers["Location"] == "/app/"
    assert browser.follow().status_code == 200


@pytest.mark.parametrize("name", ["joe@smith.test", "nobody@smith.test"])
def test_a_wrong_password_is_refused_as_an_unknown_user_is(
    browser: Browser, joe: User, name: str
) -> None:
    page = browser.sign_in(name, "wrong")
    assert page.status_code == 403
    assert "The user name or the password is wrong" in browser.text
    assert not browser.cookie


def test_guessing_is_limited(browser: Browser, joe: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_limits, "PER_ACCOUNT", 3)
    statuses = [browser.sign_in("joe@smith.test", "wrong").status_code for _ in range(4)]
    assert statuses == [403, 403, 403, 429]
    assert browser.page.headers["Retry-After"]
    assert browser.sign_in("joe@smith.test").status_code == 429


def test_the_cookie_is_of_this_host_and_no_script_reads_it(browser: Browser, joe: User) -> None:
    browser.sign_in("joe@smith.test")
    cookie = browser.client.cookies["happo-session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"], cookie["path"]) == (
        True,
        "Lax",
        "",
        "/",
    )


def test_under_https_the_cookie_has_the_prefix_of_its_host(
    browser: Browser, joe: User, settings: Settings
) -> None:
    settings.HTTPS = settings.CSRF_COOKIE_SECURE = True
    browser.sign_in("joe@smith.test")
    cookie = browser.client.cookies["__Host-happo-session"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_under_https_what_the_next_page_says_has_that_prefix_too(
    joe: User, settings: Settings
) -> None:
    browser = signed_in(joe)
    settings.HTTPS = settings.CSRF_COOKIE_SECURE = settings.SESSION_COOKIE_SECURE = True
    browser.client.cookies["__Host-happo-session"] = browser.cookie
    other = find_session(start_session(joe, client_ip="192.0.2.7", user_agent="").token)
    assert other is not None
    assert browser.act("/app/account/", "end", session=other.reference).status_code == 303
    cookie = browser.client.cookies["__Host-happo-messages"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    browser.follow()
    assert "The session has ended." in browser.text
    assert browser.client.cookies["__Host-happo-messages"].value == ""


def test_a_cookie_from_before_is_worth_nothing_after_the_log_in(
    browser: Browser, joe: User, staff: User
) -> None:
    planted = signed_in(staff).cookie
    browser.get("/sign-in")
    browser.client.cookies["happo-session"] = planted
    browser.sign_in("joe@smith.test")
    assert browser.cookie != planted
    browser.get("/app/account/")
    assert "joe@smith.test" in browser.text
    # The session that was there before has ended.
    other = Browser()
    other.client.cookies["happo-session"] = planted
    assert other.get("/app/").status_code == 303


def test_a_cookie_that_was_made_up_signs_no_one_in(browser: Browser, joe: User) -> None:
    browser.client.cookies["happo-session"] = "made-up"
    browser.sign_in("joe@smith.test")
    assert browser.cookie != "made-up"


def test_another_tenants_host_does_not_know_the_cookie(joe: User, globex: TenantRef) -> None:
    with tenant_scope(globex):
        register("joe@smith.test")
    other = Browser("globex.localhost")
    other.client.cookies["happo-session"] = signed_in(joe).cookie
    assert other.get("/app/").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/app/",
        "//evil.test/app/",
        "/\\evil.test",
        "/app/\\\\evil.test/../..//evil.test",
        "javascript:alert(1)",
        "/app/\r\nX: y",
        "/v1/docs",
        " /app/",
        "/sign-out",
    ],
)
def test_next_leads_nowhere_else(browser: Browser, joe: User, wanted: str) -> None:
    browser.sign_in("joe@smith.test", then=wanted)
    location = browser.page.headers["Location"]
    assert location.startswith("/app/")
    assert "\n" not in location
    assert browser.get("/sign-in").headers["Location"] == "/app/"


def test_a_form_without_the_token_of_its_page_is_refused(joe: User) -> None:
    browser = Browser()
    form = {"action": "sign-in", "username": joe.email, "password": PASSWORD}
    assert browser.client.post("/sign-in", form, HTTP_HOST=browser.host).status_code == 403
    assert not ConsoleSession.objects.exists()


def test_signing_out_takes_a_form(joe: User) -> None:
    browser = signed_in(joe)
    browser.get("/sign-out")
    assert browser.get("/app/").status_code == 200
    kept = browser.cookie
    assert browser.post("/sign-out").status_code == 200
    browser.client.cookies["happo-session"] = kept
    assert browser.get("/app/").status_code == 303


def test_a_second_factor_is_asked_for_after_the_password(browser: Browser, joe: User) -> None:
    set_up(joe)
    browser.sign_in("joe@smith.test", then="/app/account/")
    assert browser.page.headers["Location"] == "/sign-in/code?next=/app/account/"
    waiting = browser.cookie
    assert browser.get("/app/").headers["Location"].startswith("/sign-in")
    assert browser.act("/sign-in/code", "pass", code="000000").status_code == 403
    browser.act("/sign-in/code", "pass", code=code_of(joe), next="/app/account/")
    assert browser.page.headers["Location"] == "/app/account/"
    assert browser.cookie != waiting
    assert browser.follow().status_code == 200


def test_a_code_without_a_password_before_is_not_asked_for(browser: Browser, joe: User) -> None:
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert browser.act("/sign-in/code", "pass", code="000000").headers["Location"] == "/sign-in"


def test_a_deactivated_user_is_refused(browser: Browser, joe: User) -> None:
    User.objects.filter(id=joe.id).update(is_active=False)
    assert browser.sign_in("joe@smith.test").status_code == 403


@pytest.mark.parametrize("email", ["joe@smith.test", "nobody@smith.test"])
def test_a_forgotten_password_leads_to_a_mail_and_tells_nothing(
    browser: Browser, joe: User, acme: TenantRef, email: str
) -> None:
    assert browser.act("/forgot-password", "send", email=email).status_code == 200
    assert "is on its way" in browser.text
    assert [job.task for job in jobs_of(acme)] == ["logins.send_password_reset"]


def test_the_pages_keep_their_policy(browser: Browser, joe: User) -> None:
    for path in ("/sign-in", "/app/", "/app/nothing-here", "/admin/"):
        headers = browser.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"


def test_a_user_ends_the_other_session(joe: User) -> None:
    here, there = signed_in(joe), signed_in(joe)
    here.get("/app/account/")
    newest = ConsoleSession.objects.latest("created_at")
    reference = bytes(newest.id_hash).hex()
    assert here.act("/app/account/", "end", session=reference).status_code == 303
    assert there.get("/app/").status_code == 303
    assert here.get("/app/").status_code == 200
