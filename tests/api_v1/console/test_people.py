"""The people of a tenant in its console: found, invited, given roles, deactivated and removed."""

import re
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client

from core.accounts.account_invitations import send_account_invitation
from core.accounts.models import User
from core.accounts.roles import role_of
from tenants.context import TenantRef
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.jobhax.mailed_links import last_link_to, token_of
from tests.job_seekers import PASSWORD
from tests.tenants.jobs.queue import jobs_of


@pytest.fixture
def at_home(owner: User) -> Browser:
    """The owner's browser."""
    return signed_in(owner)


def invite(browser: Browser, acme: TenantRef, *, role: str = "staff") -> str:
    """Invite Ben; return the link in his mail."""
    answer = browser.act("/admin/people/", "invite", email="Ben@new.test", role=role)
    assert answer.status_code == 303, browser.text
    (job,) = jobs_of(acme)
    ben = User.objects.get(email="ben@new.test")
    assert job.task == "accounts.send_account_invitation"
    send_account_invitation.run(
        user_uuid=str(ben.uuid),
        role=role,
        invited_by=str(User.objects.get(email="owner@acme.test").uuid),
    )
    return last_link_to("ben@new.test")


def join(link: str, **form: str) -> int:
    sent = {"token": token_of(link), "password": PASSWORD, "password2": PASSWORD, **form}
    return Client().post("/join", sent, HTTP_HOST="acme.localhost").status_code


@pytest.mark.parametrize("role", ["staff", "user"])
def test_an_invited_person_makes_an_account_with_its_role(
    at_home: Browser, acme: TenantRef, role: str
) -> None:
    link = invite(at_home, acme, role=role)
    assert Client().get(link, HTTP_HOST="acme.localhost").status_code == 200
    assert not User.objects.get(email="ben@new.test").is_registered
    assert join(link, first_name="Ben") == 200
    ben = User.objects.get(email="ben@new.test")
    assert (role_of(ben).value, ben.first_name) == (role, "Ben")
    assert signed_in(ben).get("/admin/").status_code == (200 if role == "staff" else 403)


def test_the_mail_names_who_invites(at_home: Browser, acme: TenantRef) -> None:
    invite(at_home, acme)
    assert "owner@acme.test invites you" in str(mail.outbox[-1].body)


def test_a_link_is_good_once(at_home: Browser, acme: TenantRef) -> None:
    link = invite(at_home, acme)
    assert join(link) == 200
    assert join(link) == 400


def test_a_later_invitation_replaces_the_one_before(at_home: Browser, acme: TenantRef) -> None:
    link = invite(at_home, acme, role="staff")
    at_home.act("/admin/people/", "invite", email="ben@new.test", role="user")
    assert join(link) == 400
    first, second = (job.arguments for job in jobs_of(acme))
    assert send_account_invitation.run(**first) == "the person was invited again"
    assert send_account_invitation.run(**second) is None
    assert join(last_link_to("ben@new.test")) == 200
    assert role_of(User.objects.get(email="ben@new.test")).value == "user"


def test_an_invitation_that_was_withdrawn_is_not_sent_again(
    at_home: Browser, acme: TenantRef
) -> None:
    link = invite(at_home, acme)
    ben = User.objects.get(email="ben@new.test")
    assert at_home.act(f"/admin/people/{ben.id}/", "deactivate").status_code == 303
    assert join(link) == 400
    again = at_home.act("/admin/people/", "invite", email="ben@new.test", role="user")
    assert again.status_code == 400
    assert "deactivated" in at_home.text


def test_a_weak_password_is_refused(at_home: Browser, acme: TenantRef) -> None:
    link = invite(at_home, acme)
    assert join(link, password="123456", password2="123456") == 400
    assert join(link, password2="another one") == 400


def test_a_person_with_an_account_is_not_invited(at_home: Browser, joe: User) -> None:
    answer = at_home.act("/admin/people/", "invite", email="joe@smith.test", role="staff")
    assert answer.status_code == 400
    assert "Another user has that e-mail address" in at_home.text
    joe.refresh_from_db()
    assert not joe.is_staff


def test_the_owner_role_is_not_given_by_a_form(at_home: Browser, joe: User) -> None:
    answer = at_home.act(f"/admin/people/{joe.id}/", "set-role", role="owner")
    assert answer.status_code == 400
    joe.refresh_from_db()
    assert not joe.is_superuser


def test_a_user_becomes_staff_and_a_user_again(at_home: Browser, joe: User) -> None:
    for role in ("staff", "user"):
        at_home.act(f"/admin/people/{joe.id}/", "set-role", role=role)
        assert role_of(User.objects.get(id=joe.id)).value == role


def test_the_tenant_is_handed_over(at_home: Browser, owner: User, joe: User) -> None:
    at_home.act(f"/admin/people/{joe.id}/", "make-owner")
    owner.refresh_from_db()
    assert User.objects.get(is_superuser=True) == joe
    assert role_of(owner).value == "staff"
    # The former owner is staff from the next request on.
    assert at_home.act(f"/admin/people/{joe.id}/", "make-owner").status_code == 403


def test_an_unconfirmed_user_does_not_become_the_owner(at_home: Browser, joe: User) -> None:
    User.objects.filter(id=joe.id).update(email_confirmed_at=None)
    assert at_home.act(f"/admin/people/{joe.id}/", "make-owner").status_code == 409


def test_a_deactivated_user_is_signed_out_and_comes_back(at_home: Browser, joe: User) -> None:
    theirs = signed_in(joe)
    at_home.act(f"/admin/people/{joe.id}/", "deactivate")
    assert theirs.get("/app/").status_code == 303
    assert Browser().sign_in("joe@smith.test").status_code == 403
    at_home.act(f"/admin/people/{joe.id}/", "activate")
    assert signed_in(joe).get("/app/").status_code == 200


def test_removing_takes_the_address(at_home: Browser, joe: User) -> None:
    path = f"/admin/people/{joe.id}/"
    assert at_home.act(path, "remove", email="another@smith.test").status_code == 400
    assert User.objects.filter(id=joe.id).exists()
    assert at_home.act(path, "remove", email="joe@smith.test").status_code == 303
    assert not User.objects.filter(email="joe@smith.test").exists()


@pytest.mark.parametrize("action", ["deactivate", "set-role", "remove", "make-owner"])
def test_the_owner_can_not_leave_the_tenant_without_one(
    at_home: Browser, owner: User, action: str
) -> None:
    form = {"role": "user", "email": owner.email}
    at_home.act(f"/admin/people/{owner.id}/", action, **form)
    owner.refresh_from_db()
    assert (owner.is_superuser, owner.is_active) == (True, True)


@pytest.mark.parametrize("search", ["smith", "SMITH", "%", "\\", "'"])
def test_people_are_found(at_home: Browser, joe: User, search: str) -> None:
    assert at_home.get(f"/admin/people/?q={search}").status_code == 200
    assert ("joe@smith.test" in at_home.text) == (search.lower() == "smith")


def test_a_person_is_found_by_the_whole_name_and_by_the_address_as_it_is_written(
    at_home: Browser, joe: User
) -> None:
    User.objects.create(email="anna@xn--bcher-kva.example", first_name="Anna", last_name="Öster")
    for search in ("anna öster", "ÖSTER", "Anna@Bücher.example", "anna@"):
        at_home.get(f"/admin/people/?q={quote(search)}")
        assert "anna@xn--bcher-kva.example" in at_home.text, search
        assert joe.email not in at_home.text, search


@pytest.mark.parametrize("query", ["after=x", "after=W10", "before=WzFd&after=x", "q=%00"])
def test_an_address_that_no_page_has_made_is_refused(at_home: Browser, query: str) -> None:
    assert at_home.get(f"/admin/people/?{query}").status_code in (200, 400)


def test_many_people_come_in_parts(at_home: Browser) -> None:
    for number in range(55):
        User.objects.create(email=f"many{number}@acme.test")
    at_home.get("/admin/people/")
    found = re.search(r'href="(\?[^"]*after=[^"]+)"', at_home.page.content.decode())
    assert found
    first = at_home.text
    at_home.get(f"/admin/people/{found[1]}")
    assert "many0@acme.test" in at_home.text
    assert "many0@acme.test" not in first
