"""Invite a person to have an account at the tenant: by a mail with a link, on whose page the person chooses a password.

A link is signed, good once, for `LINK_LIFE`, and only as long as the person isn't invited again; it holds the role that
the account gets.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction

from core import outgoing_mail
from core.accounts.addresses import clean_email
from core.accounts.attempt_limits import count_mail_request
from core.accounts.invitations import invite_users
from core.accounts.models import User
from core.accounts.new_accounts import NewAccount, hash_new_password, store_new_account
from core.accounts.queries import find_user_by_email
from core.accounts.roles import Role, set_role
from core.audit import record
from core.errors import Conflict, EmailTaken, Invalid
from core.jobs import enqueue, task
from core.one_line import to_one_line

PAGE: Final = "/join"
LINK_LIFE: Final = timedelta(days=14)
_SALT: Final = "happo.account-invitation"
_SUBJECT: Final = "You are invited to make an account"
_TEXT: Final = """Hello,

{invited} To choose a password, please open

{link}

within {days} days. If you don't know what this is about, ignore this message.
"""


def invite_person(email: str, *, role: Role, invited_by: UUID, client_ip: str) -> User:
    """Send a link with which the person of this address makes an account; repeating it replaces the link before.

    Raises `EmailTaken` where there is an account with that address, `Conflict` where its invitation was withdrawn by
    deactivating it, `Invalid`, `RateLimited`. Call it outside of a transaction.
    """
    address = clean_email(email)
    known = find_user_by_email(address)
    if known is not None and known.is_registered:
        raise EmailTaken
    count_mail_request(address, client_ip=client_ip)
    with transaction.atomic():
        invite_users([address])
        user = find_user_by_email(address, lock=True)
        if user is None or user.is_registered:
            raise EmailTaken
        if not user.is_active:
            raise Conflict("user", "is deactivated")
        record("user.invite", user.uuid, role=role.value)
        # Links hold its hash: those of earlier mails, which may hold another role, are worth nothing any more.
        user.password = make_password(None)
        user.save(update_fields=["password"])
        mark = _digest(user)
        enqueue(
            send_account_invitation,
            key=mark,
            user_uuid=user.uuid,
            role=role.value,
            invited_by=invited_by,
            mark=mark,
        )
    return user


@task("accounts.send_account_invitation")
def send_account_invitation(
    *, user_uuid: str, role: str, invited_by: str, mark: str = ""
) -> str | None:
    """Send the link. The job creates the token itself, because operators can read the arguments of jobs.

    `mark`: of the invitation that this mail belongs to; "" in jobs of earlier code.
    """
    user = User.objects.filter(uuid=user_uuid, is_registered=False, is_active=True).first()
    if user is None:
        return "the person has an account, or the invitation was withdrawn"
    if mark and mark != _digest(user):
        return "the person was invited again"
    text = _TEXT.format(
        invited=_describe_inviter(UUID(invited_by)),
        link=outgoing_mail.make_link(PAGE, make_account_token(user, Role(role))),
        days=LINK_LIFE.days,
    )
    outgoing_mail.deliver(to=user.email, subject=_SUBJECT, text=text)
    return None


def read_account_invitation(token: str) -> User:
    """Return the placeholder of a link; raise `Invalid` (`link_expired`, `bad_link`)."""
    return _require(token)[0]


def join(token: str, account: NewAccount) -> User:
    """Make the account of a link. Raises as `read_account_invitation` and `hash_new_password`."""
    user, _ = _require(token)
    hashed = hash_new_password(account, user=user)
    with transaction.atomic():
        user, role = _require(token, lock=True)
        store_new_account(user, account, hashed=hashed)
        set_role(user, role)
    return user


def make_account_token(user: User, role: Role) -> str:
    """Return the token of a link for this placeholder, whose account gets the role."""
    return signing.dumps([str(user.uuid), role.value, _digest(user)], salt=_SALT)


def _require(token: str, *, lock: bool = False) -> tuple[User, Role]:
    try:
        uuid, role, digest = signing.loads(token, salt=_SALT, max_age=LINK_LIFE)
    except signing.SignatureExpired:
        raise Invalid.one("token", "link_expired") from None
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid.one("token", "bad_link") from None
    users = User.objects.select_for_update() if lock else User.objects.all()
    user = users.filter(uuid=UUID(uuid), is_registered=False, is_active=True).first()
    if user is None or _digest(user) != digest:
        raise Invalid.one("token", "bad_link")
    return user, Role(role)


def _digest(user: User) -> str:
    """Return what a link holds of a placeholder: of its address, and of its unusable password, a new one each time."""
    return sha256(f"{user.email}\n{user.password}".encode()).hexdigest()[:32]


def _describe_inviter(invited_by: UUID) -> str:
    # A name is shown to the invited one only where its user has proven an address.
    user = User.objects.filter(uuid=invited_by, is_active=True).first()
    if user is None or user.email_confirmed_at is None:
        return "you are invited to make an account."
    name = to_one_line(f"{user.first_name} {user.last_name}").strip()
    shown = f"{name} ({user.email})" if name else user.email
    return f"{shown} invites you to make an account."
