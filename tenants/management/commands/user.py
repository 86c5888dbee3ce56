"""`manage.py user`: a tenant's users."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable
from functools import partial

from core.accounts.models import User
from core.accounts.queries import get_user_by_email, list_users
from core.accounts.roles import Role, role_of
from core.user_removal import is_removed
from tenants.context import TenantRef, tenant_scope
from tenants.management.base import (
    Json,
    OperatorCommand,
    Perform,
    Report,
    add_verb,
    table,
)
from tenants.management.secret_input import read_secret
from tenants.operators import users
from tenants.registry import require_tenant


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
            "reset-totp",
            self.reset_second_factor,
            "take the second factor of a user who has lost it, and end all sessions",
        )
        add(
            "set-role", self.set_role, "make a user staff, who see the console, or not"
        ).add_argument("--role", required=True, choices=[Role.STAFF.value, Role.USER.value])
        remove = add("remove", self.remove, "delete a user with all personal data, permanently")
        remove.add_argument("--yes", action="store_true", help="do not ask for a confirmation")

    def create(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        password = read_secret() if given.password_stdin else None
        user = users.create_user(tenant, given.email, username=given.username, password=password)
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
        return _change(given, users.confirm_user, "has a confirmed address")

    def set_password(self, given: Namespace) -> Report:
        change = partial(users.set_user_password, password=read_secret())
        return _change(given, change, "has a new password; all sessions have ended")

    def deactivate(self, given: Namespace) -> Report:
        return _change(given, users.deactivate, "may not log in any more; all sessions have ended")

    def activate(self, given: Namespace) -> Report:
        return _change(given, users.activate, "may log in again")

    def end_sessions(self, given: Namespace) -> Report:
        return _change(given, users.end_user_sessions, "has no session any more")

    def reset_second_factor(self, given: Namespace) -> Report:
        text = "has no second factor any more; all sessions have ended"
        return _change(given, users.reset_second_factor, text)

    def set_role(self, given: Namespace) -> Report:
        role = Role(given.role)
        return _change(given, partial(users.set_user_role, role=role), f"has the role {role}")

    def remove(self, given: Namespace) -> Report:
        if not given.yes:
            question = f"Type {given.email} to remove this user with all personal data:"
            self.confirm(question, answer=given.email)
        return _change(given, users.remove, "is removed")


def _change(given: Namespace, change: Callable[[TenantRef, str], User], text: str) -> Report:
    tenant = require_tenant(given.tenant)
    with tenant_scope(tenant):
        user = get_user_by_email(given.email)
    facts: dict[str, Json] = {"userId": str(user.uuid), "email": user.email}
    change(tenant, str(user.uuid))
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
