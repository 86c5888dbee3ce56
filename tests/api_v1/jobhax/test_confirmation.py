"""A link is sent to the mailbox. Its page confirms the address by POST, with the password of the registration."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.accounts import attempt_limits
from core.accounts.logins.confirmation import send_confirmation
from core.accounts.logins.mailed_tokens import CONFIRMATION
from core.accounts.models import User
from tenants.context import TenantRef
from tests.api_v1.jobhax.mailed_links import confirm, link_sent_to, token_of
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD
from tests.standins.identity import IdentityStandin
from tests.tenants.jobs.queue import jobs_of

EMAIL = "nina@new.test"


def is_confirmed(email: str = EMAIL) -> bool:
    return User.objects.get(email=email).email_confirmed_at is not None


@pytest.fixture
def link(api: JobHaxClient) -> str:
    """The link that Nina was sent when she registered."""
    assert api.register(EMAIL).code == 0
    return link_sent_to(EMAIL)


class TestPage:
    def test_opening_the_link_names_account_and_tenant_and_confirms_nothing(
        self, link: str, acme: TenantRef
    ) -> None:
        page = Client().get(link)
        text = page.content.decode()
        assert page.status_code == 200
        assert EMAIL in text
        assert acme.name in text
        assert '<form method="post"' in text
        assert not is_confirmed()

    def test_the_password_of_the_registration_confirms(self, link: str) -> None:
        page = confirm(link, password=PASSWORD)
        assert (page.status_code, "is confirmed for" in page.content.decode()) == (200, True)
        assert is_confirmed()

    @pytest.mark.parametrize("password", ["", "wrong", "x" * 100_000])
    def test_another_password_does_not(self, link: str, password: str) -> None:
        page = confirm(link, password=password)
        assert page.status_code == 403
        assert "password is wrong" in page.content.decode()
        assert not is_confirmed()

    def test_guessing_is_limited_as_for_log_ins(
        self, link: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(attempt_limits, "PER_ACCOUNT", 2)
        statuses = [confirm(link, password=str(number)).status_code for number in range(3)]
        assert statuses == [403, 403, 429]
        page = confirm(link, password=PASSWORD)
        assert page.status_code == 429
        assert int(page.headers["Retry-After"]) > 0

    def test_a_used_link_changes_nothing(self, link: str) -> None:
        confirm(link, password=PASSWORD)
        before = User.objects.get(email=EMAIL).email_confirmed_at
        assert [Client().get(link).status_code, confirm(link, password="x").status_code] == [
            200,
            200,
        ]
        assert User.objects.get(email=EMAIL).email_confirmed_at == before

    @pytest.mark.parametrize("method", ["head", "put", "delete"])
    def test_other_methods_are_refused(self, link: str, method: str) -> None:
        assert getattr(Client(), method)(link).status_code == 405
        assert not is_confirmed()

    def test_it_ends_after_three_days(self, link: str) -> None:
        with time_machine.travel(
            timezone.now() + CONFIRMATION.life + timedelta(seconds=5), tick=False
        ):
            assert Client().get(link).status_code == 400
            assert confirm(link, password=PASSWORD).status_code == 400
        assert not is_confirmed()

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0", "\u00e9:a:b"])
    def test_a_made_up_link_is_refused(self, acme: TenantRef, token: str) -> None:
        assert Client().get("/confirm-email/acme", {"token": token}).status_code == 400
        form = {"token": token, "password": PASSWORD}
        assert Client().post("/confirm-email/acme", form).status_code == 400

    def test_the_link_of_one_tenant_is_unknown_to_another(
        self, link: str, globex: TenantRef
    ) -> None:
        elsewhere = link.replace("/acme", "/globex")
        assert Client().get(elsewhere).status_code == 400
        assert confirm(elsewhere, password=PASSWORD).status_code == 400
        assert not is_confirmed()

    def test_the_link_is_for_one_address(self, link: str) -> None:
        User.objects.filter(email=EMAIL).update(email="changed@new.test")
        assert confirm(link, password=PASSWORD).status_code == 400
        assert not is_confirmed("changed@new.test")

    def test_a_deactivated_user_confirms_nothing(self, link: str) -> None:
        User.objects.filter(email=EMAIL).update(is_active=False)
        assert confirm(link, password=PASSWORD).status_code == 400
        assert not is_confirmed()

    def test_it_loads_nothing_from_elsewhere_and_runs_no_script(self, link: str) -> None:
        page = Client().get(link)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert "unsafe" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.cookies == {}


class TestMail:
    def test_it_goes_out_as_a_job_without_its_secret(
        self, api: JobHaxClient, acme: TenantRef
    ) -> None:
        api.register(EMAIL)
        (job,) = jobs_of(acme)
        assert job.task == "logins.send_confirmation"
        assert set(job.arguments) == {"user_uuid", "confirm_at"}

    def test_it_holds_no_text_of_the_person_who_registered(self, api: JobHaxClient) -> None:
        names = {"first_name": "Win at\nhttps://evil.test", "last_name": "evil.test"}
        assert api.register(EMAIL, username="evil", **names).code == 0
        link_sent_to(EMAIL)
        (sent,) = mail.outbox
        assert "evil" not in f"{sent.subject}{sent.body}"

    def test_a_confirmed_user_gets_none(self, joe: User) -> None:
        assert (
            send_confirmation.run(user_uuid=str(joe.uuid), confirm_at="http://x")
            == "nothing to confirm any more"
        )
        assert mail.outbox == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "acme.localhost"])
@pytest.mark.parametrize(
    ("public_url", "start"),
    [("", "http://acme.localhost:8000"), ("https://api.test:8443", "https://api.test:8443")],
)
def test_the_host_of_the_request_is_not_in_the_link(
    api: JobHaxClient, acme: TenantRef, settings: Settings, host: str, public_url: str, start: str
) -> None:
    settings.PUBLIC_URL, settings.HTTPS, settings.PORT = public_url, False, 8000
    api.host = host
    assert api.register(EMAIL).code == 0
    (job,) = jobs_of(acme)
    assert job.arguments["confirm_at"] == f"{start}/confirm-email/acme"


class TestAccountWithoutPassword:
    """It was made with a token of a provider, which hasn't verified the address. Its session confirms."""

    @pytest.fixture
    def linked(self, api: JobHaxClient, standin: IdentityStandin) -> JobHaxClient:
        token = standin.google.issue(sub="g3", client_id="ours")
        reply = api.post_as_client("users/auth_social_user", provider="google-oauth2", token=token)
        api.token, api.version = reply.data["access_token"], "v20261201"
        return api

    def test_the_page_shows_a_code_that_its_session_sends(self, linked: JobHaxClient) -> None:
        link = link_sent_to("joe@smith.test")
        text = Client().get(link).content.decode()
        assert token_of(link) in text
        assert "<form" not in text
        assert confirm(link, password="").status_code == 200
        assert not is_confirmed("joe@smith.test")
        assert linked.post("users/confirm_email", token=token_of(link)).code == 0
        assert is_confirmed("joe@smith.test")

    def test_the_session_of_another_user_confirms_nothing(
        self, linked: JobHaxClient, stranger: JobHaxClient
    ) -> None:
        stranger.version = "v20261201"
        link = link_sent_to("joe@smith.test")
        reply = stranger.post("users/confirm_email", token=token_of(link))
        assert (reply.status, reply.code) == (400, 10)
        assert not is_confirmed("joe@smith.test")


class TestStranger:
    """A stranger registers with the address of a person who was invited."""

    def test_a_scanner_that_opens_the_link_leaves_the_stranger_without_proof(
        self, api: JobHaxClient, link: str, standin: IdentityStandin
    ) -> None:
        Client().get(link)
        refresh = api.login(EMAIL, PASSWORD).data["refresh_token"]
        standin.google.add_account(sub="g7", email=EMAIL, given_name="Nina", family_name="Ricci")
        victim = api.post_as_client(
            "users/auth_social_user",
            provider="google-oauth2",
            token=standin.google.issue(sub="g7", client_id="ours"),
        )
        assert victim.code == 0
        assert api.get("users/get_user_google_mails").status == 401
        assert api.login(EMAIL, PASSWORD).code == 6
        assert api.post_as_client("users/refresh_token", refresh_token=refresh).code == 1
        assert confirm(link, password=PASSWORD).status_code == 200
        user = User.objects.get(email=EMAIL)
        assert not user.has_usable_password()
        assert (user.first_name, user.last_name) == ("Nina", "Ricci")
