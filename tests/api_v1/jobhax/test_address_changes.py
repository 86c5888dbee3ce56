"""The address of an account that logs in with Google or LinkedIn: the first verified one, and each later one."""

from typing import Any

import pytest

from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.accounts.services import issue_api_key, register_confirmed_user
from core.recruiting.models import Collaborator, PositionTombstone
from core.recruiting.services.collaborators import confirm_invitations
from tenants.context import TenantRef
from tenants.credentials import key_prefix
from tests.clients import JobHaxClient
from tests.factories import PositionFactory
from tests.recruiters import Recruiter, recruiter
from tests.standins.identity import IdentityStandin

GOOGLE, LINKEDIN = "google-oauth2", "linkedin-oauth2"
WITHOUT_EMAIL = "openid profile"


def log_in(api: JobHaxClient, standin: IdentityStandin, provider: str, **more: Any) -> User:
    """Log in with the first account at the provider; return the user that it is linked to."""
    if provider == GOOGLE:
        token = standin.google.issue(sub="g1", client_id="ours", **more)
    else:
        token = standin.linkedin.issue(id="l1", client_id="ours", **more)
    reply = api.post_as_client("users/auth_social_user", provider=provider, token=token)
    assert (reply.status, reply.code) == (200, 0)
    api.token = reply.data["access_token"]
    return LinkedIdentity.objects.get(provider=provider).user


def change_address(standin: IdentityStandin, provider: str, email: str, **more: Any) -> None:
    if provider == GOOGLE:
        standin.google.add_account(sub="g1", email=email, **more)
    else:
        standin.linkedin.add_member(id="l1", email=email, **more)


@pytest.fixture
def anna(acme: TenantRef) -> Recruiter:
    return recruiter("anna@recruiters.test")


def invite(someone: Recruiter, *emails: str) -> str:
    collaborators = [{"email": email, "type": "client"} for email in emails]
    made = someone.post("/positions", {"title": "Cook", "collaborators": collaborators})
    position: str = made.data["id"]
    return position


def collaborators_of(someone: Recruiter, position: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = someone.get(f"/positions/{position}").data["collaborators"]
    return found


each_provider = pytest.mark.parametrize(
    ("provider", "address"), [(GOOGLE, "nina@gmail.test"), (LINKEDIN, "bob@linked.test")]
)


@each_provider
def test_the_first_verified_address_replaces_the_one_under_invalid(
    api: JobHaxClient, standin: IdentityStandin, provider: str, address: str
) -> None:
    first = log_in(api, standin, provider, scope=WITHOUT_EMAIL)
    assert first.email.endswith(".invalid")
    assert log_in(api, standin, provider, scope=WITHOUT_EMAIL).email == first.email
    later = log_in(api, standin, provider)
    assert (later.id, later.uuid, later.email) == (first.id, first.uuid, address)
    assert later.email_confirmed_at is not None
    # A log-in without the scope takes nothing back.
    assert log_in(api, standin, provider, scope=WITHOUT_EMAIL).email == address


@each_provider
def test_the_invitations_that_wait_for_the_address_become_the_accounts(
    api: JobHaxClient, anna: Recruiter, standin: IdentityStandin, provider: str, address: str
) -> None:
    account = log_in(api, standin, provider, scope=WITHOUT_EMAIL)
    position = invite(anna, "other@test.test", address)
    before = anna.in_head.get(f"/positions/{position}").data
    log_in(api, standin, provider)
    confirm_invitations(account.uuid)  # What the commit of the log-in runs.
    other, moved = collaborators_of(anna, position)
    assert (other["email"], moved["email"]) == ("other@test.test", address)
    assert (moved["userId"], moved["status"]) == (str(account.uuid), "awaiting_approval")
    assert User.objects.filter(email=address).count() == 1
    assert anna.in_head.get(f"/positions/{position}").data["updatedAt"] > before["updatedAt"]


def test_an_own_invitation_to_the_same_position_stays_alone(
    api: JobHaxClient, anna: Recruiter, standin: IdentityStandin
) -> None:
    account = log_in(api, standin, GOOGLE)
    position = invite(anna, "nina@gmail.test", "nina@new.test")
    own = Collaborator.objects.get(user_id=account.uuid).id
    change_address(standin, GOOGLE, "nina@new.test")
    log_in(api, standin, GOOGLE)
    assert [row.id for row in Collaborator.objects.filter(position_id=position)] == [own]


@each_provider
def test_a_changed_verified_address_is_followed_where_it_is_free(
    api: JobHaxClient, standin: IdentityStandin, provider: str, address: str
) -> None:
    account = log_in(api, standin, provider)
    change_address(standin, provider, "New@Address.test")
    assert log_in(api, standin, provider).email == "new@address.test"
    assert User.objects.get(email="new@address.test").id == account.id
    assert not User.objects.filter(email=address).exists()


@each_provider
def test_an_address_of_another_account_is_not_taken_from_it(
    api: JobHaxClient, standin: IdentityStandin, provider: str, address: str
) -> None:
    other = register_confirmed_user("taken@address.test")
    log_in(api, standin, provider)
    change_address(standin, provider, "taken@address.test")
    assert log_in(api, standin, provider).email == address
    User.objects.filter(id=other.id).update(email="moved@address.test")
    assert log_in(api, standin, provider).email == "taken@address.test"


def test_a_placeholder_to_which_an_operator_gave_a_key_keeps_its_address(
    api: JobHaxClient, anna: Recruiter, acme: TenantRef, standin: IdentityStandin
) -> None:
    account = log_in(api, standin, GOOGLE, scope=WITHOUT_EMAIL)
    invite(anna, "nina@gmail.test")
    holder = User.objects.get(email="nina@gmail.test")
    issue_api_key(holder, prefix=key_prefix(acme))
    assert log_in(api, standin, GOOGLE).email == account.email
    assert Collaborator.objects.get().user_id == holder.uuid


@each_provider
def test_an_unverified_address_replaces_nothing(
    api: JobHaxClient, standin: IdentityStandin, provider: str, address: str
) -> None:
    account = log_in(api, standin, provider)
    change_address(standin, provider, "new@address.test", email_verified=False)
    assert log_in(api, standin, provider).email == account.email == address


def test_a_new_address_does_not_prove_the_former_one(
    api: JobHaxClient, anna: Recruiter, standin: IdentityStandin
) -> None:
    change_address(standin, GOOGLE, "victim@address.test", email_verified=False)
    account = log_in(api, standin, GOOGLE)
    invite(anna, "victim@address.test")
    change_address(standin, GOOGLE, "thief@address.test")
    assert log_in(api, standin, GOOGLE).email_confirmed_at is None
    confirm_invitations_state = Collaborator.objects.get(user_id=account.uuid).status
    assert confirm_invitations_state == "awaiting_registration"


def test_two_accounts_of_one_user_do_not_change_the_address_to_and_fro(
    api: JobHaxClient, standin: IdentityStandin
) -> None:
    change_address(standin, LINKEDIN, "nina@gmail.test")
    account = log_in(api, standin, GOOGLE)
    assert log_in(api, standin, LINKEDIN).id == account.id
    change_address(standin, GOOGLE, "nina@new.test")
    assert log_in(api, standin, GOOGLE).email == "nina@new.test"
    assert log_in(api, standin, LINKEDIN).email == "nina@new.test"
    assert log_in(api, standin, GOOGLE).email == "nina@new.test"


def test_a_user_who_is_invited_again_has_no_tombstone(
    api: JobHaxClient, anna: Recruiter, standin: IdentityStandin
) -> None:
    account = log_in(api, standin, GOOGLE)
    position = invite(anna, "nina@new.test")
    PositionTombstone.objects.create(
        user_id=account.uuid,
        position_id=position,
        status="accepted",
        lost_at=PositionFactory().created_at,
    )
    change_address(standin, GOOGLE, "nina@new.test")
    log_in(api, standin, GOOGLE)
    assert not PositionTombstone.objects.exists()
