"""Remove a user for good: an account that its user deletes, or that an operator removes.

What is about the person is deleted. What the user made for the tenant (positions, candidates with their history, files
of both) stays, and then so does the user's row, emptied, because those refer to its UUID.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from core.accounts.logins.passwords import require_password
from core.accounts.logins.social import require_own_identity
from core.accounts.models import User
from core.accounts.roles import Role, role_of
from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.idempotency.services import forget_replies_about, forget_replies_of_user
from core.recruiting.services.departure import delete_unused_files, leave_positions
from core.recruiting.services.uploads import FileStore

# RFC 2606: no mailbox can have an address of this domain.
REMOVED_DOMAIN: Final = "removed.invalid"


def delete_own_account(
    caller: Caller,
    *,
    password: str | None,
    provider: str | None,
    token: str | None,
    client_ip: str,
    files: FileStore,
) -> None:
    """Remove the caller, who proves to be the user: with the password, or a token of a linked account at `provider`.

    Raises `Invalid` where neither is given, and what `require_password` and `require_own_identity` raise. Call it
    outside of a transaction.
    """
    if password is not None:
        user = User.objects.get(id=caller.user_id)
        require_password(user, password=password, client_ip=client_ip)
    elif token is not None:
        require_own_identity(caller, provider=provider or "", token=token)
    else:
        raise Invalid.one("", "one_of_required", choices=("password", "token"))
    remove_user(caller.user_id, files=files)


def remove_user(user_id: int, *, files: FileStore) -> None:
    """Delete the user's data, sessions and keys, and the account; raise `NotFound`, and `Conflict` for the owner.

    The address is free afterwards: an invitation or a registration with it makes a new account.
    """
    with transaction.atomic():
        # First: writers of positions hold the lock of the change clock when they wait for a user.
        leave_positions(user_id)
        user = User.objects.select_for_update().filter(id=user_id).first()
        if user is None:
            raise NotFound("user", user_id)
        if role_of(user) is Role.OWNER:
            raise Conflict("user", "is the owner: another user has to become the owner first")
        delete_unused_files(user.uuid, files=files)
        forget_replies_of_user(user.uuid, keys=[str(key.id) for key in user.api_keys.all()])
        forget_replies_about([user.uuid])
        for relation in _relations(on_delete=models.CASCADE):
            # Django loads the rows whose own dependents it looks for: their keys, and not a whole mailbox.
            _rows(relation, user).only("pk").delete()
        if any(_rows(relation, user).exists() for relation in _relations(on_delete=models.PROTECT)):
            _empty(user)
        else:
            _delete(user)
        record("user.remove", user.uuid)


def is_removed(user: User) -> bool:
    """Return whether only the emptied row of a removed user is left."""
    return user.email.endswith(f"@{REMOVED_DOMAIN}")


def _empty(user: User) -> None:
    user.email, user.username = f"{user.uuid.hex}@{REMOVED_DOMAIN}", None
    user.first_name = user.last_name = ""
    user.set_unusable_password()
    user.is_active = user.is_registered = user.is_staff = False
    user.email_confirmed_at = user.last_login = None
    user.time_zone, user.date_joined = "UTC", timezone.now()
    user.save()


def _delete(user: User) -> None:
    # The ORM would also look into tables of operators, which the tenant's schema doesn't have.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [user.id])


def _relations(
    *, on_delete: object
) -> Iterator[Any]:  # Any: Django's relations have no common type
    """Yield the foreign keys of the tenant's tables that refer to users."""
    relations: Sequence[Any] = User._meta.get_fields(include_hidden=True)  # Any: as above
    for relation in relations:
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is on_delete:
            table: Any = relation.related_model  # Any: any table
            if apps.get_app_config(table._meta.app_label).name in settings.TENANT_APPS:
                yield relation


def _rows(relation: Any, user: User) -> "models.QuerySet[Any]":  # Any: rows of any table
    rows: models.QuerySet[Any] = relation.related_model._base_manager.all()
    return rows.filter(**{relation.field.name: user})
