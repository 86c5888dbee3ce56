"""Confirm an e-mail address: its user has the link that was sent there, and the password (or session) of the account.

The link alone proves nothing about the account: any person can register with the address of another one, whose mail
scanner then opens the link.
"""

from dataclasses import dataclass

from django.db import transaction

from core import outgoing_mail
from core.accounts.logins.mail_requests import find_recipient
from core.accounts.logins.mailed_tokens import CONFIRMATION
from core.accounts.logins.passwords import require_password
from core.accounts.models import User
from core.accounts.services import confirm_mailbox
from core.accounts.values import Caller
from core.errors import Conflict, Invalid, WrongPassword
from core.jobs import enqueue, task

_SUBJECT = "Please confirm your e-mail address"
# It holds no text of the account, whose maker has not proven to own this address.
_TEXT = """Hello,

this e-mail address was used to register an account. If you registered, please open

{link}

within three days and confirm the address with your password. If you didn't register, ignore this
message: an unconfirmed account gets no access to anything that was shared with this address.
"""


@dataclass(frozen=True, slots=True)
class UnconfirmedMailbox:
    """The account that a link is about. `has_password` is False where it was made with a provider's token."""

    email: str
    is_confirmed: bool
    has_password: bool


def request_confirmation(email: str, *, client_ip: str, confirm_at: str) -> None:
    """Send the link again, where a user with this address has to confirm it; raise as `find_recipient`.

    An unknown address takes as long, since it leads to a job too.
    """
    subject = find_recipient(email, client_ip=client_ip)
    enqueue(send_confirmation, key=str(subject), user_uuid=subject, confirm_at=confirm_at)


@task("logins.send_confirmation")
def send_confirmation(*, user_uuid: str, confirm_at: str) -> str | None:
    """Send the link. The job creates the token itself, because operators can read the arguments of jobs.

    `confirm_at`: the link without its query string.
    """
    user = User.objects.filter(uuid=user_uuid, is_registered=True, is_active=True).first()
    if user is None or user.email_confirmed_at is not None:
        return "nothing to confirm any more"
    link = f"{confirm_at}?token={CONFIRMATION.make(user)}"
    outgoing_mail.deliver(to=user.email, subject=_SUBJECT, text=_TEXT.format(link=link))
    return None


def read_confirmation_token(token: str) -> UnconfirmedMailbox:
    """Return the account that the token of a link is about; raise `Invalid` as `TokenKind.require_user`."""
    user = CONFIRMATION.require_user(token)
    return UnconfirmedMailbox(
        email=user.email,
        is_confirmed=user.email_confirmed_at is not None,
        has_password=user.has_usable_password(),
    )


def confirm_mailbox_with_password(token: str, *, password: str, client_ip: str) -> None:
    """Confirm the e-mail address of the token's account, whose password this is; doing it twice changes nothing.

    Raises `Invalid` as `read_confirmation_token`, and what `require_password` raises.
    """
    user = CONFIRMATION.require_user(token)
    if user.email_confirmed_at is None:
        require_password(user, password=password, client_ip=client_ip)
        _confirm_unchanged(token, user)


def confirm_mailbox_of_caller(caller: Caller, *, token: str) -> None:
    """Confirm the caller's e-mail address with the token of a link; raise `Invalid`, also for another user's token."""
    user = CONFIRMATION.require_user(token)
    if user.uuid != caller.user_uuid:
        raise Invalid.one("token", "bad_link")
    _confirm_unchanged(token, user)


@transaction.atomic
def _confirm_unchanged(token: str, checked: User) -> None:
    user = CONFIRMATION.require_user(token, for_update=True)
    # The owner of the mailbox may have taken the account over since the password was checked.
    if user.password != checked.password:
        raise WrongPassword
    confirm_mailbox(user)


def confirm_mailbox_for_operator(user: User) -> None:
    """Confirm the address of a registered user on the word of an operator; raise `Conflict` for a placeholder."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(id=user.id)
        if not locked.is_registered:
            raise Conflict("user", "has not registered yet")
        confirm_mailbox(locked)
