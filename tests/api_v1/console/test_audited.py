"""Every action of a tenant's console leaves an entry in its log: who, from where, in which request; no person."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from api_v1.console.page import Page
from api_v1.console.pages import PAGES
from core.accounts.models import User
from core.accounts.oauth.clients import issue_client
from core.accounts.services import deactivate_user, issue_api_key
from core.accounts.sessions.models import SecondFactor
from core.accounts.sessions.queries import find_session
from core.accounts.sessions.second_factors import begin_second_factor
from core.accounts.sessions.services import start_session
from core.audit_actions import ACTIONS
from core.recruiting.models import Position
from tenants.audit.models import Entry
from tenants.audit.proof import MAC_BYTES
from tenants.context import TenantRef
from tenants.credentials import client_prefix, key_prefix
from tenants.origins import add_origin
from tests.api_v1.console.browser import Browser
from tests.api_v1.console.conftest import register
from tests.core.accounts.sessions.test_second_factors import code_of, set_up
from tests.factories import CandidateFactory, CollaboratorFactory, PositionFactory
from tests.job_seekers import PASSWORD

ADDRESS: Final = "192.0.2.77"
NEW: Final = "what a lovely new one"
# A link is sent, whether there is an account or not; and the browser is sent to a provider's page. Nothing changes.
CHANGE_NOTHING: Final = {("forgotten", "send"), ("with", ""), ("mailbox-with", "begin")}
# Without a session, or with one that waits for a code: below.
SIGNING_IN: Final = {("sign-in", "sign-in"), ("code", "pass")}
# `test_mailboxes`, `test_applications` and `test_export` look into the log.
ELSEWHERE: Final = {("application", "dismiss"), ("mailbox-with", "connect")}
OTHER_PAGES: Final = {"mailboxes", "export"}
LEFT_OUT: Final = CHANGE_NOTHING | SIGNING_IN | ELSEWHERE
Sent = Mapping[str, Any]  # Any: what a form has


class Stage:
    """A tenant's owner and its browser; what the form of each action is sent with, and to which path."""

    def __init__(self, tenant: TenantRef, owner: User) -> None:
        self.tenant, self.owner = tenant, owner
        self.position: Position = PositionFactory(created_by=owner)
        self.person = register(f"{secrets.token_hex(4)}@acme.test")
        self.key = issue_api_key(owner, prefix=key_prefix(tenant)).id
        self.client = issue_client("Web", prefix=client_prefix(tenant)).client_id
        self.browser = Browser()
        self.browser.client.defaults["REMOTE_ADDR"] = ADDRESS
        self.browser.get("/sign-in")

    def begin(self) -> None:
        """Be the owner again, with a session and the first password, whatever the action before has done."""
        User.objects.exclude(id=self.owner.id).update(is_superuser=False)
        User.objects.filter(id=self.owner.id).update(
            is_superuser=True, is_staff=True, password=self.owner.password
        )
        SecondFactor.objects.all().delete()
        self.browser.client.cookies["happo-session"] = self._start()

    def _start(self) -> str:
        return start_session(self.owner, client_ip=ADDRESS, user_agent="").token

    def path_of(self, page: Page) -> str:
        """Return the path of the page, of this position, candidate and person."""
        if page.name == "person":
            self.person = register(f"{secrets.token_hex(4)}@acme.test")
        facts: dict[str, object] = {"position": self.position.id, "number": self.person.id}
        if "<uuid:candidate>" in page.path:
            self.candidate = CandidateFactory(position=self.position)
            facts["candidate"] = self.candidate.id
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(facts[found[1]]), page.path)

    def forms(self) -> Mapping[tuple[str, str], Sent | Callable[[], Sent]]:
        key, client = {"key": self.key}, {"client": self.client}
        origin = {**client, "origin": "https://a.example"}
        return {
            ("people", "invite"): {"email": "new@acme.test", "role": "staff"},
            ("person", "set-role"): {"role": "staff"},
            ("person", "activate"): self._deactivated,
            ("person", "reset-second-factor"): self._enrolled_person,
            ("person", "remove"): {"email": self.person.email},
            ("keys", "create"): {"scopes": ["read"], "email": ""},
            ("keys", "limit"): {**key, "burst": 7},
            ("keys", "revoke"): key,
            ("clients", "create"): {"name": "Anna Smith"},
            ("clients", "pin"): {**client, "version": "v20180701"},
            ("clients", "add-origin"): origin,
            ("clients", "remove-origin"): self._with_origin,
            ("clients", "remove"): client,
            ("position", "resend"): self._invited,
            ("position", "withdraw"): self._invited,
            ("collaborators", "invite"): {"email": "guest@acme.test", "type": "client"},
            ("collaborators", "resend"): self._invited,
            ("collaborators", "withdraw"): self._invited,
            ("statuses", "add"): {"status": "Second interview"},
            ("plugins", "switch"): {"plugin": "indeed", "kind": "mail", "on": "no"},
            ("mail-domains", "state"): {"domain": "a.example", "kind": "public"},
            ("mail-domains", "withdraw"): {"domain": "a.example"},
            ("invitations", "accept"): self._invitation,
            ("invitations", "decline"): self._invitation,
            ("candidate", "move"): {"stack": "shortlist"},
            ("candidate", "unreject"): self._rejected,
            ("account", "change-password"): {
                "old_password": PASSWORD,
                "password": NEW,
                "password2": NEW,
            },
            ("account", "end"): self._session,
            ("second-factor", "begin"): {"password": PASSWORD},
            ("second-factor", "confirm"): self._begun,
            ("second-factor", "remove"): self._enrolled,
        }

    def _enrolled_person(self) -> Sent:
        set_up(self.person)
        return {}

    def _deactivated(self) -> Sent:
        deactivate_user(self.person)
        return {}

    def _with_origin(self) -> Sent:
        origin = "https://b.example"
        add_origin(self.tenant, self.client, origin)
        return {"client": self.client, "origin": origin}

    def _invited(self) -> Sent:
        row = CollaboratorFactory(position=self.position, status="awaiting_approval")
        return {"user": row.user_id}

    def _invitation(self) -> Sent:
        row = CollaboratorFactory(user=self.owner, status="awaiting_approval")
        return {"position": row.position_id}

    def _rejected(self) -> Sent:
        self.candidate.rejected_at = self.candidate.created_at
        self.candidate.save()
        return {}

    def _session(self) -> Sent:
        other = find_session(self._start())
        assert other is not None
        return {"session": other.reference}

    def _begun(self) -> Sent:
        begin_second_factor(self.owner, issuer="Acme")
        return {"code": code_of(self.owner)}

    def _enrolled(self) -> Sent:
        set_up(self.owner)
        return {"password": PASSWORD}


def entries_after(last: int) -> list[Entry]:
    return list(Entry.objects.filter(id__gt=last).order_by("id"))


def newest() -> int:
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def test_every_action_leaves_an_entry(acme: TenantRef, owner: User) -> None:
    stage = Stage(acme, owner)
    for page in PAGES:
        for name in page.actions:
            if page.name in OTHER_PAGES or (page.name, name) in LEFT_OUT:
                continue
            stage.begin()
            path, sent = stage.path_of(page), stage.forms().get((page.name, name), {})
            sent = sent() if callable(sent) else sent
            before, request = newest(), f"{page.name}.{name}"
            stage.browser.client.defaults["HTTP_X_REQUEST_ID"] = request
            answer = stage.browser.act(path, name, **sent)
            assert answer.status_code in (200, 303), (request, stage.browser.text)
            entries = entries_after(before)
            assert entries, request
            for entry in entries:
                source = (entry.actor_kind, entry.actor_id, entry.address, entry.request_id)
                assert source == ("user", str(owner.uuid), ADDRESS, request)
                assert entry.object_kind == ACTIONS[entry.action].kind
                assert len(entry.mac) == MAC_BYTES
                said = json.dumps([entry.object_id, entry.changes])
                assert not any(word in said for word in ("@", "Anna", "Second", NEW, PASSWORD))


def test_signing_in_with_both_factors_and_out_is_in_the_log(owner: User) -> None:
    codes = set_up(owner)
    before, browser = newest(), Browser()
    browser.sign_in(owner.email, "wrong")
    browser.sign_in("nobody@acme.test", "wrong")
    browser.sign_in(owner.email)
    browser.act("/sign-in/code", "pass", code="000000")
    browser.act("/sign-in/code", "pass", code=codes[0])
    assert browser.get("/admin/").status_code == 200
    browser.act("/sign-out", "")
    uuid = str(owner.uuid)
    found = [
        (entry.action, entry.actor_kind, entry.object_id, entry.changes)
        for entry in entries_after(before)
    ]
    assert found == [
        ("user.login_failed", "anonymous", uuid, {"step": "password"}),
        ("user.login_failed", "anonymous", "", {"step": "password"}),
        ("user.login_failed", "anonymous", uuid, {"step": "code"}),
        ("user.use_recovery_code", "user", uuid, {"left": len(codes) - 1}),
        ("user.login", "user", uuid, {"client": "console", "second_factor": True}),
        ("user.logout", "user", uuid, {}),
    ]


def test_every_action_is_considered() -> None:
    actions = {(page.name, name) for page in PAGES for name in page.actions}
    assert actions >= LEFT_OUT
