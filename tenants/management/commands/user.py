"""`manage.py user`: a tenant's users."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable

from django.db import transaction

from core.accounts.logins.confirmation import confirm_mailbox_for_operator
from core.accounts.logins.password_changes import set_password
from core.accounts.models import User
from core.accounts.oauth.tokens import revoke_all_of
from core.accounts.queries import get_user_by_email, list_users
from core.accounts.roles import Role, role_of, set_role
from core.accounts.services import activate_user, deactivate_user, register_confirmed_user
from core.user_removal import is_removed, remove_user
from tenants.context import TenantRef, tenant_scope
from tenants.files.tenant_files import TenantFiles
from tenants.management.base import (
    Json,
    OperatorCommand,
    Perform,
    Report,
    add_verb,
    read_password,
    table,
)
from tenants.operators import audit
from tenants.registry import require_tenant
from tenants.revocations import note_revocation


class Command(OperatorCommand):
    help = "Create, list, confirm, deactivate and remove users; set passwords; end sessions."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        def add(name: str, perform: Perform, what: str) -> ArgumentParser:
            verb = add_verb(verbs, name, perform, help=what)
            verb.add_argument("--tenant", required=True, metavar="SLUG")
            if name != "list":
                verb.add_argument("--email", required=True)
            return verb

        create = add(
            "create", self.create, "create a registered user with a confirmed e-mail address"
        )
        create.add_argument("--username")
        create.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; without this the user has none",
        )
        add("list", self.list, "list all users of a tenant, also invited ones")
        add("confirm", self.confirm_user, "confirm the e-mail address of a registered user")
        add(
            "set-password", self.set_password, "set a user's password and end all sessions"
        ).add_argument(
            # Required, so that a second way to pass a password can be added without a change of meaning.
            "--password-stdin",
            action="store_true",
            required=True,
            help="read the password from standard input",
        )
        add("deactivate", self.deactivate, "end a user's sessions and refuse log-ins and API keys")
        add("activate", self.activate, "accept a deactivated user again")
        add("end-sessions", self.end_sessions, "revoke all tokens of a user; API keys stay")
        add(
            "set-role", self.set_role, "make a user staff, who see the console, or not"
        ).add_argument("--role", required=True, choices=[Role.STAFF.value, Role.USER.value])
        remove = add("remove", self.remove, "delete a user with all personal data, permanently")
        remove.add_argument("--yes", action="store_true", help="do not ask for a confirmation")

    def create(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        password = read_password() if given.password_stdin else None
        with transaction.atomic(), tenant_scope(tenant):
            user = register_confirmed_user(given.email, username=given.username, password=password)
            audit.record("user.create", tenant=tenant.slug, user=str(user.uuid))
        facts: dict[str, Json] = {
            "id": user.id,
            "userId": str(user.uuid),
            "email": user.email,
            "username": user.username,
        }
        condition = "" if password else " once it has a password"
        return Report(facts, f"User {user.email} ({user.uuid}) may log in{condition}.")

    def list(self, given: Namespace) -> Report:
        with tenant_scope(require_tenant(given.tenant)):
            users = [_describe(user) for user in list_users() if not is_removed(user)]
        columns = ("email", "username", "role", "status", "joinedAt", "userId")
        rows = [[row[column] or "-" for column in columns] for row in users]
        return Report({"users": users}, table(columns, rows) if rows else "There are no users.")

    def confirm_user(self, given: Namespace) -> Report:
        def confirm(user: User, tenant: TenantRef) -> None:
            confirm_mailbox_for_operator(user)

        return _change(given, confirm, action="user.confirm", text="has a confirmed address")

    def set_password(self, given: Namespace) -> Report:
        password = read_password()

        def change(user: User, tenant: TenantRef) -> None:
            set_password(user, password=password)

        text = "has a new password; all sessions have ended"
        return _change(given, change, action="user.set_password", text=text)

    def deactivate(self, given: Namespace) -> Report:
        def deactivate(user: User, tenant: TenantRef) -> None:
            deactivate_user(user)
            revoke_all_of(user)

        text = "may not log in any more; all sessions have ended"
        return _change(given, deactivate, action="user.deactivate", text=text)

    def activate(self, given: Namespace) -> Report:
        def activate(user: User, tenant: TenantRef) -> None:
            activate_user(user)

        return _change(given, activate, action="user.activate", text="may log in again")

    def end_sessions(self, given: Namespace) -> Report:
        def end(user: User, tenant: TenantRef) -> None:
            revoke_all_of(user)

        return _change(given, end, action="user.end_sessions", text="has no session any more")

    def set_role(self, given: Namespace) -> Report:
        role = Role(given.role)

        def change(user: User, tenant: TenantRef) -> None:
            set_role(user, role)

        return _change(given, change, action="user.set_role", text=f"has the role {role}")

    def remove(self, given: Namespace) -> Report:
        if not given.yes:
            question = f"Type {given.email} to remove this user with all personal data:"
            self.confirm(question, answer=given.email)

        def remove(user: User, tenant: TenantRef) -> None:
            remove_user(user.id, files=TenantFiles(tenant))

        return _change(given, remove, action="user.remove", text="is removed")


def _change(
    given: Namespace, change: Callable[[User, TenantRef], None], *, action: audit.Action, text: str
) -> Report:
    """Change one user and record that; its tokens are looked up again at once."""
    tenant = require_tenant(given.tenant)
    with transaction.atomic(), tenant_scope(tenant):
        user = get_user_by_email(given.email)
        facts: dict[str, Json] = {"userId": str(user.uuid), "email": user.email}
        change(user, tenant)
        audit.record(action, tenant=tenant.slug, user=str(user.uuid))
    note_revocation(tenant)
    return Report(facts, f"{facts['email']} {text}.")


def _describe(user: User) -> dict[str, Json]:
    return {
        "id": user.id,
        "userId": str(user.uuid),
        "email": user.email,
        "username": user.username,
        "role": role_of(user).value,
        "status": _status_of(user),
        "joinedAt": user.date_joined.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _status_of(user: User) -> str:
    if not user.is_active:
        return "deactivated"
    if not user.is_registered:
        return "invited"
    return "confirmed" if user.email_confirmed_at else "unconfirmed"
