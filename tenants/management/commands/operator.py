"""`manage.py operator`: the users who may log in to the admin."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from datetime import datetime

from core.accounts.models import User
from tenants.management.base import (
    Json,
    OperatorCommand,
    Report,
    add_verb,
    table,
)
from tenants.management.secret_input import read_secret
from tenants.operators import accounts


class Command(OperatorCommand):
    help = "Look after operators: people who run this installation and belong to no tenant."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        add_verb(verbs, "list", self.list, help="list all operators")
        create = add_verb(
            verbs, "create", self.create, help="create an operator, who may log in at /admin/"
        )
        set_password = add_verb(
            verbs,
            "set-password",
            self.set_password,
            help="replace the password of an operator and end its sessions",
        )
        for verb in (create, set_password):
            # Required, so that a second way to pass a password can be added without a change of meaning.
            verb.add_argument(
                "--password-stdin", action="store_true", required=True, help="read the password"
            )
        disable = add_verb(
            verbs,
            "disable",
            self.disable,
            help="end the sessions of an operator and refuse its log-ins",
        )
        enable = add_verb(
            verbs, "enable", self.enable, help="accept the log-ins of a disabled operator again"
        )
        remove = add_verb(
            verbs, "remove", self.remove, help="delete an operator; the audit log stays"
        )
        reset = add_verb(
            verbs,
            "reset-totp",
            self.reset_totp,
            help="take the authenticator of an operator, who then sets up another one",
        )
        role = add_verb(
            verbs, "set-role", self.set_role, help="let an operator change things, or only look"
        )
        role.add_argument("--role", required=True, choices=["all", "read"])
        create.add_argument(
            "--read-only", action="store_true", help="the operator may look and change nothing"
        )
        for verb in (create, set_password, disable, enable, remove, reset, role):
            verb.add_argument("--email", required=True)
        remove.add_argument("--yes", action="store_true", help="do not ask")

    def list(self, given: Namespace) -> Report:
        operators = [_describe(operator) for operator in accounts.list_operators()]
        columns = ("email", "role", "status", "createdAt", "lastLoginAt")
        rows = [[row[column] or "-" for column in columns] for row in operators]
        text = table(columns, rows) if rows else "There are no operators."
        return Report({"operators": operators}, text)

    def create(self, given: Namespace) -> Report:
        operator = accounts.create_operator(
            given.email, password=read_secret(), may_change=not given.read_only
        )
        return Report({"email": operator.email}, f"{operator.email} may log in at /admin/.")

    def set_password(self, given: Namespace) -> Report:
        operator = accounts.set_operator_password(given.email, password=read_secret())
        text = f"{operator.email} has a new password; its sessions have ended."
        return Report({"email": operator.email}, text)

    def disable(self, given: Namespace) -> Report:
        operator = accounts.disable_operator(given.email)
        text = f"{operator.email} may not log in any more; its sessions have ended."
        return Report(_describe(operator), text)

    def enable(self, given: Namespace) -> Report:
        operator = accounts.enable_operator(given.email)
        return Report(_describe(operator), f"{operator.email} may log in again.")

    def reset_totp(self, given: Namespace) -> Report:
        operator = accounts.reset_second_factor(given.email)
        text = f"{operator.email} has no authenticator any more; its sessions have ended."
        return Report({"email": operator.email}, text)

    def set_role(self, given: Namespace) -> Report:
        operator = accounts.set_operator_role(given.email, may_change=given.role == "all")
        what = "may change everything" if operator.is_superuser else "may look and change nothing"
        return Report(_describe(operator), f"{operator.email} {what}.")

    def remove(self, given: Namespace) -> Report:
        if not given.yes:
            question = f"Type {given.email} to remove this operator:"
            self.confirm(question, answer=given.email)
        accounts.remove_operator(given.email)
        return Report({"email": given.email, "removed": True}, f"{given.email} is removed.")


def _describe(operator: User) -> dict[str, Json]:
    return {
        "email": operator.email,
        "role": "all" if operator.is_superuser else "read",
        "status": "active" if operator.is_active else "disabled",
        "createdAt": _format_time(operator.date_joined),
        "lastLoginAt": _format_time(operator.last_login),
    }


def _format_time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds").replace("+00:00", "Z")
