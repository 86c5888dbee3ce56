"""Links with which an operator chooses a password: for a new one, and for one that has forgotten it."""

from typing import Final

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from core.accounts.models import User
from core.accounts.services import check_password_rules
from core.errors import Invalid
from tenants.audit import installation as audit
from tenants.operators.sessions import end_sessions

# A token holds for `PASSWORD_RESET_TIMEOUT`, and until the operator signs in or changes the password.
_TOKENS: Final = PasswordResetTokenGenerator()


def make_token(operator: User) -> str:
    """Return the token of a link for the operator."""
    with transaction.atomic():
        audit.record("operator.make_link", operator.uuid)
    return _TOKENS.make_token(operator)


def find_operator_of(operator_id: int, token: str) -> User:
    """Return the operator whose link this is; raise `Invalid` where it was used or is too old."""
    operator = User.objects.filter(pk=operator_id, is_active=True, is_staff=True).first()
    if operator is None or not _TOKENS.check_token(operator, token):
        raise Invalid.one("token", "bad_link")
    return operator


def choose_password(operator: User, password: str) -> None:
    """Set the password, which ends all sessions; raise `WeakPassword` and `Invalid`."""
    check_password_rules(password, user=operator)
    operator.set_password(password)
    with transaction.atomic():
        # The application's role may change no other column of an operator.
        operator.save(update_fields=["password"])
        audit.record("operator.set_password", operator.uuid)
        end_sessions(operator)
