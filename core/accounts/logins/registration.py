"""Self-registration: the account works at once, but it gets its invitations only once its e-mail address is confirmed.

A placeholder user that an invitation created becomes the account and keeps its id. Its invitations wait for the
confirmation (`confirmation`), because anyone who knows an invited address can register with it.
"""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from core.accounts.addresses import clean_email, list_spellings
from core.accounts.logins.confirmation import send_confirmation
from core.accounts.logins.limits import count_registration
from core.accounts.models import User
from core.accounts.password_hashing import normalize_password
from core.accounts.queries import find_user_by_email, find_user_by_username
from core.accounts.services import check_password_rules, clean_username
from core.audit import record
from core.errors import EmailTaken, Invalid, PasswordsDiffer, UsernameTaken
from core.jobs import enqueue
from core.one_line import to_one_line
from providers.limits import MAX_NAME_CHARACTERS


@dataclass(frozen=True, slots=True)
class Registration:
    """The registration form."""

    email: str
    username: str
    password: str = field(repr=False)
    repeated_password: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""


def register(form: Registration, *, confirm_at: str, client_ip: str = "") -> User:
    """Create the account and enqueue the confirmation mail; `confirm_at` is the link in it, without its query string.

    `client_ip`: the IP address that is counted against the limit; "" where it is unknown. Raises `PasswordsDiffer`,
    `Invalid`, `RateLimited`, `UsernameTaken`, `EmailTaken` or `WeakPassword`, in that order.
    """
    if normalize_password(form.password) != normalize_password(form.repeated_password):
        raise PasswordsDiffer
    wanted = User(
        email=clean_email(form.email),
        first_name=to_one_line(form.first_name).strip()[:MAX_NAME_CHARACTERS],
        last_name=to_one_line(form.last_name).strip()[:MAX_NAME_CHARACTERS],
    )
    wanted.username = clean_login_name(form.username, email=wanted.email)
    count_registration(client_ip)
    _require_available(wanted)
    check_password_rules(form.password, user=wanted)
    # Outside of the transaction, because hashing is slow on purpose.
    wanted.password = make_password(form.password)
    try:
        return _store(wanted, confirm_at=confirm_at)
    except IntegrityError:
        # A concurrent request has registered or invited this address, or taken the user name.
        _require_available(wanted)
        return _store(wanted, confirm_at=confirm_at)


def clean_login_name(username: str, *, email: str) -> str:
    """Return the user name as it is stored; raise `Invalid` where it is empty or might be another user's e-mail."""
    name = clean_username(username)
    if name is None:
        raise Invalid.one("username", "blank")
    if "@" in name and email not in list_spellings(name):
        raise Invalid.one("username", "at_sign")
    return name


def _require_available(wanted: User) -> None:
    if find_user_by_username(wanted.username or "") is not None:
        raise UsernameTaken
    known = find_user_by_email(wanted.email)
    if known is not None and known.is_registered:
        raise EmailTaken


@transaction.atomic
def _store(wanted: User, *, confirm_at: str) -> User:
    user = _save(wanted)
    record("user.register", user.uuid)
    enqueue(send_confirmation, key=str(user.uuid), user_uuid=user.uuid, confirm_at=confirm_at)
    return user


def _save(wanted: User) -> User:
    placeholder = find_user_by_email(wanted.email, lock=True)
    if placeholder is None:
        wanted.is_registered = True
        wanted.save(force_insert=True)
        return wanted
    if placeholder.is_registered:
        raise EmailTaken
    for name in ("username", "first_name", "last_name", "password"):
        setattr(placeholder, name, getattr(wanted, name))
    placeholder.is_registered = True
    placeholder.save()
    return placeholder
