"""Proof of a mailbox: a signed link that is sent there, and comes back."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from core import outgoing_mail
from core.accounts.events import mailbox_confirmed
from core.accounts.models import User
from core.errors import Invalid
from core.jobs import task

LIFE = timedelta(days=3)
_SALT = "happo.confirm-mailbox"
_SUBJECT = "Please confirm your e-mail address"
_TEXT = """Hello{name},

somebody, most likely you, has registered with this e-mail address. To confirm that it is yours, open

{link}

within three days. If it wasn't you, do nothing: without it the account gets nothing that belongs to this address.
"""


def confirmation_token(user: User) -> str:
    """Return the secret part of the link; good for `LIFE`, for this address only."""
    return signing.dumps([str(user.uuid), _digest(user.email)], salt=_SALT)


@task("logins.send_confirmation")
def send_confirmation(*, user_uuid: str, confirm_at: str) -> str | None:
    """Mail the link. It is made here: the arguments of a job can be read by operators."""
    user = User.objects.filter(uuid=user_uuid).first()
    if user is None or user.email_confirmed_at is not None:
        return "nothing to confirm any more"
    name = f" {user.first_name}" if user.first_name else ""
    link = f"{confirm_at}?token={confirmation_token(user)}"
    outgoing_mail.deliver(to=user.email, subject=_SUBJECT, text=_TEXT.format(name=name, link=link))
    return None


def confirm_mailbox_by_link(token: str) -> None:
    """Take the token of a link as proof of its user's mailbox; twice is fine. Raises `Invalid` for a bad or old one."""
    try:
        uuid, digest = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.SignatureExpired:
        raise Invalid.one("token", "link_expired") from None
    except signing.BadSignature:
        raise Invalid.one("token", "bad_link") from None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(uuid=UUID(uuid), is_registered=True).first()
        if user is None or _digest(user.email) != digest:
            raise Invalid.one("token", "bad_link")
        confirm_mailbox(user)


def confirm_mailbox(user: User) -> None:
    """Note that the mailbox is proven to be the user's, and tell whoever waits for it; inside a transaction."""
    if user.email_confirmed_at is None:
        user.email_confirmed_at = timezone.now()
        user.save(update_fields=["email_confirmed_at"])
        mailbox_confirmed.send(User, user_uuid=user.uuid)


def _digest(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:32]
