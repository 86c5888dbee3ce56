"""The account that a person makes behind a link in a mail: with a password, typed twice, and a name."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from core.accounts.models import User
from core.accounts.password_hashing import normalize_password
from core.accounts.services import check_password_rules, confirm_mailbox
from core.audit import record
from core.errors import Invalid, PasswordsDiffer
from core.one_line import to_one_line
from providers.limits import MAX_NAME_CHARACTERS


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person without an account enters."""

    password: str = field(repr=False)
    repeated_password: str = field(repr=False)
    first_name: str = ""
    last_name: str = ""


def hash_new_password(account: NewAccount, *, user: User) -> str:
    """Return the hash of the password that was entered for `user`. It is slow: call it outside of a transaction.

    Raises `Invalid` (`required`, `too_long`), `PasswordsDiffer`, `WeakPassword`, `Overloaded`.
    """
    if not account.password:
        raise Invalid.one("password", "required")
    if normalize_password(account.password) != normalize_password(account.repeated_password):
        raise PasswordsDiffer
    check_password_rules(account.password, user=user)
    return make_password(account.password)


def store_new_account(user: User, account: NewAccount, *, hashed: str) -> None:
    """Make `user`, who is locked, the account of the person who has proven its mailbox by the link."""
    user.password, user.is_registered = hashed, True
    user.first_name = to_one_line(account.first_name).strip()[:MAX_NAME_CHARACTERS]
    user.last_name = to_one_line(account.last_name).strip()[:MAX_NAME_CHARACTERS]
    user.save()
    record("user.register", user.uuid)
    confirm_mailbox(user)
