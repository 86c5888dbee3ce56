"""Make users and keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.events import mailbox_confirmed
from core.accounts.models import ApiKey, User
from core.accounts.secrets import hash_of, new_secret
from core.accounts.values import BOTH_SCOPES, Scope
from core.errors import EmailTaken, Invalid, NotFound, UsernameTaken, WeakPassword
from core.one_line import one_line

EMAIL_LENGTH = 254
USERNAME_LENGTH = 150
# Hashing takes time in proportion; nobody types more.
PASSWORD_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key; `key` is shown once and stored nowhere."""

    id: UUID
    key: str


def register_confirmed_user(
    email: str, *, username: str | None = None, password: str | None = None
) -> User:
    """Register a user whose mailbox needs no proof: an operator vouches for it.

    A placeholder with that e-mail becomes this user and keeps its id. Raises `EmailTaken`, `UsernameTaken`, `Invalid`
    where one of them can't be one, `WeakPassword` where the rules refuse the password.
    """
    user = User(email=clean_email(email), username=clean_username(username))
    if password is not None:
        check_password_rules(password, user=user)
    try:
        with transaction.atomic():
            return _register(user, password=password)
    except IntegrityError as error:
        raise UsernameTaken from error


def clean_email(email: str) -> str:
    """Return the address as it is stored, in lower case; raise `Invalid` where it can't be one.

    Before the @ it has ASCII alone: Django lets in the few letters whose other case is ASCII, like the Kelvin sign, and
    each of those passes for somebody else's address.
    """
    address = email.strip().lower()
    if len(address) > EMAIL_LENGTH:
        raise Invalid.one("email", "too_long", limit=EMAIL_LENGTH)
    try:
        email.strip().rpartition("@")[0].encode("ascii")
        validate_email(address)
    except (ValidationError, UnicodeEncodeError):
        raise Invalid.one("email", "not_email") from None
    return address


def clean_username(username: str | None) -> str | None:
    """Return the user name without blanks round it, None for an empty one; raise `Invalid` where it can't be one.

    Letters that only look different to a computer become the same (NFKC), as Django has it.
    """
    name = User.normalize_username(username or "")
    return one_line(name, field="username", limit=USERNAME_LENGTH) or None


def check_password_rules(password: str, *, user: User) -> None:
    """Raise `WeakPassword` with the sentences of the rules that refuse this password for this user."""
    if len(password) > PASSWORD_LENGTH:
        raise Invalid.one("password", "too_long", limit=PASSWORD_LENGTH)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(tuple(error.messages)) from None


def _register(wanted: User, *, password: str | None) -> User:
    invited = User.objects.select_for_update().filter(email=wanted.email).first()
    user = invited or wanted
    if user.is_registered:
        raise EmailTaken
    user.username = wanted.username
    user.is_registered = True
    user.email_confirmed_at = timezone.now()
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    if invited is not None:
        mailbox_confirmed.send(sender=User, user_uuid=user.uuid)
    return user


def issue_api_key(
    user: User,
    *,
    prefix: str,
    scopes: Collection[Scope] = BOTH_SCOPES,
    expires_in: timedelta | None = None,
    pinned_version: str | None = None,
    rate_per_second: int | None = None,
    burst: int | None = None,
) -> IssuedKey:
    """Give `user` a new key: `prefix`, a secret, a checksum. The key is in the answer and nowhere else."""
    key = new_secret(prefix)
    row = ApiKey.objects.create(
        user=user,
        secret_hash=hash_of(key),
        hint=key[-4:],
        can_read="read" in scopes,
        can_write="write" in scopes,
        expires_at=timezone.now() + expires_in if expires_in is not None else None,
        pinned_version=pinned_version,
        rate_per_second=rate_per_second,
        burst=burst,
    )
    return IssuedKey(id=row.id, key=key)


def limit_api_key(key_id: UUID, *, rate_per_second: int | None, burst: int | None) -> None:
    """Give this key other limits (every process within 5 s); None is what a key without limits of its own has."""
    if not ApiKey.objects.filter(id=key_id).update(rate_per_second=rate_per_second, burst=burst):
        raise NotFound(kind="api key", id=key_id)


def revoke_api_key(key_id: UUID) -> None:
    """Refuse this key from now on (every process within 5 s). Doing it twice is fine."""
    revoked = ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=timezone.now())
    if not revoked and not ApiKey.objects.filter(id=key_id).exists():
        raise NotFound(kind="api key", id=key_id)
