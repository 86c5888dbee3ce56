"""Operators: users in the schema `public`, who run the installation. A tenant's role can't read them."""

from django.db import transaction

from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from tenants.database.owner import owner_connection
from tenants.operators import audit


def create_operator(email: str, *, password: str) -> User:
    """Create an operator with all rights in the admin. Needs the owner role; the application's role can't do it.

    Raises `EmailTaken` if there is an operator with that e-mail address, `Invalid`, and `WeakPassword`.
    """
    with owner_connection(), transaction.atomic():
        operator = register_confirmed_user(email, password=password)
        operator.is_staff = operator.is_superuser = True
        operator.save(update_fields=["is_staff", "is_superuser"])
        audit.record("operator.create", email=operator.email)
    return operator
