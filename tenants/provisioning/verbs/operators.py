"""Operators of the installation."""

import secrets

from core.accounts.addresses import clean_email
from tenants.operators import accounts
from tenants.provisioning.lifecycle import Progress
from tenants.provisioning.verbs.base import Outcome, Text, Verb


class CreateOperator(Verb):
    """A new operator, whose first password is shown once."""

    name = "operator.create"
    has_secrets = True

    email: Text
    may_change: bool = True

    def check(self) -> None:
        clean_email(self.email)

    def perform(self, progress: Progress) -> Outcome:
        password = secrets.token_urlsafe(15)
        operator = accounts.create_operator(
            self.email, password=password, may_change=self.may_change
        )
        return Outcome({"email": operator.email}, {"password": password})


class DisableOperator(Verb):
    """An operator whose sessions end and whose log-ins are refused."""

    name = "operator.disable"

    email: Text

    def perform(self, progress: Progress) -> Outcome:
        return Outcome({"email": accounts.disable_operator(self.email).email})


class EnableOperator(Verb):
    """A disabled operator that may log in again."""

    name = "operator.enable"

    email: Text

    def perform(self, progress: Progress) -> Outcome:
        return Outcome({"email": accounts.enable_operator(self.email).email})


class SetOperatorRole(Verb):
    """An operator that may change everything, or only look."""

    name = "operator.set_role"

    email: Text
    may_change: bool

    def perform(self, progress: Progress) -> Outcome:
        operator = accounts.set_operator_role(self.email, may_change=self.may_change)
        return Outcome({"email": operator.email, "may_change": self.may_change})


class ResetSecondFactor(Verb):
    """An operator that sets up another authenticator."""

    name = "operator.reset_totp"

    email: Text

    def perform(self, progress: Progress) -> Outcome:
        return Outcome({"email": accounts.reset_second_factor(self.email).email})


class RemoveOperator(Verb):
    """An operator that has left."""

    name = "operator.remove"

    email: Text

    def perform(self, progress: Progress) -> Outcome:
        accounts.remove_operator(self.email)
        return Outcome({"email": self.email})
