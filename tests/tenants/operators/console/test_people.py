"""A tenant's users in the operators' console: the same services as `manage.py user`."""

import secrets

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from core.accounts.models import User
from core.accounts.queries import require_user
from core.accounts.sessions.second_factors import has_second_factor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.accounts.sessions.test_second_factors import set_up
from tests.tenants.jobs.queue import jobs_of
from tests.tenants.operators.console.acting import act, messages_after


def people(tenant: CreatedTenant) -> str:
    return f"/admin/tenants/{tenant.ref.slug}/people/"


def find(tenant: CreatedTenant, email: str) -> User:
    with tenant_scope(tenant.ref):
        return User.objects.get(email=email)


@pytest.fixture
def email() -> str:
    return f"sam-{secrets.token_hex(4)}@one.test"


@pytest.fixture
def sam(browser: Client, committed_tenant: CreatedTenant, email: str) -> str:
    """The page of a user that an operator has created in the console."""
    sent = {"email": f" {email.upper()}", "username": email.partition("@")[0]}
    said = messages_after(browser, people(committed_tenant), "create", **sent)
    assert said == [f"{email} may log in once it has a password."]
    return f"{people(committed_tenant)}{find(committed_tenant, email).uuid}/"


def test_an_operator_looks_after_a_user(
    browser: Client, committed_tenant: CreatedTenant, sam: str, email: str
) -> None:
    def now() -> User:
        return find(committed_tenant, email)

    password = "what a lovely new one"
    assert "password" in messages_after(browser, sam, "set_password", password=password)[0]
    assert check_password(password, now().password)
    messages_after(browser, sam, "deactivate")
    assert not now().is_active
    messages_after(browser, sam, "activate")
    assert now().is_active
    messages_after(browser, sam, "make_staff")
    assert (now().is_staff, now().is_superuser) == (True, False)
    messages_after(browser, sam, "make_user")
    assert not now().is_staff
    messages_after(browser, sam, "end_sessions")
    assert messages_after(browser, sam, "reset_second_factor") == [
        "There is no such second factor."
    ]
    with tenant_scope(committed_tenant.ref):
        set_up(now())
    assert "Reset the second factor" in browser.get(sam).content.decode()
    messages_after(browser, sam, "reset_second_factor")
    with tenant_scope(committed_tenant.ref):
        assert not has_second_factor(now().id)
    messages_after(browser, sam, "make_owner")
    assert now().is_superuser
    assert not find(committed_tenant, committed_tenant.owner_email).is_superuser
    actions = AuditEntry.objects.filter(tenant=committed_tenant.ref.slug).order_by("id")
    assert [entry.action for entry in actions] == [
        "user.create",
        "user.set_password",
        "user.deactivate",
        "user.activate",
        "user.set_role",
        "user.set_role",
        "user.end_sessions",
        "user.reset_totp",
        "tenant.owner",
    ]
    owner = f"{people(committed_tenant)}{committed_tenant.owner_uuid}/"
    messages_after(browser, owner, "make_owner")
    assert find(committed_tenant, committed_tenant.owner_email).is_superuser


def test_a_user_is_removed_and_its_page_is_gone(
    browser: Client, committed_tenant: CreatedTenant, sam: str, email: str
) -> None:
    assert act(browser, sam, "remove")["Location"] == people(committed_tenant)
    assert browser.get(sam).status_code == 404
    assert email not in browser.get(people(committed_tenant)).content.decode()
    assert act(browser, sam, "deactivate").status_code == 302


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"email": "owner@one.test"}, "Another user has that e-mail address"),
        ({"email": "no address"}, "Has to be an e-mail address"),
        ({"email": "new@one.test", "username": "a" * 200}, "at most"),
    ],
    ids=["taken", "malformed", "long"],
)
def test_a_user_that_can_t_be_created_is_explained(
    browser: Client, committed_tenant: CreatedTenant, sent: dict[str, str], sentence: str
) -> None:
    answer = act(browser, people(committed_tenant), "create", **sent)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_a_weak_password_is_explained_beside_its_field(
    browser: Client, committed_tenant: CreatedTenant, sam: str
) -> None:
    answer = act(browser, sam, "set_password", password="short")
    assert answer.status_code == 400
    assert "This password is too short." in answer.content.decode()


def test_the_owner_s_role_is_not_taken(browser: Client, committed_tenant: CreatedTenant) -> None:
    page = f"{people(committed_tenant)}{committed_tenant.owner_uuid}/"
    for action in ("make_user", "make_staff"):
        assert "owner" in messages_after(browser, page, action)[0]
    assert find(committed_tenant, committed_tenant.owner_email).is_superuser


def test_the_owner_alone_is_sent_a_link_to_choose_a_password(
    browser: Client, committed_tenant: CreatedTenant, sam: str
) -> None:
    owner = f"{people(committed_tenant)}{committed_tenant.owner_uuid}/"
    assert "Send a link" in browser.get(owner).content.decode()
    said = messages_after(browser, owner, "invite")
    assert said[0].startswith(f"An invitation goes to {committed_tenant.owner_email}.")
    waiting = [job.task for job in jobs_of(committed_tenant.ref)]
    assert waiting.count("operators.send_owner_invitation") == 1
    assert "Send a link" not in browser.get(sam).content.decode()
    assert messages_after(browser, sam, "invite") == ["The user is not the owner."]
    assert AuditEntry.objects.filter(action="tenant.invite_owner").count() == 1


def test_people_are_found_by_address(
    browser: Client, committed_tenant: CreatedTenant, sam: str, email: str
) -> None:
    shown = browser.get(f"{people(committed_tenant)}?q={email.upper()}").content.decode()
    assert email in shown
    assert committed_tenant.owner_email not in shown


def test_a_user_whose_name_is_another_user_s_id_is_not_taken_for_that_user(
    browser: Client, committed_tenant: CreatedTenant, sam: str, email: str
) -> None:
    victim = find(committed_tenant, email)
    for name in (str(victim.uuid), str(victim.id)):
        with tenant_scope(committed_tenant.ref):
            mallory = User.objects.create(
                email=f"{name}-{email}", username=name, is_registered=True
            )
            assert require_user(name) == victim
        messages_after(browser, sam, "make_staff")
        with tenant_scope(committed_tenant.ref):
            mallory.refresh_from_db()
        assert not mallory.is_staff
    assert find(committed_tenant, email).is_staff
