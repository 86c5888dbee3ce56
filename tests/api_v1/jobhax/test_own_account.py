"""What users do to their own accounts: a new mail, a new password, the profile, the end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api_v1.versions import HEAD
from core.accounts import attempt_limits
from core.accounts.invitations import invite_users
from core.accounts.logins.mailed_tokens import PASSWORD_RESET
from core.accounts.logins.models import LinkedIdentity
from core.accounts.logins.password_changes import send_password_reset
from core.accounts.models import User
from core.mail.models import UserMailbox
from core.recruiting.models import Collaborator, Position
from tenants.context import TenantRef
from tests.api_v1.jobhax.mailed_links import confirm, last_link_to, link_sent_to, token_of
from tests.clients import JobHaxClient, Reply
from tests.job_seekers import PASSWORD
from tests.standins.identity import IdentityStandin
from tests.tenants.jobs.queue import jobs_of

EMAIL = "joe@smith.test"
OTHER = "entirely different"
NEW = {"password": OTHER, "password2": OTHER}
Callbacks = Callable[..., AbstractContextManager[list[Callable[[], None]]]]


@pytest.fixture
def head(api: JobHaxClient) -> JobHaxClient:
    """A client of the head without a token."""
    api.version = HEAD
    return api


def ask(api: JobHaxClient, route: str, email: str = EMAIL) -> Reply:
    """Ask for a mail, as the client of a tenant."""
    return api.post(f"users/{route}", email=email, client_id=api.client_id)


def reset_link(email: str = EMAIL) -> str:
    """Run the job; return the link in its mail."""
    user = User.objects.get(email=email)
    send_password_reset.run(
        user_uuid=str(user.uuid), reset_at="http://localhost/reset-password", token_prefix="acme."
    )
    return last_link_to(email)


class TestAskingForMail:
    @pytest.mark.parametrize(
        ("route", "task"),
        [
            ("resend_confirmation", "logins.send_confirmation"),
            ("forgot_password", "logins.send_password_reset"),
        ],
    )
    def test_an_unknown_address_is_answered_as_a_known_one(
        self, head: JobHaxClient, acme: TenantRef, joe: User, route: str, task: str
    ) -> None:
        def cost(email: str) -> tuple[Reply, list[str]]:
            with CaptureQueriesContext(connection) as queries:
                reply = ask(head, route, email)
            return reply, [query["sql"].split(maxsplit=1)[0] for query in queries]

        # The look-ups of tenant and client are cached.
        ask(head, route, "first@smith.test")
        (known, statements), (unknown, others) = cost(EMAIL), cost("nobody@smith.test")
        assert (known.status, known.body) == (unknown.status, unknown.body)
        assert (known.code, known.data) == (0, None)
        assert statements == others
        assert {job.task for job in jobs_of(acme)} == {task}
        assert "smith" not in str([job.args for job in jobs_of(acme)])

    @pytest.mark.parametrize("route", ["resend_confirmation", "forgot_password"])
    def test_the_tenant_is_that_of_the_host_without_a_client(
        self, acme: TenantRef, joe: User, route: str
    ) -> None:
        client = JobHaxClient(host="acme.localhost", version=HEAD)
        assert client.post(f"users/{route}", email=EMAIL).code == 0
        assert JobHaxClient(version=HEAD).post(f"users/{route}", email=EMAIL).code == 10

    @pytest.mark.parametrize("route", ["resend_confirmation", "forgot_password"])
    @pytest.mark.parametrize("email", [EMAIL, "nobody@smith.test"])
    def test_an_address_gets_five_mails_an_hour(
        self, head: JobHaxClient, joe: User, route: str, email: str
    ) -> None:
        statuses = [
            ask(head, route, email).status for _ in range(attempt_limits.MAILS_PER_ADDRESS + 1)
        ]
        assert statuses == [*[200] * attempt_limits.MAILS_PER_ADDRESS, 429]

    def test_an_ip_address_has_a_limit(
        self,
        head: JobHaxClient,
        settings: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(attempt_limits, "MAILS_PER_IP", 2)
        settings.TRUSTED_PROXIES = 1
        head.headers = {"x-forwarded-for": "203.0.113.9"}
        statuses = [ask(head, "forgot_password", f"{n}@smith.test").status for n in range(3)]
        assert statuses == [200, 200, 429]

    def test_the_second_confirmation_mail_confirms(self, head: JobHaxClient) -> None:
        assert head.register("nina@new.test").code == 0
        assert ask(head, "resend_confirmation", "nina@new.test").code == 0
        assert confirm(link_sent_to("nina@new.test"), password=PASSWORD).status_code == 200
        assert User.objects.get(email="nina@new.test").email_confirmed_at is not None

    def test_who_may_not_log_in_gets_no_mail(self, acme: TenantRef, joe: User) -> None:
        placeholder = invite_users(["p@new.test"])["p@new.test"]
        User.objects.filter(id=joe.id).update(is_active=False)
        for uuid in (joe.uuid, placeholder.uuid, acme.id):
            assert send_password_reset.run(
                user_uuid=str(uuid), reset_at="http://x", token_prefix="acme."
            )
        assert mail.outbox == []


class TestReset:
    def test_the_mailed_token_sets_a_password_once_and_ends_all_sessions(
        self, joe_api: JobHaxClient
    ) -> None:
        joe_api.version = HEAD
        token = token_of(reset_link())
        anyone = JobHaxClient(version=HEAD)
        assert anyone.post("users/reset_password", token=token, **NEW).code == 0
        assert joe_api.get("users/me").status == 401
        assert joe_api.login(EMAIL, PASSWORD).code == 6
        assert joe_api.login(EMAIL, OTHER).code == 0
        again = anyone.post(
            "users/reset_password", token=token, password="x" * 12, password2="x" * 12
        )
        assert (again.status, again.code) == (400, 10)
        assert joe_api.login(EMAIL, OTHER).code == 0

    def test_the_page_does_the_same(self, head: JobHaxClient, joe: User) -> None:
        link = reset_link()
        page = Client().get(link)
        assert (page.status_code, EMAIL in page.content.decode()) == (200, True)
        assert "script" not in page.headers["Content-Security-Policy"]
        form = {"token": token_of(link), **NEW}
        differing = Client().post("/reset-password", {**form, "password2": "x"})
        assert (differing.status_code, b"differ" in differing.content) == (400, True)
        weak = Client().post("/reset-password", {**form, "password": "1234", "password2": "1234"})
        assert (weak.status_code, b"too short" in weak.content) == (400, True)
        long = Client().post(
            "/reset-password", {**form, "password": "x" * 9999, "password2": "x" * 9999}
        )
        assert (long.status_code, b"at most" in long.content) == (400, True)
        done = Client(enforce_csrf_checks=True).post("/reset-password", form)
        assert done.status_code == 200
        # The owner of a new tenant has never been there.
        assert "acme.localhost" in done.content.decode()
        assert "/sign-in" in done.content.decode()
        assert head.login(EMAIL, OTHER).code == 0
        assert Client().get(link).status_code == 400

    def test_opening_the_page_changes_nothing(self, head: JobHaxClient, joe: User) -> None:
        link = reset_link()
        assert [Client().get(link).status_code for _ in range(2)] == [200, 200]
        assert head.login(EMAIL, PASSWORD).code == 0

    def test_it_ends_after_two_hours(self, head: JobHaxClient, joe: User) -> None:
        token = token_of(reset_link())
        late = timezone.now() + PASSWORD_RESET.life + timedelta(seconds=5)
        with time_machine.travel(late, tick=False):
            assert head.post("users/reset_password", token=token, **NEW).code == 10
        assert head.login(EMAIL, PASSWORD).code == 0

    @pytest.mark.parametrize("token", ["x", "acme.x", "acme.a:b:c", "nowhere.x", "globex.{signed}"])
    def test_a_made_up_token_is_refused(
        self, head: JobHaxClient, joe: User, globex: TenantRef, token: str
    ) -> None:
        signed = PASSWORD_RESET.make(joe)
        reply = head.post("users/reset_password", token=token.format(signed=signed), **NEW)
        assert (reply.status, reply.code) == (400, 10)
        page = Client().get("/reset-password", {"token": token.format(signed=signed)})
        assert page.status_code == 400

    @pytest.mark.parametrize(
        ("passwords", "code"),
        [
            ({"password": OTHER, "password2": "x"}, 7),
            ({"password": "123456", "password2": "123456"}, 10),
        ],
    )
    def test_a_bad_password_leaves_the_token(
        self, head: JobHaxClient, joe: User, passwords: dict[str, str], code: int
    ) -> None:
        token = token_of(reset_link())
        assert head.post("users/reset_password", token=token, **passwords).code == code
        assert head.post("users/reset_password", token=token, **NEW).code == 0

    def test_the_owner_of_a_mailbox_takes_the_account_of_a_stranger_over(
        self,
        head: JobHaxClient,
        joe: User,
        django_capture_on_commit_callbacks: Callbacks,
    ) -> None:
        position = Position.objects.create(title="Tester", created_by=joe)
        invited = Collaborator.objects.create(
            position=position,
            user_id=invite_users(["nina@new.test"])["nina@new.test"].uuid,
            type="admin",
            status="awaiting_registration",
            ordinal=0,
        )
        assert head.register("nina@new.test").code == 0
        assert head.login("nina@new.test", PASSWORD).code == 0
        nina = User.objects.get(email="nina@new.test")
        LinkedIdentity.objects.create(user=nina, provider="linkedin-oauth2", subject="stranger")
        UserMailbox.objects.create(user=nina, plugin="imap", account="x", address="x@x.test")
        token = token_of(reset_link("nina@new.test"))
        with django_capture_on_commit_callbacks(execute=True):
            assert head.post("users/reset_password", token=token, **NEW).code == 0
        assert head.get("users/me").status == 401
        assert not LinkedIdentity.objects.filter(user=nina).exists()
        assert not UserMailbox.objects.filter(user=nina).exists()
        invited.refresh_from_db()
        assert invited.status == "awaiting_approval"

    def test_an_account_without_a_password_gets_one(
        self, head: JobHaxClient, seeker: JobHaxClient
    ) -> None:
        token = token_of(reset_link("seeker@jobs.test"))
        assert head.post("users/reset_password", token=token, **NEW).code == 0
        assert head.login("seeker@jobs.test", OTHER).code == 0


class TestChange:
    @pytest.fixture
    def joe_head(self, joe_api: JobHaxClient) -> JobHaxClient:
        joe_api.version = HEAD
        return joe_api

    def test_the_old_password_is_needed_and_all_sessions_end(self, joe_head: JobHaxClient) -> None:
        token = joe_head.token
        joe_head.login(EMAIL, PASSWORD)
        reply = joe_head.post("users/change_password", old_password=PASSWORD, **NEW)
        assert (reply.code, reply.data) == (0, None)
        for old in (token, joe_head.token):
            joe_head.token = old
            assert joe_head.get("users/me").status == 401
        assert joe_head.login(EMAIL, PASSWORD).code == 6
        assert joe_head.login(EMAIL, OTHER).code == 0

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"old_password": "wrong"}, 6),
            ({"password2": "x"}, 7),
            ({"password": "123456", "password2": "123456"}, 10),
        ],
    )
    def test_what_can_be_wrong(
        self, joe_head: JobHaxClient, changes: dict[str, str], code: int
    ) -> None:
        body = {"old_password": PASSWORD, **NEW, **changes}
        assert joe_head.post("users/change_password", **body).code == code
        assert joe_head.get("users/me").code == 0
        assert joe_head.login(EMAIL, PASSWORD).code == 0

    @pytest.mark.parametrize("route", ["change_password", "delete_account"])
    def test_guessing_is_limited_also_with_an_idempotency_key(
        self, joe_head: JobHaxClient, monkeypatch: pytest.MonkeyPatch, route: str
    ) -> None:
        monkeypatch.setattr(attempt_limits, "PER_ACCOUNT", 2)
        # The client that has logged in has a limit of its own.
        monkeypatch.setattr(attempt_limits, "KNOWN_FOR", timedelta())
        body = {
            "change_password": {"old_password": "x", **NEW},
            "delete_account": {"password": "x"},
        }
        statuses = []
        for number in range(3):
            joe_head.headers = {"idempotency-key": str(number)}
            statuses.append(joe_head.post(f"users/{route}", **body[route]).status)
        assert statuses == [401, 401, 429]


class TestProfile:
    def test_names_and_time_zone_are_changed_and_shown(self, seeker: JobHaxClient) -> None:
        seeker.version = HEAD
        sent = {"first_name": "Anna\n\u202e", "last_name": "Lind", "time_zone": "Pacific/Auckland"}
        changed = seeker.call("PATCH", "users/me", sent)
        shown = seeker.get("users/me").data
        assert changed.data == shown
        assert (shown["first_name"], shown["last_name"]) == ("Anna", "Lind")
        assert (shown["time_zone"], shown["email_confirmed"]) == ("Pacific/Auckland", True)
        assert seeker.call("PATCH", "users/me", {"last_name": ""}).data == {
            **shown,
            "last_name": "",
        }
        assert seeker.call("PATCH", "users/me", {}).data == {**shown, "last_name": ""}

    @pytest.mark.parametrize(
        "zone", ["", "Mars/Base", "UTC+2", "../etc", "pacific/auckland", "Pacific", 5, "a\0b"]
    )
    def test_an_unknown_time_zone_is_refused(self, seeker: JobHaxClient, zone: object) -> None:
        seeker.version = HEAD
        reply = seeker.call("PATCH", "users/me", {"time_zone": zone, "first_name": "X"})
        assert (reply.status, reply.code) == (400, 10)
        shown = seeker.get("users/me").data
        assert (shown["time_zone"], shown["first_name"]) == ("UTC", "")

    @pytest.mark.parametrize(
        ("zone", "applied"),
        [
            # It is 1 December in Auckland, and still 30 November in UTC.
            ("Pacific/Auckland", "2018-11-30T12:00:00Z"),
            ("Pacific/Auckland", "2018-12-01"),
            ("America/New_York", "2018-12-01"),
            ("UTC", "2018-12-01"),
        ],
    )
    def test_the_first_of_december_belongs_to_december(
        self, seeker: JobHaxClient, zone: str, applied: str
    ) -> None:
        seeker.version = HEAD
        with time_machine.travel(datetime(2018, 12, 20, tzinfo=UTC), tick=False):
            assert seeker.call("PATCH", "users/me", {"time_zone": zone}).code == 0
            added = seeker.post(
                "jobapps/add_jobapp",
                job_title="T",
                company="C",
                status_id=1,
                application_date=applied,
                source="Indeed",
            )
            assert added.code == 0
            series, months = seeker.get("metrics/get_application_count_by_month").data
        [indeed] = [one["data"] for one in series if one["source"] == "Indeed"]
        assert dict(zip(months, indeed, strict=True)) == {
            month: int(month == "December") for month in months
        }


class TestFreshToken:
    def test_a_linked_account_deletes_without_a_password(
        self, head: JobHaxClient, standin: IdentityStandin
    ) -> None:
        token = standin.google.issue(sub="g1", client_id="ours")
        google = {"provider": "google-oauth2", "token": token}
        head.token = head.post_as_client("users/auth_social_user", **google).data["access_token"]
        foreign = standin.google.issue(sub="g2", client_id="ours")
        refused = head.post("users/delete_account", **{**google, "token": foreign})
        assert (refused.status, refused.code) == (401, 1)
        theirs = standin.google.issue(sub="g1", client_id="theirs")
        assert head.post("users/delete_account", **{**google, "token": theirs}).code == 1
        assert head.post("users/delete_account").code == 10
        assert User.objects.filter(email="nina@gmail.test").exists()
        assert head.post("users/delete_account", **google).code == 0
        assert not User.objects.filter(email="nina@gmail.test").exists()
        assert head.get("users/me").status == 401
