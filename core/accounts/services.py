"""Create users, confirm their addresses, issue API keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.addresses import clean_email
from core.accounts.events import mailbox_confirmed
from core.accounts.models import ApiKey, User
from core.accounts.password_hashing import normalize_password
from core.accounts.queries import find_user_by_email
from core.accounts.secrets import hash_secret, new_secret
from core.accounts.values import BOTH_SCOPES, Scope
from core.audit import record
from core.errors import EmailTaken, Invalid, NotFound, UsernameTaken, WeakPassword
from core.one_line import clean_line
from providers.limits import MAX_NAME_CHARACTERS, MAX_PASSWORD_CHARACTERS

# Code of Django's validators -> sentence.
PASSWORD_RULES: Final = {
    "password_too_similar": "The password is too similar to the {verbose_name}.",
    "password_too_short": (
        "This password is too short. It must contain at least {min_length} characters."
    ),
    "password_too_common": "This password is too common.",
    "password_entirely_numeric": "This password is entirely numeric.",
}
UNNAMED_RULE: Final = "This password is not allowed."


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new API key. `key` is only here: the database has its hash."""

    id: UUID
    key: str


def register_confirmed_user(
    email: str, *, username: str | None = None, password: str | None = None
) -> User:
    """Register a user for an operator, who confirms the e-mail address: the user is sent no link.

    A placeholder with that address becomes this user and keeps its id. Raises `EmailTaken`, `UsernameTaken`, `Invalid`
    where the address or name is malformed, `WeakPassword` where the rules refuse the password.
    """
    user = User(email=clean_email(email), username=clean_username(username))
    if password is not None:
        check_password_rules(password, user=user)
    try:
        with transaction.atomic():
            return _register(user, password=password)
    except IntegrityError as error:
        raise UsernameTaken from error


def clean_username(username: str | None) -> str | None:
    """Return the user name without surrounding whitespace, None for an empty one.

    It is normalised to NFKC, as Django does, so that names that look the same are the same. Raises `Invalid` where it
    is longer than `MAX_NAME_CHARACTERS` or has control characters.
    """
    name = User.normalize_username(username or "")
    return clean_line(name, field="username", limit=MAX_NAME_CHARACTERS) or None


def check_password_rules(password: str, *, user: User) -> None:
    """Raise `WeakPassword` with the sentences of the rules that refuse this password, `Invalid` where it is too long.

    The rules are Django's `AUTH_PASSWORD_VALIDATORS`; some compare the password with the user's name and address.
    """
    password = normalize_password(password)
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise Invalid.one("password", "too_long", limit=MAX_PASSWORD_CHARACTERS)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(tuple(map(_describe_broken_rule, error.error_list))) from None


def _describe_broken_rule(error: ValidationError) -> str:
    # Django's own sentences differ between its versions, and frozen answers contain them.
    facts = error.params or {}
    return PASSWORD_RULES.get(error.code or "", UNNAMED_RULE).format_map(facts)


def _register(wanted: User, *, password: str | None) -> User:
    invited = find_user_by_email(wanted.email, lock=True)
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
    record("user.create", user.uuid)
    if invited is not None:
        mailbox_confirmed.send(sender=User, user_uuid=user.uuid)
    return user


def confirm_mailbox(user: User) -> None:
    """Mark the user's e-mail address as confirmed and send `mailbox_confirmed`. Call it inside a transaction."""
    if user.email_confirmed_at is None:
        user.email_confirmed_at = timezone.now()
        user.save(update_fields=["email_confirmed_at"])
        record("user.confirm", user.uuid)
        mailbox_confirmed.send(User, user_uuid=user.uuid)


@transaction.atomic
def deactivate_user(user: User) -> None:
    """Refuse the user's log-ins and API keys. The caller of this function revokes the tokens."""
    User.objects.filter(id=user.id).update(is_active=False)
    record("user.deactivate", user.uuid)


@transaction.atomic
def activate_user(user: User) -> None:
    """Accept a deactivated user again."""
    User.objects.filter(id=user.id).update(is_active=True)
    record("user.activate", user.uuid)


@transaction.atomic
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
    """Issue an API key for `user`, in the format of `core.accounts.secrets`.

    `expires_in`: None for a key that never expires; `rate_per_second` and `burst`: None for the settings' defaults;
    `pinned_version`: the API version that answers requests without a version header.
    """
    key = new_secret(prefix)
    row = ApiKey.objects.create(
        user=user,
        secret_hash=hash_secret(key),
        hint=key[-4:],
        can_read="read" in scopes,
        can_write="write" in scopes,
        expires_at=timezone.now() + expires_in if expires_in is not None else None,
        pinned_version=pinned_version,
        rate_per_second=rate_per_second,
        burst=burst,
    )
    record(
        "apikey.create",
        row.id,
        user=user.uuid,
        scopes=scopes,
        expires_in_days=expires_in.days if expires_in is not None else None,
        version=pinned_version,
        rate=rate_per_second,
        burst=burst,
    )
    return IssuedKey(id=row.id, key=key)


@transaction.atomic
def limit_api_key(key_id: UUID, *, rate_per_second: int | None, burst: int | None) -> None:
    """Set the rate limit of this key; None is the setting's default. It takes effect within 5 s; raise `NotFound`."""
    if not ApiKey.objects.filter(id=key_id).update(rate_per_second=rate_per_second, burst=burst):
        raise NotFound(kind="api key", id=key_id)
    record("apikey.limit", key_id, rate=rate_per_second, burst=burst)


@transaction.atomic
def revoke_api_key(key_id: UUID) -> None:
    """Revoke this key, which takes effect within 5 s; revoking twice changes nothing. Raises `NotFound`."""
    revoked = ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=timezone.now())
    if not revoked and not ApiKey.objects.filter(id=key_id).exists():
        raise NotFound(kind="api key", id=key_id)
    if revoked:
        record("apikey.revoke", key_id)
