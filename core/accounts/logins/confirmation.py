"""Confirm an e-mail address: its user opens a signed link that was sent there."""

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

this e-mail address was used to register an account. If you registered, please confirm the address by opening

{link}

within three days. If you didn't register, ignore this message: an unconfirmed account gets no access to anything that
was shared with this address.
"""


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
    name = f" {user.first_name}" if user.first_name else ""
    link = f"{confirm_at}?token={make_confirmation_token(user)}"
    outgoing_mail.deliver(to=user.email, subject=_SUBJECT, text=_TEXT.format(name=name, link=link))
    return None


def confirm_mailbox_by_link(token: str) -> None:
    """Confirm the e-mail address of the user whom the token names; doing it twice changes nothing.

    Raises `Invalid` for a token that is expired (`link_expired`), forged or for an earlier address (`bad_link`).
    """
    try:
        uuid, digest = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.SignatureExpired:
        raise Invalid.one("token", "link_expired") from None
    except signing.BadSignature:
        raise Invalid.one("token", "bad_link") from None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(uuid=UUID(uuid), is_registered=True).first()
        if user is None or _hash_email(user.email) != digest:
            raise Invalid.one("token", "bad_link")
        confirm_mailbox(user)


def confirm_mailbox(user: User) -> None:
    """Mark the user's e-mail address as confirmed and send `mailbox_confirmed`. Call it inside a transaction."""
    if user.email_confirmed_at is None:
        user.email_confirmed_at = timezone.now()
        user.save(update_fields=["email_confirmed_at"])
        mailbox_confirmed.send(User, user_uuid=user.uuid)


def _hash_email(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:32]
