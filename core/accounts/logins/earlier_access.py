"""End the access that another person may have to an account: one who registered with its address, without proof."""

from django.utils import timezone

from core.accounts.events import access_ended
from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import ApiKey, User


def end_earlier_access(user: User, *, was_registered: bool) -> None:
    """Remove the linked accounts, the API keys and, by `access_ended`, the mailboxes of an unconfirmed user.

    The caller ends password and sessions, in the same transaction. `was_registered`: a person has registered before;
    only operators give a key to a placeholder, so that one stays.
    """
    LinkedIdentity.objects.filter(user=user).delete()
    if was_registered:
        ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
    access_ended.send(User, user_id=user.id)
