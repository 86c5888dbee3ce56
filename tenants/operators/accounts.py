"""Operators: users in the schema `public`, who run the installation. A tenant's role can't read them.

All changes need the owner role: the application's role may only change a password.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from core.accounts.models import User
from core.accounts.queries import find_user_by_email
from core.accounts.services import check_password_rules, register_confirmed_user
from core.audit_rules import Value
from core.errors import NotFound
from tenants.audit import installation as audit
from tenants.database.owner import owner_connection


def list_operators() -> Sequence[User]:
    """Return all operators, by e-mail address."""
    with owner_connection():
        return list(User.objects.order_by("email"))


def create_operator(email: str, *, password: str | None, may_change: bool = True) -> User:
    """Create an operator, who may change everything or only look. None: it chooses its password by a link.

    Raises `EmailTaken` if there is an operator with that e-mail address, `Invalid`, and `WeakPassword`.
    """
    with owner_connection(), transaction.atomic():
        operator = register_confirmed_user(email, password=password)
        operator.is_staff, operator.is_superuser = True, may_change
        operator.save(update_fields=["is_staff", "is_superuser"])
        audit.record("operator.create", operator.uuid, role=_role(may_change))
    return operator


def set_operator_password(email: str, *, password: str) -> User:
    """Replace the operator's password, which ends its sessions; raise `NotFound`, `Invalid` and `WeakPassword`."""
    with _change(email, "operator.set_password") as operator:
        check_password_rules(password, user=operator)
        operator.set_password(password)
        operator.save(update_fields=["password"])
        _end_sessions(operator)
    return operator


def disable_operator(email: str) -> User:
    """End the operator's sessions and refuse its log-ins; doing it twice changes nothing. Raises `NotFound`."""
    with _change(email, "operator.disable") as operator:
        operator.is_active = False
        operator.save(update_fields=["is_active"])
        _end_sessions(operator)
    return operator


def enable_operator(email: str) -> User:
    """Accept the log-ins of a disabled operator again; raise `NotFound`."""
    with _change(email, "operator.enable") as operator:
        operator.is_active = True
        operator.save(update_fields=["is_active"])
    return operator


def reset_second_factor(email: str) -> User:
    """Take an operator's authenticator and recovery codes, and end its sessions: it sets up another one. `NotFound`."""
    with _change(email, "operator.reset_totp") as operator, connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tenants_operatorsecondfactor WHERE operator_id = %s", [operator.pk]
        )
        _end_sessions(operator)
    return operator


def set_operator_role(email: str, *, may_change: bool) -> User:
    """Let an operator change the installation, or only look at it. Raises `NotFound`."""
    with _change(email, "operator.set_role", role=_role(may_change)) as operator:
        operator.is_superuser = may_change
        operator.save(update_fields=["is_superuser"])
    return operator


def remove_operator(email: str) -> None:
    """Delete the operator. The entries of the audit log about it stay. Raises `NotFound`."""
    with _change(email, "operator.remove") as operator, connection.cursor() as cursor:
        # Not by Django, which would also look into the tables of tenants.
        cursor.execute("DELETE FROM django_admin_log WHERE user_id = %s", [operator.pk])
        _end_sessions(operator)
        cursor.execute(
            "DELETE FROM tenants_operatorsecondfactor WHERE operator_id = %s", [operator.pk]
        )
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [operator.pk])


def _end_sessions(operator: User) -> None:
    # A part of the change that is recorded.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenants_operatorsession WHERE operator_id = %s", [operator.pk])


def _role(may_change: bool) -> str:
    return "all" if may_change else "read"


@contextmanager
def _change(email: str, action: audit.Action, **changes: Value) -> Iterator[User]:
    """Lock the operator for a change, and record it in the same transaction."""
    with owner_connection(), transaction.atomic():
        operator = find_user_by_email(email, lock=True)
        if operator is None:
            raise NotFound("operator", email)
        uuid = operator.uuid
        yield operator
        audit.record(action, uuid, values=changes)
