"""`manage.py user`: a tenant's users."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from django.db import transaction

from core.accounts.services import register_confirmed_user
from tenants.context import tenant_scope
from tenants.management.base import Json, OperatorCommand, Report, add_verb, password_of_stdin
from tenants.operators import audit
from tenants.registry import require_tenant


class Command(OperatorCommand):
    help = "Create users."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        create = add_verb(
            verbs,
            "create",
            self.create,
            help="create a registered user with a confirmed e-mail address",
        )
        create.add_argument("--tenant", required=True, metavar="SLUG")
        create.add_argument("--email", required=True)
        create.add_argument("--username")
        create.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input; without this the user has none",
        )

    def create(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant)
        password = password_of_stdin() if given.password_stdin else None
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
