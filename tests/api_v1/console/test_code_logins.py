"""Sign in at the page of Google or LinkedIn: the state belongs to one browser and is good once."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from config.wiring import SHIPPED_PLUGINS
from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.plugins import installed_plugins
from tenants.context import TenantRef
from tenants.plugins import forget_plugins, switch_plugin
from tests.api_v1.console.browser import Browser
from tests.standins.identity import IdentityStandin

GOOGLE, LINKEDIN = "google-oauth2", "linkedin-oauth2"


def leave(browser: Browser, provider: str = GOOGLE, *, then: str = "") -> str:
    """Press the button of a provider; return the address of its page."""
    page = browser.post(f"/sign-in/with/{provider}", next=then)
    assert page.status_code == 200, browser.text
    found = re.search(r'href="(http://127[^"]+)"', page.content.decode())
    assert found, page.content
    return found[1].replace("&amp;", "&")


def consent(url: str) -> str:
    """Open the provider's page; return the path that it sends the browser back to."""
    answer = requests.get(url, allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert back.netloc == "acme.localhost"
    return f"{back.path}?{back.query}"


def test_google_signs_in_the_user_of_its_account(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g2")
    back = consent(leave(browser, then="/app/account/"))
    assert browser.get(back).headers["Location"] == "/app/account/"
    browser.follow()
    assert "joe@smith.test" in browser.text
    asked = standin.google.page.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]


def test_linkedin_signs_in_a_new_user(
    browser: Browser, acme: TenantRef, standin: IdentityStandin
) -> None:
    standin.linkedin.page.log_in(person="l1")
    back = consent(leave(browser, LINKEDIN))
    assert browser.get(back).headers["Location"] == "/app/"
    assert User.objects.get(email="bob@linked.test").is_registered


def test_the_same_answer_is_good_once(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g2")
    url = leave(browser)
    kept = browser.client.cookies["happo-login"].value
    back = consent(url)
    assert browser.get(back).status_code == 303
    browser.client.cookies["happo-login"] = kept
    assert browser.get(back).status_code == 403
    # Not even with a new code.
    fresh = standin.google.consent(
        sub="g2",
        client_id="ours",
        redirect_uri="http://acme.localhost/sign-in/with/google-oauth2/callback",
        scope="openid email",
    )
    browser.client.cookies["happo-login"] = kept
    assert browser.get(re.sub(r"code=[^&]*", f"code={fresh}", back)).status_code == 403


def test_the_answer_of_another_browser_is_refused(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g2")
    back = consent(leave(browser))
    assert Browser().get(back).status_code == 403
    other = Browser()
    leave(other)
    assert other.get(back).status_code == 403
    assert not other.cookie


def test_an_answer_for_another_provider_is_refused(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g2")
    back = consent(leave(browser))
    assert browser.get(back.replace(GOOGLE, LINKEDIN)).status_code == 403


def test_the_login_of_another_tenant_is_refused(
    browser: Browser, joe: User, globex: TenantRef, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g2")
    back = consent(leave(browser))
    other = Browser("globex.localhost")
    other.client.cookies["happo-login"] = browser.client.cookies["happo-login"].value
    assert other.get(back).status_code == 403


@pytest.mark.parametrize("provider", [GOOGLE, LINKEDIN])
def test_a_person_who_does_not_consent_comes_back_to_the_form(
    browser: Browser, joe: User, standin: IdentityStandin, provider: str
) -> None:
    standin.google.page.log_in(person="g2", consents=False)
    standin.linkedin.page.log_in(person="l1", consents=False)
    assert browser.get(consent(leave(browser, provider))).status_code == 403
    assert not browser.cookie


def test_an_unverified_address_is_not_linked(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g3")
    assert browser.get(consent(leave(browser))).status_code == 409
    assert not LinkedIdentity.objects.exists()


def test_a_deactivated_user_is_refused(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    User.objects.filter(id=joe.id).update(is_active=False)
    standin.google.page.log_in(person="g2")
    assert browser.get(consent(leave(browser))).status_code == 403


def test_a_token_that_reads_mail_stays(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    kept = LinkedIdentity.objects.create(
        user=joe, provider=GOOGLE, subject="g2", grant=b"the grant that reads mail"
    )
    standin.google.page.log_in(person="g2")
    assert browser.get(consent(leave(browser))).status_code == 303
    kept.refresh_from_db()
    assert bytes(kept.grant or b"") == b"the grant that reads mail"


def test_only_what_is_switched_on_and_set_up_is_offered(
    browser: Browser, acme: TenantRef, standin: IdentityStandin
) -> None:
    browser.get("/sign-in")
    assert "Continue with Google" in browser.text
    switch_plugin(acme, "google", on=False, known=installed_plugins())
    forget_plugins()
    browser.get("/sign-in")
    assert "Continue with Google" not in browser.text
    assert "Continue with LinkedIn" in browser.text
    assert browser.post(f"/sign-in/with/{GOOGLE}").status_code == 404
    assert SHIPPED_PLUGINS


def test_without_an_application_nothing_is_offered(browser: Browser) -> None:
    browser.get("/sign-in")
    assert "Continue with" not in browser.text


@pytest.mark.parametrize("provider", ["password", "nothing", "gmail"])
def test_what_has_no_page_leads_nowhere(browser: Browser, provider: str) -> None:
    assert browser.post(f"/sign-in/with/{provider}").status_code == 404


def test_a_link_begins_no_log_in(browser: Browser, standin: IdentityStandin) -> None:
    assert browser.get(f"/sign-in/with/{GOOGLE}").headers["Location"] == "/sign-in"
    assert "happo-login" not in browser.client.cookies


def test_an_outage_of_the_provider_is_said(
    browser: Browser, joe: User, standin: IdentityStandin
) -> None:
    standin.google.page.log_in(person="g2")
    back = consent(leave(browser))
    standin.fail(mode="error", path="/token")
    assert browser.get(back).status_code == 503
    assert "Google does not answer" in browser.text
