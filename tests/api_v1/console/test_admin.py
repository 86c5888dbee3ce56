"""What owner and staff do on the pages of their console, and what comes of it."""

import re

import pytest
from django.core import mail
from django.test import Client

from core.accounts.account_invitations import send_account_invitation
from core.accounts.models import ApiKey, User
from core.accounts.oauth.clients import authenticate_client
from core.accounts.roles import role_of
from core.errors import Forbidden
from core.jobsearch.models import Status
from core.plugins import installed_plugins, plugins
from core.recruiting.models import Collaborator, MailDomain
from tenants.context import TenantRef
from tenants.plugins import forget_plugins, switch_own_plugin, switch_plugin
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.conftest import register
from tests.api_v1.jobhax.mailed_links import last_link_to, token_of
from tests.clients import HappoClient
from tests.factories import CandidateFactory, CollaboratorFactory, PositionFactory
from tests.job_seekers import PASSWORD
from tests.tenants.jobs.queue import jobs_of


@pytest.fixture
def at_home(owner: User) -> Browser:
    """The owner's browser."""
    return signed_in(owner)


class TestPeople:
    def invite(self, browser: Browser, acme: TenantRef, *, role: str = "staff") -> str:
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

    def join(self, link: str, **form: str) -> int:
        sent = {"token": token_of(link), "password": PASSWORD, "password2": PASSWORD, **form}
        return Client().post("/join", sent, HTTP_HOST="acme.localhost").status_code

    @pytest.mark.parametrize("role", ["staff", "user"])
    def test_an_invited_person_makes_an_account_with_its_role(
        self, at_home: Browser, acme: TenantRef, role: str
    ) -> None:
        link = self.invite(at_home, acme, role=role)
        assert Client().get(link, HTTP_HOST="acme.localhost").status_code == 200
        assert not User.objects.get(email="ben@new.test").is_registered
        assert self.join(link, first_name="Ben") == 200
        ben = User.objects.get(email="ben@new.test")
        assert (role_of(ben).value, ben.first_name) == (role, "Ben")
        assert signed_in(ben).get("/admin/").status_code == (200 if role == "staff" else 403)

    def test_the_mail_names_who_invites(self, at_home: Browser, acme: TenantRef) -> None:
        self.invite(at_home, acme)
        assert "owner@acme.test invites you" in str(mail.outbox[-1].body)

    def test_a_link_is_good_once(self, at_home: Browser, acme: TenantRef) -> None:
        link = self.invite(at_home, acme)
        assert self.join(link) == 200
        assert self.join(link) == 400

    def test_a_later_invitation_replaces_the_one_before(
        self, at_home: Browser, acme: TenantRef
    ) -> None:
        link = self.invite(at_home, acme, role="staff")
        at_home.act("/admin/people/", "invite", email="ben@new.test", role="user")
        assert self.join(link) == 400
        first, second = (job.arguments for job in jobs_of(acme))
        assert send_account_invitation.run(**first) == "the person was invited again"
        assert send_account_invitation.run(**second) is None
        assert self.join(last_link_to("ben@new.test")) == 200
        assert role_of(User.objects.get(email="ben@new.test")).value == "user"

    def test_an_invitation_that_was_withdrawn_is_not_sent_again(
        self, at_home: Browser, acme: TenantRef
    ) -> None:
        link = self.invite(at_home, acme)
        ben = User.objects.get(email="ben@new.test")
        assert at_home.act(f"/admin/people/{ben.id}/", "deactivate").status_code == 303
        assert self.join(link) == 400
        again = at_home.act("/admin/people/", "invite", email="ben@new.test", role="user")
        assert again.status_code == 400
        assert "deactivated" in at_home.text

    def test_a_weak_password_is_refused(self, at_home: Browser, acme: TenantRef) -> None:
        link = self.invite(at_home, acme)
        assert self.join(link, password="123456", password2="123456") == 400
        assert self.join(link, password2="another one") == 400

    def test_a_person_with_an_account_is_not_invited(self, at_home: Browser, joe: User) -> None:
        answer = at_home.act("/admin/people/", "invite", email="joe@smith.test", role="staff")
        assert answer.status_code == 400
        assert "Another user has that e-mail address" in at_home.text
        joe.refresh_from_db()
        assert not joe.is_staff

    def test_the_owner_role_is_not_given_by_a_form(self, at_home: Browser, joe: User) -> None:
        answer = at_home.act(f"/admin/people/{joe.id}/", "set-role", role="owner")
        assert answer.status_code == 400
        joe.refresh_from_db()
        assert not joe.is_superuser

    def test_a_user_becomes_staff_and_a_user_again(self, at_home: Browser, joe: User) -> None:
        for role in ("staff", "user"):
            at_home.act(f"/admin/people/{joe.id}/", "set-role", role=role)
            assert role_of(User.objects.get(id=joe.id)).value == role

    def test_the_tenant_is_handed_over(self, at_home: Browser, owner: User, joe: User) -> None:
        at_home.act(f"/admin/people/{joe.id}/", "make-owner")
        owner.refresh_from_db()
        assert User.objects.get(is_superuser=True) == joe
        assert role_of(owner).value == "staff"
        # The former owner is staff from the next request on.
        assert at_home.act(f"/admin/people/{joe.id}/", "make-owner").status_code == 403

    def test_an_unconfirmed_user_does_not_become_the_owner(
        self, at_home: Browser, joe: User
    ) -> None:
        User.objects.filter(id=joe.id).update(email_confirmed_at=None)
        assert at_home.act(f"/admin/people/{joe.id}/", "make-owner").status_code == 409

    def test_a_deactivated_user_is_signed_out_and_comes_back(
        self, at_home: Browser, joe: User
    ) -> None:
        theirs = signed_in(joe)
        at_home.act(f"/admin/people/{joe.id}/", "deactivate")
        assert theirs.get("/app/").status_code == 303
        assert Browser().sign_in("joe@smith.test").status_code == 403
        at_home.act(f"/admin/people/{joe.id}/", "activate")
        assert signed_in(joe).get("/app/").status_code == 200

    def test_removing_takes_the_address(self, at_home: Browser, joe: User) -> None:
        path = f"/admin/people/{joe.id}/"
        assert at_home.act(path, "remove", email="another@smith.test").status_code == 400
        assert User.objects.filter(id=joe.id).exists()
        assert at_home.act(path, "remove", email="joe@smith.test").status_code == 303
        assert not User.objects.filter(email="joe@smith.test").exists()

    @pytest.mark.parametrize("action", ["deactivate", "set-role", "remove", "make-owner"])
    def test_the_owner_can_not_leave_the_tenant_without_one(
        self, at_home: Browser, owner: User, action: str
    ) -> None:
        form = {"role": "user", "email": owner.email}
        at_home.act(f"/admin/people/{owner.id}/", action, **form)
        owner.refresh_from_db()
        assert (owner.is_superuser, owner.is_active) == (True, True)

    @pytest.mark.parametrize("search", ["smith", "SMITH", "%", "\\", "'"])
    def test_people_are_found(self, at_home: Browser, joe: User, search: str) -> None:
        assert at_home.get(f"/admin/people/?q={search}").status_code == 200
        assert ("joe@smith.test" in at_home.text) == (search.lower() == "smith")

    @pytest.mark.parametrize("query", ["after=x", "after=W10", "before=WzFd&after=x", "q=%00"])
    def test_an_address_that_no_page_has_made_is_refused(
        self, at_home: Browser, query: str
    ) -> None:
        assert at_home.get(f"/admin/people/?{query}").status_code in (200, 400)

    def test_many_people_come_in_parts(self, at_home: Browser) -> None:
        for number in range(55):
            User.objects.create(email=f"many{number}@acme.test")
        at_home.get("/admin/people/")
        found = re.search(r'href="(\?[^"]*after=[^"]+)"', at_home.page.content.decode())
        assert found
        first = at_home.text
        at_home.get(f"/admin/people/{found[1]}")
        assert "many0@acme.test" in at_home.text
        assert "many0@acme.test" not in first


class TestKeys:
    def test_a_new_key_works_and_is_shown_once(self, at_home: Browser, owner: User) -> None:
        form = {"scopes": ["read"], "days": "30", "version": "v20261201", "burst": "5"}
        page = at_home.act("/admin/keys/", "create", **form)
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        found = re.search(r"hpk_live_acme_\w{38}", page.content.decode())
        assert found
        client = HappoClient(found[0], version=None)
        assert client.get("/positions").status == 200
        assert client.post("/positions", {"title": "Cook"}).status == 403
        assert found[0] not in at_home.get("/admin/keys/").content.decode()
        row = ApiKey.objects.get(user=owner)
        assert (row.pinned_version, row.burst, row.expires_at is not None) == ("v20261201", 5, True)

    def test_the_owner_issues_limits_and_revokes_keys_of_others(
        self, at_home: Browser, joe: User
    ) -> None:
        at_home.act("/admin/keys/", "create", scopes=["read", "write"], email="joe@smith.test")
        key = ApiKey.objects.get(user=joe)
        at_home.act("/admin/keys/", "limit", key=key.id, rate_per_second="3", burst="4")
        key.refresh_from_db()
        assert (key.rate_per_second, key.burst) == (3, 4)
        at_home.act("/admin/keys/", "revoke", key=key.id)
        key.refresh_from_db()
        assert key.revoked_at is not None

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"scopes": ["admin"]},
            {"scopes": ["read"], "days": "0"},
            {"scopes": ["read"], "version": "v1"},
            {"scopes": ["read"], "burst": "-1"},
            {"scopes": ["read"], "email": "nobody@smith.test"},
        ],
    )
    def test_what_is_wrong_is_said_and_issues_nothing(
        self, at_home: Browser, form: dict[str, object]
    ) -> None:
        before = ApiKey.objects.count()
        assert at_home.act("/admin/keys/", "create", **form).status_code == 400
        assert ApiKey.objects.count() == before


class TestClients:
    def test_a_client_is_issued_with_origins_and_removed(
        self, at_home: Browser, acme: TenantRef
    ) -> None:
        page = at_home.act("/admin/clients/", "create", name="Web")
        text = page.content.decode()
        client_id = re.search(r"hpc_acme_\w{38}", text)
        secret = re.search(r"hps_\w{38}", text)
        assert client_id
        assert secret
        assert authenticate_client(client_id[0], secret=secret[0]).name == "Web"
        origin = {"client": client_id[0], "origin": "https://Jobs.example.com"}
        assert at_home.act("/admin/clients/", "add-origin", **origin).status_code == 303
        assert at_home.act("/admin/clients/", "add-origin", **origin).status_code == 400
        at_home.get("/admin/clients/")
        assert "https://jobs.example.com" in at_home.text
        assert secret[0] not in at_home.page.content.decode()
        at_home.act("/admin/clients/", "remove-origin", **origin)
        at_home.act("/admin/clients/", "pin", client=client_id[0], version="v20261201")
        assert authenticate_client(client_id[0], secret=secret[0]).pinned_version == "v20261201"
        at_home.act("/admin/clients/", "remove", client=client_id[0])
        at_home.get("/admin/clients/")
        assert client_id[0] not in at_home.text

    def test_a_client_of_another_tenant_is_out_of_reach(
        self, at_home: Browser, globex: TenantRef
    ) -> None:
        foreign = "hpc_globex_0000000000000000000000000000000000000"
        for action in ("pin", "remove", "remove-origin", "add-origin"):
            form = {"client": foreign, "origin": "https://a.test"}
            assert at_home.act("/admin/clients/", action, **form).status_code in (400, 404)


class TestPlugins:
    def is_on(self) -> bool:
        return plugins().registry().auth_provider("google-oauth2") is not None

    def switch(self, browser: Browser, on: str) -> int:
        form = {"plugin": "google", "kind": "login", "on": on}
        status: int = browser.act("/admin/plugins/", "switch", **form).status_code
        forget_plugins()
        return status

    def test_a_tenant_switches_a_plugin_off_and_on(self, at_home: Browser) -> None:
        assert self.is_on()
        assert self.switch(at_home, "no") == 303
        assert not self.is_on()
        assert self.switch(at_home, "yes") == 303
        assert self.is_on()

    def test_what_an_operator_has_switched_off_stays_off(
        self, at_home: Browser, acme: TenantRef
    ) -> None:
        switch_plugin(acme, "google", on=False, known=installed_plugins())
        at_home.get("/admin/plugins/")
        assert "by the operator" in at_home.text
        assert self.switch(at_home, "yes") == 403
        assert not self.is_on()
        with pytest.raises(Forbidden):
            switch_own_plugin(acme, "google", "login", on=True, known=installed_plugins())

    def test_the_tenants_own_choice_outlives_the_operators(
        self, at_home: Browser, acme: TenantRef
    ) -> None:
        self.switch(at_home, "no")
        for on in (False, True):
            switch_plugin(acme, "google", on=on, known=installed_plugins())
            forget_plugins()
            assert not self.is_on()
        self.switch(at_home, "yes")
        assert self.is_on()

    @pytest.mark.parametrize(
        ("plugin", "kind"), [("nothing", "login"), ("google", "mail"), ("google", "x")]
    )
    def test_what_there_is_not_can_not_be_switched(
        self, at_home: Browser, plugin: str, kind: str
    ) -> None:
        form = {"plugin": plugin, "kind": kind, "on": "no"}
        assert at_home.act("/admin/plugins/", "switch", **form).status_code == 404


def test_statuses_are_added_once(at_home: Browser) -> None:
    assert at_home.act("/admin/statuses/", "add", status="Take-home test").status_code == 303
    assert at_home.act("/admin/statuses/", "add", status="Take-home test").status_code == 400
    assert Status.objects.filter(value="Take-home test").count() == 1
    assert "Take-home test" in str(at_home.get("/admin/statuses/").content)


def test_a_mail_domain_is_stated_and_withdrawn(at_home: Browser) -> None:
    at_home.act("/admin/mail-domains/", "state", domain="@Shared.test", kind="public")
    assert MailDomain.objects.get(domain="shared.test").is_public
    at_home.act("/admin/mail-domains/", "withdraw", domain="shared.test")
    assert not MailDomain.objects.exists()
    assert (
        at_home.act("/admin/mail-domains/", "state", domain="?", kind="public").status_code == 400
    )


def test_positions_of_all_users_are_shown_with_what_became_of_invitations(
    at_home: Browser, joe: User, acme: TenantRef
) -> None:
    position = PositionFactory(created_by=joe, title="Line Cook")
    CandidateFactory(position=position, name="Riya")
    row = CollaboratorFactory(position=position, status="awaiting_approval")
    Collaborator.objects.filter(id=row.id).update(
        mail_state="refused", mail_reply="550 5.1.1 No such user"
    )
    at_home.get("/admin/positions/?q=line")
    assert "Line Cook" in at_home.text
    path = f"/admin/positions/{position.id}/"
    at_home.get(path)
    assert "550 5.1.1 No such user" in at_home.text
    assert "Riya" in at_home.text
    at_home.act(path, "resend", user=row.user.uuid)
    assert [job.task for job in jobs_of(acme)] == ["recruiting.send_invitations"]
    row.refresh_from_db()
    assert (row.mail_state, row.mail_number) == ("waiting", 1)
    at_home.act(path, "withdraw", user=row.user.uuid)
    assert not Collaborator.objects.exists()


def test_a_user_answers_invitations_in_the_console(joe: User) -> None:
    first, second = (
        CollaboratorFactory(user=joe, status="awaiting_approval").position for _ in range(2)
    )
    browser = signed_in(joe)
    browser.get("/app/")
    assert first.title in browser.text
    browser.act("/app/", "accept", position=first.id)
    browser.act("/app/", "decline", position=second.id)
    statuses = dict(Collaborator.objects.values_list("position_id", "status"))
    assert statuses == {first.id: "accepted", second.id: "declined"}
    ann = register("ann@smith.test")
    assert signed_in(ann).act("/app/", "accept", position=first.id).status_code == 404


def test_a_creator_sees_and_withdraws_invitations_and_no_one_else(joe: User) -> None:
    row = CollaboratorFactory(position=PositionFactory(created_by=joe), status="awaiting_approval")
    path = f"/app/positions/{row.position_id}/collaborators/"
    ann = signed_in(register("ann@smith.test"))
    assert ann.get(path).status_code == 404
    assert ann.act(path, "withdraw", user=row.user.uuid).status_code == 404
    browser = signed_in(joe)
    assert row.user.email in browser.get(path).content.decode()
    assert browser.act(path, "withdraw", user=row.user.uuid).status_code == 303
    assert not Collaborator.objects.exists()


def test_the_log_shows_what_the_owner_did_and_from_where(
    at_home: Browser, owner: User, joe: User
) -> None:
    at_home.act(f"/admin/people/{joe.id}/", "set-role", role="staff")
    at_home.act(f"/admin/people/{joe.id}/", "end-sessions")
    at_home.get(f"/admin/audit/?object={joe.uuid}")
    assert "user.set_role" in at_home.text
    assert "user.end_sessions" in at_home.text
    assert f"user {owner.email}" in at_home.text
    assert f'href="?actor={owner.uuid}"' in at_home.page.content.decode()
    assert "127.0.0.1" in at_home.text
    at_home.get("/admin/audit/?actor=another")
    assert "There is no entry like that." in at_home.text
