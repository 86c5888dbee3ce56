"""JobHax: "Get an access_token with using 3rd party provider", against stand-ins of Google and LinkedIn."""

import logging
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection

from core.accounts.invitations import invite_users
from core.accounts.logins import provider_access, social
from core.accounts.logins.models import LinkedIdentity, ProviderApplication
from core.accounts.logins.provider_settings import set_provider_application
from core.accounts.models import User
from core.accounts.values import Caller
from providers.contracts import MailGrant
from tenants.context import TenantRef, tenant_scope
from tests.clients import JobHaxClient, Reply
from tests.job_seekers import PASSWORD, client_of
from tests.standins.identity import IdentityStandin
from tests.tenants.jobs.queue import jobs_of

GOOGLE, LINKEDIN = "google-oauth2", "linkedin-oauth2"
GMAIL = "openid email https://www.googleapis.com/auth/gmail.readonly"
ROUTE = "users/get_user_google_mails"


def log_in(api: JobHaxClient, provider: str, token: str) -> Reply:
    """Log in with a provider's token; later requests send the token that Happo issued."""
    reply = api.post_as_client("users/auth_social_user", provider=provider, token=token)
    if reply.code == 0:
        api.token = reply.data["access_token"]
    return reply


def google(standin: IdentityStandin, sub: str, *, client_id: str = "ours", **more: object) -> str:
    return standin.google.issue(sub=sub, client_id=client_id, **more)  # type: ignore[arg-type]


def test_a_google_token_logs_in_a_new_user(api: JobHaxClient, standin: IdentityStandin) -> None:
    reply = log_in(api, GOOGLE, google(standin, "g1"))
    assert (reply.status, reply.code) == (200, 0)
    assert set(reply.data) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    user = User.objects.get(email="nina@gmail.test")
    assert (user.first_name, user.last_name, user.is_registered) == ("Nina", "Ricci", True)
    assert user.email_confirmed_at is not None
    assert not user.has_usable_password()
    assert api.get(ROUTE).code == 0


def test_a_linkedin_token_logs_in_a_new_user(api: JobHaxClient, standin: IdentityStandin) -> None:
    assert log_in(api, LINKEDIN, standin.linkedin.issue(id="l1", client_id="ours")).code == 0
    assert User.objects.filter(email="bob@linked.test").exists()


def test_the_same_account_is_the_same_user_next_time(
    api: JobHaxClient, standin: IdentityStandin
) -> None:
    for _ in range(2):
        assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert User.objects.filter(email="nina@gmail.test").count() == 1
    assert LinkedIdentity.objects.count() == 1


def test_a_log_in_that_loses_a_race_finds_the_user_of_the_winner(
    api: JobHaxClient, standin: IdentityStandin, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, winners = social.find_user_by_email, []

    def find_after_the_winner(email: str, *, lock: bool = False) -> User | None:
        if not winners:
            winners.append("on its way")
            winners.append(log_in(replace(api), GOOGLE, google(standin, "g1")))
        return find(email, lock=lock)

    monkeypatch.setattr(social, "find_user_by_email", find_after_the_winner)
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert User.objects.filter(email="nina@gmail.test").count() == 1
    assert LinkedIdentity.objects.count() == 1


def test_a_verified_email_links_to_its_user(
    api: JobHaxClient, joe: User, standin: IdentityStandin
) -> None:
    assert log_in(api, GOOGLE, google(standin, "g2")).code == 0
    assert LinkedIdentity.objects.get(provider=GOOGLE).user == joe
    # The password is still valid: this user had confirmed the mailbox before.
    assert api.login("joesmith", PASSWORD).code == 0


@pytest.mark.parametrize("provider", [GOOGLE, LINKEDIN])
def test_an_unverified_email_never_links(
    api: JobHaxClient, joe: User, standin: IdentityStandin, provider: str
) -> None:
    token = (
        google(standin, "g3")
        if provider == GOOGLE
        else standin.linkedin.issue(id="l2", client_id="ours")
    )
    reply = log_in(api, provider, token)
    assert (reply.status, reply.code, reply.message) == (409, 9, "That email is being used")
    assert not LinkedIdentity.objects.exists()


def test_an_unverified_email_takes_over_no_placeholder(
    api: JobHaxClient, standin: IdentityStandin
) -> None:
    invite_users(["joe@smith.test"])
    assert log_in(api, GOOGLE, google(standin, "g3")).code == 9
    assert not User.objects.get(email="joe@smith.test").is_registered


def test_an_unverified_email_without_an_account_waits_for_its_proof(
    api: JobHaxClient, acme: TenantRef, standin: IdentityStandin
) -> None:
    assert log_in(api, GOOGLE, google(standin, "g3")).code == 0
    assert User.objects.get(email="joe@smith.test").email_confirmed_at is None
    assert [job.task for job in jobs_of(acme)] == ["logins.send_confirmation"]


def test_a_verified_email_proves_a_placeholders_mailbox(
    api: JobHaxClient, standin: IdentityStandin
) -> None:
    placeholder = invite_users(["nina@gmail.test"])["nina@gmail.test"]
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    assert User.objects.get(email="nina@gmail.test").uuid == placeholder.uuid
    assert invite_users(["nina@gmail.test"])["nina@gmail.test"].is_registered


def test_an_address_that_was_reassigned_to_another_person_proves_nothing(
    api: JobHaxClient, standin: IdentityStandin
) -> None:
    assert log_in(api, GOOGLE, google(standin, "g1")).code == 0
    standin.google.add_account(sub="g9", email="nina@gmail.test")
    assert log_in(api, GOOGLE, google(standin, "g9")).code == 9


def test_a_deactivated_user_gets_no_token(
    api: JobHaxClient, joe: User, standin: IdentityStandin
) -> None:
    User.objects.filter(id=joe.id).update(is_active=False)
    reply = log_in(api, GOOGLE, google(standin, "g2"))
    assert (reply.status, reply.code) == (401, 1)


@pytest.mark.parametrize("provider", [GOOGLE, LINKEDIN])
def test_a_token_of_another_application_is_refused(
    api: JobHaxClient, standin: IdentityStandin, provider: str
) -> None:
    if provider == GOOGLE:
        token = google(standin, "g1", client_id="theirs")
    else:
        token = standin.linkedin.issue(id="l1", client_id="theirs")
    reply = log_in(api, provider, token)
    assert (reply.status, reply.code, reply.message) == (401, 1, "Invalid credentials")
    assert not LinkedIdentity.objects.exists()


def test_a_tenant_without_an_application_refuses_every_token(
    globex: TenantRef, standin: IdentityStandin
) -> None:
    assert log_in(client_of(globex), GOOGLE, google(standin, "g1")).code == 1


def test_the_oauth_application_of_one_tenant_is_not_valid_for_another(
    globex: TenantRef, standin: IdentityStandin
) -> None:
    with tenant_scope(globex):
        set_provider_application(GOOGLE, client_id="theirs", secret="their secret")
    assert log_in(client_of(globex), GOOGLE, google(standin, "g1")).code == 1
    assert log_in(client_of(globex), GOOGLE, google(standin, "g1", client_id="theirs")).code == 0


@pytest.mark.parametrize("provider", ["facebook", "password", "", "google"])
def test_an_unknown_provider_is_an_invalid_parameter(
    api: JobHaxClient, standin: IdentityStandin, provider: str
) -> None:
    reply = log_in(api, provider, "token")
    assert (reply.status, reply.code, reply.message) == (400, 10, "Invalid parameters...")


@pytest.mark.parametrize("token", ["ya29.unknown", "a b", "täken", "a\r\nX: 1"])
@pytest.mark.parametrize("provider", [GOOGLE, LINKEDIN])
def test_a_token_that_proves_no_identity_is_refused(
    api: JobHaxClient, standin: IdentityStandin, provider: str, token: str
) -> None:
    reply = log_in(api, provider, token)
    assert (reply.status, reply.code) == (401, 1)


@pytest.mark.parametrize("mode", ["down", "error", "garbage"])
@pytest.mark.parametrize("provider", [GOOGLE, LINKEDIN])
def test_a_provider_in_trouble_is_a_503_and_stores_nothing(
    api: JobHaxClient, standin: IdentityStandin, provider: str, mode: str
) -> None:
    before = User.objects.count()
    standin.fail(mode=mode)
    token = (
        google(standin, "g1")
        if provider == GOOGLE
        else standin.linkedin.issue(id="l1", client_id="ours")
    )
    reply = log_in(api, provider, token)
    assert (reply.status, reply.code, reply.message) == (503, 12, "Internal error")
    assert reply.headers["Retry-After"]
    assert User.objects.count() == before
    standin.recover()
    assert log_in(api, provider, token).code == 0


def test_an_account_without_address_gets_in(api: JobHaxClient, standin: IdentityStandin) -> None:
    token = standin.linkedin.issue(id="l1", client_id="ours", scope="openid profile")
    assert log_in(api, LINKEDIN, token).code == 0
    assert User.objects.get(identities__provider=LINKEDIN).email.endswith("@linkedin.invalid")


class TestSecrets:
    """Client secrets and tokens are stored encrypted, and shown nowhere."""

    def test_nothing_is_in_the_clear(self, api: JobHaxClient, standin: IdentityStandin) -> None:
        token = google(standin, "g1")
        log_in(api, GOOGLE, token)
        with connection.cursor() as cursor:
            for table in ("logins_linkedidentity", "logins_providerclient"):
                cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608
                rows = cursor.fetchone()[0]
                for secret in (token, "our secret"):
                    assert secret not in rows
                    assert secret.encode().hex() not in rows

    def test_a_new_secret_key_reads_what_the_old_one_wrote(
        self, api: JobHaxClient, standin: IdentityStandin, settings: pytest.FixtureRequest
    ) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key, just as long as the one before it was and longer"
        assert log_in(api, LINKEDIN, standin.linkedin.issue(id="l1", client_id="ours")).code == 0

    def test_nothing_is_logged(
        self,
        api: JobHaxClient,
        joe: User,
        standin: IdentityStandin,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        tokens = [google(standin, "g1"), google(standin, "g2", client_id="theirs"), "ya29.nobodys"]
        replies = [log_in(api, GOOGLE, token) for token in tokens]
        pair = replies[0].data
        fresh = api.post_as_client("users/refresh_token", refresh_token=pair["refresh_token"]).data
        api.post_as_client("users/refresh_token", refresh_token=pair["refresh_token"])
        api.login("joesmith", PASSWORD)
        api.login("joesmith", "a wrong password")
        api.post_as_client("users/logout", token=fresh["access_token"])
        api.register("new@new.test", password="a new password", password2="a new password")
        secrets = [
            *tokens,
            *pair.values(),
            *fresh.values(),
            PASSWORD,
            "a wrong password",
            "a new password",
        ]
        for secret in [
            *(str(s) for s in secrets if len(str(s)) > 12),
            api.client_secret,
            "our secret",
        ]:
            assert secret not in caplog.text

    def test_a_secret_shows_in_no_representation(
        self, api: JobHaxClient, standin: IdentityStandin
    ) -> None:
        assert "our secret" not in repr(ProviderApplication.objects.first())


class TestGmailToken:
    """JobHax: "update_gmail_token"."""

    def renew(self, api: JobHaxClient, token: str) -> Reply:
        return api.post("users/update_gmail_token", token=token)

    def test_a_fresh_token_that_reads_mail_is_kept(
        self, api: JobHaxClient, standin: IdentityStandin
    ) -> None:
        log_in(api, GOOGLE, google(standin, "g1"))
        reply = self.renew(api, google(standin, "g1", scope=GMAIL))
        assert (reply.status, reply.code, reply.data) == (200, 0, None)

    @pytest.mark.parametrize(
        "bad",
        [
            {"sub": "g1", "scope": "openid email"},
            {"sub": "g1", "client_id": "theirs", "scope": GMAIL},
            {"sub": "g2", "scope": GMAIL},
            {"sub": "g1", "scope": GMAIL, "expires_in": -5},
        ],
        ids=["no scope", "another application", "another account", "dead"],
    )
    def test_a_token_that_will_not_do_is_refused(
        self, api: JobHaxClient, standin: IdentityStandin, bad: dict[str, object]
    ) -> None:
        log_in(api, GOOGLE, google(standin, "g1"))
        before = bytes(LinkedIdentity.objects.get().grant)
        reply = self.renew(api, google(standin, **bad))  # type: ignore[arg-type]
        assert (reply.status, reply.code) == (400, 3)
        assert reply.message == "Error occured while updating the google token."
        assert bytes(LinkedIdentity.objects.get().grant) == before

    def test_without_a_linked_account_ones_own_address_links(
        self, joe_api: JobHaxClient, standin: IdentityStandin
    ) -> None:
        assert self.renew(joe_api, google(standin, "g1", scope=GMAIL)).code == 3
        assert self.renew(joe_api, google(standin, "g2", scope=GMAIL)).code == 0

    def test_linking_at_the_same_moment_twice_links_once(
        self, joe_api: JobHaxClient, standin: IdentityStandin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock_identity = provider_access._lock_identity

        def be_late(caller: Caller, opened: MailGrant) -> LinkedIdentity:
            monkeypatch.setattr(provider_access, "_lock_identity", lock_identity)
            raise IntegrityError

        monkeypatch.setattr(provider_access, "_lock_identity", be_late)
        assert self.renew(joe_api, google(standin, "g2", scope=GMAIL)).code == 0
        assert LinkedIdentity.objects.count() == 1

    def test_google_in_trouble_is_a_503(self, api: JobHaxClient, standin: IdentityStandin) -> None:
        log_in(api, GOOGLE, google(standin, "g1"))
        standin.fail(mode="error")
        reply = self.renew(api, google(standin, "g1", scope=GMAIL))
        assert (reply.status, reply.code) == (503, 12)
        standin.recover()

    def test_it_needs_a_token_in_the_body(self, joe_api: JobHaxClient) -> None:
        assert joe_api.post("users/update_gmail_token").code == 10


class TestLinkedinProfile:
    """JobHax: "get_linkedin_profile"."""

    def test_it_has_the_documents_shape(self, api: JobHaxClient, standin: IdentityStandin) -> None:
        token = standin.linkedin.issue(
            id="l1", client_id="ours", scope="r_liteprofile openid profile email"
        )
        assert log_in(api, LINKEDIN, token).code == 0
        reply = api.get("users/get_linkedin_profile")
        assert (reply.status, reply.code) == (200, 0)
        assert reply.data["localizedFirstName"] == "Bob"
        assert reply.data["firstName"]["localized"]["en_US"] == "Bob"

    def test_without_a_linkedin_account_there_is_none(self, joe_api: JobHaxClient) -> None:
        reply = joe_api.get("users/get_linkedin_profile")
        assert (reply.status, reply.code, reply.message) == (404, 2, "User profile not found.")

    def test_a_revoked_token_needs_a_new_login(
        self, api: JobHaxClient, standin: IdentityStandin
    ) -> None:
        token = standin.linkedin.issue(id="l1", client_id="ours")
        log_in(api, LINKEDIN, token)
        standin.linkedin.revoke(token=token)
        assert api.get("users/get_linkedin_profile").code == 1
        log_in(api, LINKEDIN, standin.linkedin.issue(id="l1", client_id="ours"))
        assert api.get("users/get_linkedin_profile").code == 0

    def test_linkedin_in_trouble_is_a_503(
        self, api: JobHaxClient, standin: IdentityStandin
    ) -> None:
        log_in(api, LINKEDIN, standin.linkedin.issue(id="l1", client_id="ours"))
        standin.fail(mode="error")
        assert api.get("users/get_linkedin_profile").code == 12
        standin.recover()
