"""What owner and staff do on the pages of their console, and what comes of it."""

import re

import pytest
from django.utils import timezone

from core.accounts.models import ApiKey, User
from core.accounts.oauth.clients import authenticate_client
from core.errors import Forbidden
from core.jobsearch.models import Status
from core.plugins import installed_plugins, plugins
from core.recruiting.models import Collaborator, MailDomain, Position
from tenants.context import TenantRef
from tenants.plugins import forget_plugins, switch_own_plugin, switch_plugin
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.conftest import register
from tests.clients import HappoClient
from tests.factories import CandidateFactory, CollaboratorFactory, PositionFactory
from tests.tenants.jobs.queue import jobs_of


@pytest.fixture
def at_home(owner: User) -> Browser:
    """The owner's browser."""
    return signed_in(owner)


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

    @pytest.mark.parametrize("wrong", ["0", "1.5", "1" * 12, "many"])
    def test_limits_that_can_not_be_are_said_and_change_nothing(
        self, at_home: Browser, owner: User, wrong: str
    ) -> None:
        at_home.act("/admin/keys/", "create", scopes=["read"], burst="5")
        key = ApiKey.objects.get(user=owner)
        answer = at_home.act("/admin/keys/", "limit", key=key.id, rate_per_second="3", burst=wrong)
        assert answer.status_code == 400
        assert re.search("Requests at once: (Enter|Ensure)", at_home.text)
        key.refresh_from_db()
        assert (key.rate_per_second, key.burst) == (None, 5)

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


def test_a_creator_invites_one_more_person_by_mail(joe: User, acme: TenantRef) -> None:
    row = CollaboratorFactory(position=PositionFactory(created_by=joe), status="accepted")
    path = f"/app/positions/{row.position_id}/collaborators/"
    browser = signed_in(joe)
    assert browser.act(path, "invite", email=" Guest@acme.test", type="supplier").status_code == 303
    assert [job.task for job in jobs_of(acme)] == ["recruiting.send_invitations"]
    found = Collaborator.objects.filter(position_id=row.position_id).order_by("ordinal")
    assert [(one.user.email, one.type, one.status) for one in found] == [
        (row.user.email, row.type, "accepted"),
        ("guest@acme.test", "supplier", "awaiting_registration"),
    ]
    for wrong, said in (
        ({"email": "GUEST@acme.test", "type": "admin"}, "This person is invited already."),
        ({"email": "no address", "type": "client"}, "e-mail address"),
        ({"email": "one@acme.test", "type": "owner"}, "Select a valid choice"),
    ):
        assert browser.act(path, "invite", **wrong).status_code == 400
        assert said in browser.text
    assert found.count() == 2
    ann = signed_in(register("ann@smith.test"))
    assert ann.act(path, "invite", email="x@acme.test", type="client").status_code == 404
    Position.objects.filter(id=row.position_id).update(archived_at=timezone.now())
    assert browser.act(path, "invite", email="x@acme.test", type="client").status_code == 409
    assert found.count() == 2


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "since=x"])
def test_the_log_has_no_first_and_no_last_day(at_home: Browser, query: str) -> None:
    assert at_home.get(f"/admin/audit/?{query}").status_code == 200
    assert "user.login" in at_home.text


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
