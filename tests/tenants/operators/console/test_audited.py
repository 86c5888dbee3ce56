"""Every action of the operators' console leaves an entry in the log: who, from where, in which request; no person."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from core.accounts.models import User
from tenants.audit.installation_actions import ACTIONS
from tenants.audit.proof import MAC_BYTES
from tenants.context import tenant_scope
from tenants.database.owner import owner_connection
from tenants.jobs.queries import list_jobs
from tenants.models import AuditEntry, Tenant
from tenants.operators.accounts import create_operator
from tenants.operators.console.page import Page
from tenants.operators.console.pages import PAGES
from tenants.operators.mail_reading import ask_to_reread
from tenants.operators.models import OperatorSession
from tenants.operators.users import create_user
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.accounts.sessions.test_second_factors import set_up
from tests.tenants.operators.authenticator import begin
from tests.tenants.operators.conftest import PASSWORD
from tests.tenants.operators.console.pages import address_of
from tests.time_steps import early_in_a_step

__all__ = ["early_in_a_step"]
pytestmark = pytest.mark.usefixtures("early_in_a_step")
ADDRESS: Final = "192.0.2.77"
NEW: Final = "what a lovely new one"
# They change nothing.
CHANGE_NOTHING: Final = {("second-factor", "go_on")}
# The worker of another test has to act first: `test_onboarding`, `test_jobs`, and those of `test_second_factor`.
ELSEWHERE: Final = {
    ("requests", "show"),
    ("requests", "invite"),
    ("jobs", "retry"),
    ("tenant-jobs", "retry"),
    ("second-factor", "renew_codes"),
}
Sent = Mapping[str, Any]  # Any: what a form has


class Stage:
    """A tenant and an operator, and what each action's form is sent with."""

    def __init__(self, tenant: CreatedTenant, operator: User, browser: Client) -> None:
        self.tenant, self.operator, self.browser = tenant, operator, browser
        self.other = create_operator(f"{secrets.token_hex(4)}@happo.test", password=PASSWORD)
        self.host = f"www.{tenant.ref.slug}.example"
        with owner_connection():
            Tenant.objects.filter(id=tenant.ref.id).update(is_sandbox=True)

    def forms(self) -> Mapping[tuple[str, str], Sent | Callable[[], Sent]]:
        slug = {"slug": self.tenant.ref.slug}
        origin = {"origin": "https://a.example"}
        domain = {"domain": self.host}
        return {
            ("onboarding", "create"): {
                "name": "Made",
                "slug": f"m{secrets.token_hex(4)}",
                "owner_email": "owner@made.test",
                "kind": "sandbox",
            },
            ("tenant", "rename"): {"name": "Anna Smith"},
            ("tenant-people", "create"): {"email": f"{secrets.token_hex(4)}@one.test"},
            ("tenant-person", "set_password"): {"password": NEW},
            ("tenant-keys", "create_key"): {
                "email": self.tenant.owner_email,
                "scopes": ["read"],
            },
            ("tenant-keys", "create_client"): {"name": "Web", "origins": ""},
            ("tenant-key", "limit"): {"rate": "7", "burst": ""},
            ("tenant-client", "pin"): {"version": "v20180701"},
            ("tenant-client", "add_origin"): origin,
            ("tenant-client", "remove_origin"): origin,
            ("tenant-domains", "add"): {**domain, "is_verified": "on"},
            ("tenant-domains", "verify"): domain,
            ("tenant-domains", "make_primary"): domain,
            ("tenant-domains", "remove"): domain,
            ("tenant-plugins", "switch_off"): {"plugin": "linkedin/login"},
            ("tenant-plugins", "switch_on"): {"plugin": "linkedin/login"},
            ("tenant-provider", "set_application"): {"client_id": "web", "secret": "hidden"},
            ("tenant-provider", "remove_application"): {"client_id": "web"},
            ("tenant-provider", "set_options"): {"issuer": "https://id.example", "label": "Anna"},
            ("tenant-mail", "reread"): {"plugin": "", "failed": "on"},
            ("tenant-mail", "set_retention"): {"days": "30"},
            ("tenant-settings", "change_quotas"): {
                "storage": "1000000",
                "positions": "7",
                "candidates": "",
                "invitations": "",
                "jobs": "",
            },
            ("tenant-settings", "add_status"): {"value": secrets.token_hex(4)},
            ("tenant-settings", "set_mail_domain"): {"domain": "a.example", "kind": "public"},
            ("tenant-settings", "reset_mail_domain"): {"domain": "a.example"},
            ("tenant-jobs", "cancel"): self._waiting_job,
            ("jobs", "cancel"): self._waiting_job,
            ("operators", "create"): {"email": "next@happo.test", "role": "read"},
            ("operator", "end_session"): self._session_of_other,
            ("operator", "end_all"): self._session_of_other,
            ("tenant-danger", "delete"): slug,
            ("tenant-danger", "reset"): slug,
            ("account", "change_password"): {
                "old_password": PASSWORD,
                "new_password1": NEW,
                "new_password2": NEW,
            },
            ("account", "end_session"): self._own_session,
            ("account", "end_others"): self._own_session,
            ("second-factor", "finish"): lambda: {"code": begin(self.browser).code()},
        }

    def _waiting_job(self) -> Sent:
        ask_to_reread(self.tenant.ref, plugin=None, failed=True)
        return {"job": list_jobs(tenant=self.tenant.ref)[0].id}

    def _session_of_other(self) -> Sent:
        return {"session": self._sign_in(self.other)}

    def _own_session(self) -> Sent:
        return {"session": self._sign_in(self.operator)}

    def _sign_in(self, operator: User) -> str:
        """Sign an operator in elsewhere; return the name of the session."""
        Client().force_login(operator)
        return OperatorSession.objects.filter(operator=operator).latest("started_at").name

    def address_of(self, page: Page, action: str) -> str:
        """Return the address of a page: that of a user is of a new one, so that no action is in the next one's way."""
        if page.name != "tenant-person" or action == "invite":
            address = address_of(page, self.tenant, self.other)
            # The first one logs users in with an application, the other one with options.
            return address.replace("google-oauth2", "oidc") if action == "set_options" else address
        user = create_user(self.tenant.ref, f"{secrets.token_hex(4)}@one.test")
        with tenant_scope(self.tenant.ref):
            User.objects.filter(id=user.id).update(email_confirmed_at=None)
            set_up(user)
        return address_of(page, replace(self.tenant, owner_uuid=user.uuid), self.other)

    def newest(self) -> int:
        return AuditEntry.objects.order_by("-id").values_list("id", flat=True)[0]


def test_every_action_leaves_an_entry(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    stage = Stage(committed_tenant, operator, browser)
    browser.defaults["REMOTE_ADDR"] = ADDRESS
    for page in PAGES:
        for name in page.actions:
            if (page.name, name) in CHANGE_NOTHING | ELSEWHERE:
                continue
            sent = stage.forms().get((page.name, name), {})
            sent, address = sent() if callable(sent) else sent, stage.address_of(page, name)
            before, request = stage.newest(), f"{page.name}.{name}"
            answer = browser.post(
                address, {"action": name, **sent}, headers={"x-request-id": request}
            )
            said = [str(one) for one in get_messages(answer.wsgi_request)]
            assert answer.status_code in (200, 302), (request, answer.content.decode())
            entries = AuditEntry.objects.filter(id__gt=before)
            assert entries, (request, said[-1:])
            for entry in entries:
                source = (entry.actor_kind, entry.actor_id, entry.address, entry.request_id)
                assert source == ("operator", str(operator.uuid), ADDRESS, request)
                assert entry.object_kind == ACTIONS[entry.action].kind
                assert len(entry.mac) == MAC_BYTES
                said_of = json.dumps([entry.object_id, entry.changes])
                assert "@" not in said_of
                assert not any(word in said_of for word in ("Anna", "hidden", NEW, PASSWORD))


def test_every_action_is_considered() -> None:
    actions = {(page.name, name) for page in PAGES for name in page.actions}
    assert actions >= CHANGE_NOTHING | ELSEWHERE
