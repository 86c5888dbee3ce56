"""Look up users and API keys of the active tenant."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Lower

from core.accounts.addresses import list_spellings
from core.accounts.models import ApiKey, User
from core.accounts.secrets import hash_secret
from core.accounts.values import Caller
from core.errors import NotFound, Unauthenticated, WrongPassword

_NUMBER: Final = re.compile("[0-9]{1,18}")
_UUID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# One statement: finds the user of a valid key, and records its use at most once a minute.
_CALLER = """
    WITH found AS (
        SELECT k.id, k.can_read, k.can_write, k.pinned_version, k.rate_per_second, k.burst,
          k.expires_at,
               k.last_used_at, u.id AS user_id, u.uuid, u.email
          FROM accounts_apikey k JOIN accounts_user u ON u.id = k.user_id
         WHERE k.secret_hash = %s AND k.revoked_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > now())
           AND u.is_active
    ), used AS (
        UPDATE accounts_apikey SET last_used_at = now() FROM found
         WHERE accounts_apikey.id = found.id
           AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
    )
    SELECT id, can_read, can_write, pinned_version, rate_per_second, burst, expires_at, user_id,
      uuid, email FROM found
"""


def authenticate_api_key(key: str) -> Caller:
    """Return the caller of `key`; raise `Unauthenticated`.

    That is where it is unknown, revoked or expired, or its user inactive.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, [hash_secret(key)])
        row = cursor.fetchone()
    if row is None:
        raise Unauthenticated("wrong")
    (
        key_id,
        can_read,
        can_write,
        pinned_version,
        rate,
        burst,
        expires_at,
        user_id,
        user_uuid,
        email,
    ) = row
    return Caller(
        user_id=user_id,
        user_uuid=user_uuid,
        email=email,
        credential_id=str(key_id),
        can_read=can_read,
        can_write=can_write,
        pinned_version=pinned_version,
        rate_per_second=rate or settings.RATE_LIMIT_PER_SECOND,
        burst=burst or settings.RATE_LIMIT_BURST,
        expires_at=expires_at,
    )


def list_api_keys() -> Sequence[ApiKey]:
    """Return all keys with their users, newest first."""
    return list(ApiKey.objects.select_related("user").order_by("-created_at", "-id"))


def get_user_by_email(email: str) -> User:
    """Return the user with that e-mail address, ignoring case; raise `NotFound`."""
    user = find_user_by_email(email)
    if user is None:
        raise NotFound(kind="user", id=email)
    return user


def require_user(name: str | UUID) -> User:
    """Return the user with that e-mail address, UUID, number or user name; raise `NotFound`.

    A `UUID` is nothing else. Of a text the user name is the last that it may be: users choose theirs, and one that is
    another user's UUID or number must not take that user's place.
    """
    found = _find_by_uuid(name) if isinstance(name, UUID) else _find_by_text(name.strip())
    if found is None:
        raise NotFound(kind="user", id=name)
    return found


def _find_by_text(name: str) -> User | None:
    if "@" in name:
        return find_user_by_email(name)
    found = None
    if _UUID.fullmatch(name.lower()):
        found = _find_by_uuid(UUID(name))
    elif _NUMBER.fullmatch(name):
        found = User.objects.filter(id=int(name)).first()
    return found or find_user_by_username(name)


def _find_by_uuid(uuid: UUID) -> User | None:
    return User.objects.filter(uuid=uuid).first()


def list_users() -> Sequence[User]:
    """Return all users, also invited ones who have not registered, the oldest first."""
    return list(User.objects.order_by("id"))


def find_user_by_email(email: str, *, lock: bool = False) -> User | None:
    """Return the user with that e-mail address, however it is spelled (`addresses.list_spellings`), or None.

    `lock`: for a change in this transaction.
    """
    spellings = list_spellings(email)
    # Not `FOR UPDATE`: a refresh of the user's tokens, which refers to the user, doesn't wait for this lock.
    users = User.objects.select_for_update(no_key=True) if lock else User.objects.all()
    found = {user.email: user for user in users.filter(email__in=spellings)}
    return next((found[spelling] for spelling in spellings if spelling in found), None)


def find_user_by_username(name: str) -> User | None:
    """Return the user with that user name, ignoring case, or None."""
    # The unique index is on `lower(username)`, which `iexact` doesn't use.
    wanted = Lower(Value(User.normalize_username(name).strip()))
    return (
        User.objects.alias(lower_username=Lower("username")).filter(lower_username=wanted).first()
    )


def lock_logged_in(user: User) -> None:
    """Lock a user who has just logged in, for a session that is started in this transaction.

    Raises `WrongPassword` where the user may no longer log in like that: the password was replaced meanwhile, perhaps
    by the owner of the mailbox of an account that another person had made, or an operator has deactivated the user.
    """
    unchanged = User.objects.filter(
        id=user.id, password=user.password, is_active=True, is_registered=True
    )
    if not list(unchanged.select_for_update(no_key=True).values_list("id")):
        raise WrongPassword


def get_owner_email() -> str:
    """Return the e-mail address of the tenant's owner; of its first user where an earlier version left it without."""
    # A user who was removed since is not registered.
    users = User.objects.order_by("-is_superuser", "-is_registered", "id")
    return users.values_list("email", flat=True)[0]
