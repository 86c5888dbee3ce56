"""Follow the verified e-mail address of a linked account: the first one that it shows, and each later one.

An account that came without an address has one under `.invalid`, which its first verified address replaces. A changed
address is followed if the user has confirmed the former one, and if no other user has it. A placeholder is no other
user: its invitations become the user's.
"""

from django.db import connection, transaction

from core.accounts.addresses import list_spellings
from core.accounts.events import mailbox_confirmed, placeholder_joined
from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import ApiKey, User
from core.accounts.queries import find_user_by_email
from core.accounts.services import confirm_mailbox
from core.audit import record


@transaction.atomic
def follow_address(linked: LinkedIdentity, email: str, *, stand_in: str) -> User:
    """Give the identity's user the address `email`, which the provider has verified, and return the user as it is then.

    `stand_in`: the address under `.invalid` that the user of this identity has without one. Nothing changes where
    another user has the address. Call it before any row is locked.
    """
    user = linked.user
    if user.email in list_spellings(email):
        _remember(linked, email)
        return user
    if not _is_new(linked, email, user=user, stand_in=stand_in):
        return user
    holder = find_user_by_email(email)
    if holder is not None:
        if not _is_mere_placeholder(holder):
            return user
        # The receivers lock what they change before the users are locked here.
        placeholder_joined.send(User, placeholder_uuid=holder.uuid, user_uuid=user.uuid)
    return _replace_address(linked, email, was=user.email, placeholder=holder)


def _is_new(linked: LinkedIdentity, email: str, *, user: User, stand_in: str) -> bool:
    if user.email == stand_in:
        return True
    # An unconfirmed address has invitations that wait for its proof, which the new address is not.
    return user.email_confirmed_at is not None and linked.email not in ("", email)


def _is_mere_placeholder(holder: User) -> bool:
    """Return whether the user stands for invitations alone; an operator may have given a key to it."""
    return not holder.is_registered and not ApiKey.objects.filter(user=holder).exists()


def _replace_address(
    linked: LinkedIdentity, email: str, *, was: str, placeholder: User | None
) -> User:
    user = User.objects.select_for_update().get(id=linked.user_id)
    if user.email != was:
        # A simultaneous log-in of the same person was quicker.
        return user
    if placeholder is not None:
        # The ORM would also look into tables of operators, which the tenant's schema doesn't have.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_user WHERE id = %s", [placeholder.id])
    user.email = email
    user.save(update_fields=["email"])
    record("user.update", user.uuid, fields=["email"])
    if user.email_confirmed_at is None:
        confirm_mailbox(user)
    elif placeholder is not None:
        mailbox_confirmed.send(User, user_uuid=user.uuid)
    _remember(linked, email)
    return user


def _remember(linked: LinkedIdentity, email: str) -> None:
    if linked.email != email:
        linked.email = email
        linked.save(update_fields=["email"])
