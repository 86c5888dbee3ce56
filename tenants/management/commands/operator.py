"""`manage.py operator`: the users who may log in to the admin."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.management.base import OperatorCommand, Report, add_verb, password_of_stdin
from tenants.operators.accounts import create_operator


class Command(OperatorCommand):
    help = "Create operators: people who run this installation and belong to no tenant."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        create = add_verb(
            verbs, "create", self.create, help="create an operator, who may log in at /admin/"
        )
        create.add_argument("--email", required=True)
        # Required, so that a second way to pass a password can be added without a change of meaning.
        create.add_argument(
            "--password-stdin", action="store_true", required=True, help="read the password"
        )

    def create(self, given: Namespace) -> Report:
        operator = create_operator(given.email, password=password_of_stdin())
        return Report({"email": operator.email}, f"{operator.email} may log in at /admin/.")
