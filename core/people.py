"""The people of a tenant, as its owner and staff look after them."""

from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from core.accounts.addresses import list_spellings
from core.accounts.models import ApiKey, User
from core.accounts.queries import find_user_by_email
from core.accounts.roles import Role, hand_over_ownership, role_of, set_role
from core.accounts.services import activate_user, deactivate_user
from core.accounts.sessions.services import (
    end_all_sessions,
    end_sessions_by_choice,
    reset_second_factor,
)
from core.accounts.sessions.values import SignedIn
from core.errors import Conflict, Forbidden, NotFound
from core.user_removal import REMOVED_DOMAIN

_SPACE = Value(" ")


def select_people(search: str) -> QuerySet[User]:
    """Return the query for all users, also invited ones, whose address or name contains the text; not those removed.

    It reads all users (decision 21): addresses as they are stored, and one text of all names of a user, so that a first
    and a last name together are found.
    """
    users = User.objects.exclude(email__endswith=f"@{REMOVED_DOMAIN}")
    if not search:
        return users
    by_address = Q(*(("email__contains", one) for one in list_spellings(search)), _connector=Q.OR)
    parts = ("first_name", _SPACE, "last_name", _SPACE, "username")
    names = Concat(*parts, output_field=TextField())
    return users.alias(names=names).filter(by_address | Q(names__icontains=search))


def get_person(number: int) -> User:
    """Return one of `select_people`; raise `NotFound`."""
    user = select_people("").filter(id=number).first()
    if user is None:
        raise NotFound("user", number)
    return user


def count_people() -> dict[Role, int]:
    """Return how many registered users have each role, in one statement."""
    registered = Q(is_registered=True, is_active=True)
    owner, staff = Q(is_superuser=True), Q(is_superuser=False, is_staff=True)
    counted = User.objects.aggregate(
        all=Count("id", filter=registered),
        owner=Count("id", filter=registered & owner),
        staff=Count("id", filter=registered & staff),
    )
    users = counted["all"] - counted["owner"] - counted["staff"]
    return {Role.OWNER: counted["owner"], Role.STAFF: counted["staff"], Role.USER: users}


def change_role(person: SignedIn, number: int, role: Role) -> User:
    """Make a user staff or a plain user; raise as `set_role`, `NotFound`."""
    user = _get_changeable(person, number)
    if user.id == person.user_id:
        raise Conflict("role", "of your own account is changed by another user")
    set_role(user, role)
    return user


def hand_over(person: SignedIn, number: int) -> User:
    """Make another user the owner, by the owner alone; raise as `hand_over_ownership`, `Forbidden`."""
    if not person.is_owner:
        raise Forbidden("hand over", "tenant")
    user = get_person(number)
    if user.email_confirmed_at is None:
        raise Conflict("user", "has not confirmed the e-mail address yet")
    hand_over_ownership(user)
    return user


@transaction.atomic
def deactivate_person(person: SignedIn, number: int) -> User:
    """Refuse the user's log-ins and keys, and end all sessions; raise `Conflict` for the owner and for `person`."""
    # Locked: the owner may be handing the tenant over to this user.
    User.objects.select_for_update().filter(id=number).first()
    user = _get_changeable(person, number)
    if user.id == person.user_id:
        raise Conflict("account", "of your own is deactivated by another user")
    deactivate_user(user)
    end_all_sessions(user)
    return user


def activate_person(person: SignedIn, number: int) -> User:
    """Accept a deactivated user again."""
    user = _get_changeable(person, number)
    activate_user(user)
    return user


def end_sessions_of(person: SignedIn, number: int) -> User:
    """End all sessions of a user, in applications too; API keys stay."""
    user = _get_changeable(person, number)
    end_sessions_by_choice(user)
    return user


def reset_factor_of(person: SignedIn, number: int) -> User:
    """Take the second factor of a user who has lost it, and end all sessions; not of the owner, nor that of `person`.

    Raises `NotFound` where there is none, `Conflict`.
    """
    user = _get_changeable(person, number, even_own=False)
    if user.id == person.user_id:
        raise Conflict(
            "second factor", "of your own account is removed on the page of your account"
        )
    reset_second_factor(user)
    return user


def get_removable(person: SignedIn, number: int) -> User:
    """Return a user whom the owner may remove: not the owner. Raises `Forbidden`, `Conflict`, `NotFound`."""
    if not person.is_owner:
        raise Forbidden("remove", "user")
    return _get_changeable(person, number, even_own=False)


def select_keys(person: SignedIn) -> QuerySet[ApiKey]:
    """Return the query for the keys that this user may see: the owner all, others their own."""
    keys = ApiKey.objects.select_related("user")
    return keys if person.is_owner else keys.filter(user_id=person.user_id)


def require_key(person: SignedIn, key_id: UUID) -> ApiKey:
    """Return one of `select_keys`; raise `NotFound`."""
    key = select_keys(person).filter(id=key_id).first()
    if key is None:
        raise NotFound("api key", key_id)
    return key


def choose_key_holder(person: SignedIn, email: str) -> User:
    """Return the user who gets a new key: the owner may name any registered user, others only themselves.

    Raises `Forbidden`, `NotFound`.
    """
    user = find_user_by_email(email) if email else User.objects.get(id=person.user_id)
    if user is None or not user.is_registered or not user.is_active:
        raise NotFound("user", email)
    if user.id != person.user_id and not person.is_owner:
        raise Forbidden("issue a key to", "user")
    return user


def _get_changeable(person: SignedIn, number: int, *, even_own: bool = True) -> User:
    user = get_person(number)
    # The owner's account is the owner's own affair; deactivating it would leave a tenant without one.
    if role_of(user) is Role.OWNER and not (even_own and user.id == person.user_id):
        raise Conflict("owner", "is changed only by handing the tenant over")
    return user
