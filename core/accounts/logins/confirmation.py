"""Confirm an e-mail address: its user has the link that was sent there, and the password (or session) of the account.

The link alone proves nothing about the account: any person can register with the address of another one, whose mail
scanner then opens the link.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from core import outgoing_mail
from core.accounts.events import mailbox_confirmed
from core.accounts.logins.passwords import require_password
from core.accounts.models import User
from core.accounts.values import Caller
from core.errors import Invalid, WrongPassword
from core.jobs import task

LIFE = timedelta(days=3)
_SALT = "happo.confirm-mailbox"
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


def make_confirmation_token(user: User) -> str:
    """Return the token of the link: valid for `LIFE`, and only while the user has this e-mail address."""
    return signing.dumps([str(user.uuid), _hash_email(user.email)], salt=_SALT)


@task("logins.send_confirmation")
def send_confirmation(*, user_uuid: str, confirm_at: str) -> str | None:
    """Send the link. The job creates the token itself, because operators can read the arguments of jobs.

    `confirm_at`: the link without its query string.
    """
    user = User.objects.filter(uuid=user_uuid).first()
    if user is None or user.email_confirmed_at is not None:
        return "nothing to confirm any more"
    link = f"{confirm_at}?token={make_confirmation_token(user)}"
    outgoing_mail.deliver(to=user.email, subject=_SUBJECT, text=_TEXT.format(link=link))
    return None


def read_confirmation_token(token: str) -> UnconfirmedMailbox:
    """Return the account that the token of a link is about.

    Raises `Invalid` for a token that is expired (`link_expired`), forged or for an earlier address (`bad_link`).
    """
    user = _require_user(token)
    return UnconfirmedMailbox(
        email=user.email,
        is_confirmed=user.email_confirmed_at is not None,
        has_password=user.has_usable_password(),
    )


def confirm_mailbox_with_password(token: str, *, password: str, client_ip: str) -> None:
    """Confirm the e-mail address of the token's account, whose password this is; doing it twice changes nothing.

    Raises `Invalid` as `read_confirmation_token`, and what `require_password` raises.
    """
    user = _require_user(token)
    if user.email_confirmed_at is None:
        require_password(user, password=password, client_ip=client_ip)
        _confirm_unchanged(token, user)


def confirm_mailbox_of_caller(caller: Caller, *, token: str) -> None:
    """Confirm the caller's e-mail address with the token of a link; raise `Invalid`, also for another user's token."""
    user = _require_user(token)
    if user.uuid != caller.user_uuid:
        raise Invalid.one("token", "bad_link")
    _confirm_unchanged(token, user)


@transaction.atomic
def _confirm_unchanged(token: str, checked: User) -> None:
    user = User.objects.select_for_update().get(uuid=_require_user(token).uuid)
    # The owner of the mailbox may have taken the account over since the password was checked.
    if user.password != checked.password:
        raise WrongPassword
    confirm_mailbox(user)


def _require_user(token: str) -> User:
    try:
        uuid, digest = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.SignatureExpired:
        raise Invalid.one("token", "link_expired") from None
    except signing.BadSignature:
        raise Invalid.one("token", "bad_link") from None
    user = User.objects.filter(uuid=UUID(uuid), is_registered=True, is_active=True).first()
    if user is None or _hash_email(user.email) != digest:
        raise Invalid.one("token", "bad_link")
    return user


def confirm_mailbox(user: User) -> None:
    """Mark the user's e-mail address as confirmed and send `mailbox_confirmed`. Call it inside a transaction."""
    if user.email_confirmed_at is None:
        user.email_confirmed_at = timezone.now()
        user.save(update_fields=["email_confirmed_at"])
        mailbox_confirmed.send(User, user_uuid=user.uuid)


def _hash_email(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:32]
