"""The roles of a tenant's users: exactly one owner, staff, and users. Their columns mean the same for operators.

`is_superuser`: everything (the owner; an operator with all rights). `is_staff` without it: the console (staff; an
operator who only reads). Neither: a user. A unique index of the tenant's table refuses a second owner.
"""

from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from core.accounts.models import User
from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict, Forbidden, NotFound


class Role(StrEnum):
    """What a tenant's user may do in the tenant's console."""

    OWNER = "owner"
    STAFF = "staff"
    USER = "user"


def role_of(user: User) -> Role:
    """Return the role of a tenant's user."""
    if user.is_superuser:
        return Role.OWNER
    return Role.STAFF if user.is_staff else Role.USER


def require_staff(caller: Caller, action: str, *, kind: str) -> None:
    """Return if the caller is the tenant's owner or staff; raise as `require_owner`."""
    if not User.objects.filter(id=caller.user_id, is_staff=True).exists():
        raise Forbidden(action, kind)


def require_owner(caller: Caller, action: str, *, kind: str, lock: bool = False) -> None:
    """Return if the caller is the tenant's owner; raise `Forbidden` with `action` (a verb) and `kind` otherwise.

    `lock`: one such change after the other, in this transaction.
    """
    users = User.objects.select_for_update() if lock else User.objects.all()
    if users.filter(id=caller.user_id, is_superuser=True).first() is None:
        raise Forbidden(action, kind)


@transaction.atomic
def set_role(user: User, role: Role) -> None:
    """Make the user staff or a plain user, also a deactivated one; the same role again changes nothing.

    Raises `Conflict` for the owner's role, which only `hand_over_ownership` gives and takes, and for a placeholder;
    `NotFound` where the user is gone.
    """
    locked = User.objects.select_for_update().filter(id=user.id).first()
    if locked is None:
        raise NotFound("user", user.email)
    if Role.OWNER in (role, role_of(locked)):
        raise Conflict("role", "of the owner changes only when another user becomes the owner")
    _require_registered(locked)
    _store(locked, role)
    record("user.set_role", user.uuid, role=role)


@transaction.atomic
def hand_over_ownership(new_owner: User) -> User | None:
    """Make this user the owner; the owner before becomes staff, and is returned (None where there was none).

    Raises `Conflict` for a user who has not registered or is deactivated, `NotFound` where the user is gone.
    """
    rows = User.objects.select_for_update().filter(Q(is_superuser=True) | Q(id=new_owner.id))
    locked = {user.id: user for user in rows.order_by("id")}
    if new_owner.id not in locked:
        raise NotFound("user", new_owner.email)
    successor = locked.pop(new_owner.id)
    if role_of(successor) is Role.OWNER:
        return successor
    _require_registered(successor)
    if not successor.is_active:
        raise Conflict("user", "is deactivated")
    for former in locked.values():
        _store(former, Role.STAFF)
    _store(successor, Role.OWNER)
    record("user.set_owner", successor.uuid)
    return next(iter(locked.values()), None)


def _require_registered(user: User) -> None:
    if not user.is_registered:
        raise Conflict("user", "has not registered yet")


def _store(user: User, role: Role) -> None:
    user.is_superuser = role is Role.OWNER
    user.is_staff = role is not Role.USER
    user.save(update_fields=["is_superuser", "is_staff"])
