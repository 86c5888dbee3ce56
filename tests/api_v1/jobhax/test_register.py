"""JobHax: "register". The account works at once; it gets its invitations once its mailbox is confirmed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.db import IntegrityError
from django.test import Client as DjangoClient

from core.accounts.invitations import invite_users
from core.accounts.logins import limits, registration
from core.accounts.logins.confirmation import send_confirmation
from core.accounts.logins.mailed_tokens import CONFIRMATION
from core.accounts.models import User
from core.jobs import enqueue
from core.recruiting.models import Collaborator, Position
from tenants.context import TenantRef, tenant_scope
from tests.api_v1.jobhax.mailed_links import confirm, link_sent_to
from tests.clients import JobHaxClient
from tests.job_seekers import PASSWORD

EMAIL = "nina@new.test"
Callbacks = Callable[..., AbstractContextManager[list[Callable[[], None]]]]


def test_a_registered_user_logs_in(api: JobHaxClient) -> None:
    reply = api.register(EMAIL)
    assert (reply.status, reply.code, reply.message, reply.data) == (200, 0, "", None)
    assert api.login("nina", PASSWORD).code == 0
    assert api.login(EMAIL, PASSWORD).code == 0


def test_passwords_are_stored_by_argon2(api: JobHaxClient) -> None:
    api.register(EMAIL)
    assert User.objects.get(email=EMAIL).password.startswith("argon2$argon2id$")


def test_the_body_of_the_document_but_for_its_password(
    api: JobHaxClient, settings: pytest.FixtureRequest
) -> None:
    settings.HAPPO_DEFAULT_TENANT = "acme"
    body = {
        "first_name": "Joe",
        "last_name": "Smith",
        "username": "joesmith",
        "email": "joe@smith.test",
    }
    refused = api.post("users/register", **body, password="123456", password2="123456")
    assert (refused.status, refused.code, refused.message) == (400, 10, "Invalid parameters...")
    assert api.post("users/register", **body, password=PASSWORD, password2=PASSWORD).code == 0


def test_the_head_says_what_is_wrong_with_the_password(api: JobHaxClient) -> None:
    api.version = "v20261201"
    reply = api.register(EMAIL, password="123456", password2="123456")
    assert "too common" in reply.message


@pytest.mark.parametrize(
    ("changes", "status", "code", "message"),
    [
        ({"password2": "another one"}, 400, 7, "Passwords do not match"),
        ({"username": "JoeSmith"}, 409, 8, "That username is taken"),
        ({"email": "JOE@smith.test"}, 409, 9, "That email is being used"),
        ({"username": "joesmith", "email": "joe@smith.test"}, 409, 8, "That username is taken"),
        ({"email": "nonsense"}, 400, 10, "Invalid parameters..."),
        ({"username": " "}, 400, 10, "Invalid parameters..."),
        ({"username": "joe@smith.test"}, 400, 10, "Invalid parameters..."),
        ({"username": "a\u202eb"}, 400, 10, "Invalid parameters..."),
        ({"username": None}, 400, 10, "Invalid parameters..."),
        ({"first_name": "x" * 151}, 400, 10, "Invalid parameters..."),
        ({"first_name": "a\0b"}, 400, 10, "Invalid parameters..."),
        ({"password": "ninanina", "password2": "ninanina"}, 400, 10, "Invalid parameters..."),
    ],
)
def test_what_can_be_wrong(
    api: JobHaxClient, joe: User, changes: dict[str, object], status: int, code: int, message: str
) -> None:
    before = User.objects.count()
    reply = api.register(**{"email": EMAIL, **changes})
    assert (reply.status, reply.code, reply.message, reply.data) == (status, code, message, None)
    assert User.objects.count() == before


def test_registering_twice_is_refused(api: JobHaxClient) -> None:
    assert api.register(EMAIL).code == 0
    assert api.register(EMAIL, username="other").code == 9
    assert api.register("other@new.test", username="nina").code == 8


def test_ones_own_email_may_be_the_user_name(api: JobHaxClient) -> None:
    assert api.register(EMAIL, username=EMAIL).code == 0
    assert api.login(EMAIL, PASSWORD).code == 0


class TestWhose:
    """The tenant is the host's; on a shared host the client's, else the default one."""

    def test_the_host_names_it(self, acme: TenantRef, globex: TenantRef) -> None:
        assert JobHaxClient(host="globex.localhost").register(EMAIL, client_id=None).code == 0
        with tenant_scope(globex):
            assert User.objects.filter(email=EMAIL).exists()
        assert not User.objects.filter(email=EMAIL).exists()

    def test_the_default_tenant_takes_the_rest(
        self, acme: TenantRef, settings: pytest.FixtureRequest
    ) -> None:
        settings.HAPPO_DEFAULT_TENANT = "acme"
        body = {"username": "nina", "email": EMAIL, "password": PASSWORD, "password2": PASSWORD}
        assert JobHaxClient().post("users/register", **body).code == 0

    @pytest.mark.parametrize("default", [None, "", "nobody"])
    def test_without_one_it_is_an_error(
        self, acme: TenantRef, settings: pytest.FixtureRequest, default: str | None
    ) -> None:
        settings.HAPPO_DEFAULT_TENANT = default
        body = {"username": "nina", "email": EMAIL, "password": PASSWORD, "password2": PASSWORD}
        reply = JobHaxClient().post("users/register", **body)
        assert (reply.status, reply.code) == (400, 10)

    def test_a_client_of_another_tenant_than_the_host_is_refused(
        self, api: JobHaxClient, globex: TenantRef
    ) -> None:
        api.host = "globex.localhost"
        reply = api.register(EMAIL)
        assert (reply.status, reply.code) == (401, 1)

    def test_a_wrong_client_secret_is_refused(self, api: JobHaxClient) -> None:
        assert api.register(EMAIL, client_secret="wrong").code == 1


class TestPlaceholders:
    """A user was invited by mail; registering with that address doesn't prove that the user owns it."""

    @pytest.fixture
    def invited(self, acme: TenantRef, joe: User) -> Collaborator:
        user = invite_users([EMAIL])[EMAIL]
        position = Position.objects.create(title="Tester", created_by=joe)
        return Collaborator.objects.create(
            position=position,
            user_id=user.uuid,
            type="admin",
            status="awaiting_registration",
            ordinal=0,
        )

    def test_its_address_is_not_taken_and_it_keeps_its_id(
        self, api: JobHaxClient, invited: Collaborator
    ) -> None:
        assert api.register(EMAIL).code == 0
        user = User.objects.get(email=EMAIL)
        assert (user.uuid, user.username) == (invited.user_id, "nina")

    def test_a_registration_alone_gains_no_invitation(
        self, api: JobHaxClient, invited: Collaborator
    ) -> None:
        api.register(EMAIL)
        assert api.login("nina", PASSWORD).code == 0
        invited.refresh_from_db()
        assert invited.status == "awaiting_registration"
        # A later invitation waits too.
        assert not invite_users([EMAIL])[EMAIL].is_registered

    def test_the_proof_brings_the_invitations(
        self,
        api: JobHaxClient,
        invited: Collaborator,
        django_capture_on_commit_callbacks: Callbacks,
    ) -> None:
        api.register(EMAIL)
        with django_capture_on_commit_callbacks(execute=True):
            assert confirm(link_sent_to(EMAIL), password=PASSWORD).status_code == 200
        invited.refresh_from_db()
        assert invited.status == "awaiting_approval"
        assert invite_users([EMAIL])[EMAIL].is_registered

    def test_a_placeholder_cannot_log_in(self, api: JobHaxClient, invited: Collaborator) -> None:
        assert api.login(EMAIL, "").code in (6, 10)
        assert api.login(EMAIL, "x").code == 6

    def test_a_link_made_for_a_placeholder_confirms_nothing(self, invited: Collaborator) -> None:
        token = CONFIRMATION.make(User.objects.get(uuid=UUID(str(invited.user_id))))
        assert DjangoClient().get("/confirm-email/acme", {"token": token}).status_code == 400


def test_a_job_that_waits_is_not_enqueued_twice(api: JobHaxClient, acme: TenantRef) -> None:
    api.register(EMAIL)
    user = User.objects.get(email=EMAIL)
    assert not enqueue(
        send_confirmation, key=str(user.uuid), user_uuid=user.uuid, confirm_at="http://x"
    )


class TestLimit:
    """Twenty registrations per IP address and hour: each costs a hash and a mail, and reveals registered addresses."""

    @pytest.fixture
    def far_away(self, api: JobHaxClient, settings: pytest.FixtureRequest) -> JobHaxClient:
        settings.TRUSTED_PROXIES = 1
        api.headers = {"x-forwarded-for": "203.0.113.9"}
        return api

    @pytest.fixture(autouse=True)
    def _two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "REGISTRATIONS_PER_IP", 2)

    def test_after_the_limit_it_waits(self, far_away: JobHaxClient) -> None:
        assert [far_away.register(f"{name}@new.test").code for name in ("ann", "ben")] == [0, 0]
        reply = far_away.register("cid@new.test")
        assert (reply.status, reply.code, reply.message) == (429, 10, "Invalid parameters...")
        assert 3590 < int(reply.headers["retry-after"]) <= 3600
        assert not User.objects.filter(email="cid@new.test").exists()

    def test_asking_for_known_addresses_counts(self, far_away: JobHaxClient, joe: User) -> None:
        replies = [far_away.register(joe.email, username=name) for name in ("ann", "ben", "cid")]
        assert [reply.status for reply in replies] == [409, 409, 429]

    def test_a_form_that_is_filled_in_wrongly_does_not_count(self, far_away: JobHaxClient) -> None:
        assert {far_away.register(EMAIL, password2="another").code for _ in range(3)} == {7}
        assert far_away.register(EMAIL).code == 0

    def test_other_addresses_are_free(self, far_away: JobHaxClient) -> None:
        for name in ("ann", "ben"):
            far_away.register(f"{name}@new.test")
        far_away.headers = {"x-forwarded-for": "203.0.113.10"}
        assert far_away.register("cid@new.test").code == 0

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
    def test_loopback_may_be_a_proxy_and_has_none(
        self, far_away: JobHaxClient, address: str
    ) -> None:
        far_away.headers = {"x-forwarded-for": address}
        assert [far_away.register(f"{name}@new.test").code for name in ("ann", "ben", "cid")] == [
            0,
            0,
            0,
        ]


@pytest.mark.parametrize("email", ["mi\u212ae@new.test", "\u017fam@new.test"])
def test_an_address_that_only_looks_like_anothers_is_none(api: JobHaxClient, email: str) -> None:
    reply = api.register(email, username="mike")
    assert (reply.status, reply.code) == (400, 10)


def test_a_user_name_is_the_same_however_it_is_typed(api: JobHaxClient) -> None:
    assert api.register(EMAIL, username="jo\u0308rg").code == 0
    assert api.login("JÖRG", PASSWORD).code == 0
    assert api.register("other@new.test", username="\uff4aörg").code == 8
    assert api.register("other@new.test", username="nina\uff20new.test").code == 10


def test_a_simultaneous_invitation_breaks_no_registration(
    api: JobHaxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = registration._save

    def be_late(wanted: User) -> User:
        monkeypatch.setattr(registration, "_save", save)
        raise IntegrityError

    invited = invite_users([EMAIL])[EMAIL]
    monkeypatch.setattr(registration, "_save", be_late)
    assert api.register(EMAIL).code == 0
    assert User.objects.get(username="nina").uuid == invited.uuid
