"""Change a password: with the old one, by a link in a mail, or as an operator. All of the user's sessions end."""

from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core import outgoing_mail
from core.accounts.logins.earlier_access import end_earlier_access
from core.accounts.logins.mail_requests import find_recipient
from core.accounts.logins.mailed_tokens import PASSWORD_RESET
from core.accounts.logins.passwords import require_password
from core.accounts.models import User
from core.accounts.password_hashing import normalize_password
from core.accounts.services import check_password_rules, confirm_mailbox
from core.accounts.sessions.services import end_all_sessions
from core.accounts.values import Caller
from core.audit import record
from core.errors import PasswordsDiffer, WrongPassword
from core.jobs import enqueue, task

_SUBJECT: Final = "Choose a new password"
# It holds no text of the account, whose maker may not have proven to own this address.
_TEXT: Final = """Hello,

a new password was asked for, for the account with this e-mail address. To choose one, please
open

{link}

within two hours. If you didn't ask for it, ignore this message: the password stays as it is.
"""


def request_password_reset(email: str, *, client_ip: str, reset_at: str, token_prefix: str) -> None:
    """Send a link with which the user of this address chooses a new password; raise as `find_recipient`.

    `reset_at`: the link without its query string; `token_prefix`: what the token begins with. An unknown address takes
    as long, since it leads to a job too.
    """
    subject = find_recipient(email, client_ip=client_ip)
    enqueue(
        send_password_reset,
        key=str(subject),
        user_uuid=subject,
        reset_at=reset_at,
        token_prefix=token_prefix,
    )


@task("logins.send_password_reset")
def send_password_reset(*, user_uuid: str, reset_at: str, token_prefix: str) -> str | None:
    """Send the link. The job creates the token itself, because operators can read the arguments of jobs."""
    user = User.objects.filter(uuid=user_uuid, is_registered=True, is_active=True).first()
    if user is None:
        return "no user with this address may log in"
    link = f"{reset_at}?token={token_prefix}{PASSWORD_RESET.make(user)}"
    outgoing_mail.deliver(to=user.email, subject=_SUBJECT, text=_TEXT.format(link=link))
    return None


def reset_password(token: str, *, password: str, repeated_password: str) -> None:
    """Set the password of the token's user, who has proven to own the mailbox: that confirms it, too.

    Another person may have registered an unconfirmed account, so its keys, linked accounts and mailboxes are removed.
    Raises `Invalid` as `TokenKind.require_user`, `PasswordsDiffer`, `WeakPassword`, `Overloaded`.
    """
    user = PASSWORD_RESET.require_user(token)
    hashed = _hash_new_password(user, password, repeated_password)
    with transaction.atomic():
        user = PASSWORD_RESET.require_user(token, for_update=True)
        _store(user, hashed)
        if user.email_confirmed_at is None:
            end_earlier_access(user, was_registered=True)
            confirm_mailbox(user)


def change_password(
    caller: Caller, *, old_password: str, password: str, repeated_password: str, client_ip: str
) -> None:
    """Replace the caller's password.

    Raises `PasswordsDiffer`, `WeakPassword`, and what `require_password` raises about the old one. Call it outside of a
    transaction.
    """
    user = User.objects.get(id=caller.user_id)
    _check_new_password(user, password, repeated_password)
    require_password(user, password=old_password, client_ip=client_ip)
    hashed = make_password(password)
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(id=user.id)
        if locked.password != user.password:
            raise WrongPassword
        _store(locked, hashed)


def set_password(user: User, *, password: str) -> None:
    """Set the user's password, for an operator; raise `WeakPassword`, `Invalid`."""
    hashed = _hash_new_password(user, password, password)
    with transaction.atomic():
        _store(User.objects.select_for_update(no_key=True).get(id=user.id), hashed)


def _hash_new_password(user: User, password: str, repeated: str) -> str:
    _check_new_password(user, password, repeated)
    # Outside of a transaction, because hashing is slow on purpose.
    return make_password(password)


def _check_new_password(user: User, password: str, repeated: str) -> None:
    if normalize_password(password) != normalize_password(repeated):
        raise PasswordsDiffer
    check_password_rules(password, user=user)


def _store(user: User, hashed: str) -> None:
    user.password = hashed
    user.save(update_fields=["password"])
    end_all_sessions(user)
    record("user.set_password", user.uuid)
