"""Who is signed in to the operators' console, and what the operator may do."""

from django.http import HttpRequest

from core.accounts.models import User
from tenants.operators import second_factor
from tenants.operators.session_store import SECOND_FACTOR, SessionStore


def is_operator(request: HttpRequest) -> bool:
    """Return whether an operator is signed in."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_staff


def operator_of(request: HttpRequest) -> User:
    """Return the operator who is signed in; `serving.serve` has looked."""
    assert isinstance(request.user, User)
    return request.user


def key_hash_of(request: HttpRequest) -> bytes:
    """Return what the table of sessions has of the key of this session."""
    session = request.session
    assert isinstance(session, SessionStore)
    return session.key_hash


def must_enrol(request: HttpRequest) -> bool:
    """Return whether the operator has to set up a second factor before anything else."""
    return second_factor.is_required() and not request.session.get(SECOND_FACTOR)


def may_change(request: HttpRequest) -> bool:
    """Return whether the operator who is signed in may change the installation, and not only read."""
    return is_operator(request) and operator_of(request).is_superuser
