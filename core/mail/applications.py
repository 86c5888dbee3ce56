"""Keeps a user's applications as the user's mail, edits and deletions make them."""

from django.db import transaction

from core.jobsearch import services
from core.jobsearch.matching import find_changes
from core.jobsearch.matching.values import Changes
from core.jobsearch.services import ApplicationChanges
from core.mail.changes import store_changes
from core.mail.facts import UserFacts, load_facts
from core.mail.models import StoredEvent
from core.mail.storing import lock_mail


def match_mail(user_id: int) -> tuple[UserFacts, Changes]:
    """Match all stored mail of the user anew, and store what that changes; return what was known before, and that.

    The caller holds the user's lock, in a transaction.
    """
    known = load_facts(user_id)
    changes = find_changes(known.applications, known.facts)
    store_changes(user_id, changes, known=known)
    return known, changes


@transaction.atomic
def update_application(user_id: int, application_id: int, *, changes: ApplicationChanges) -> None:
    """Change an application as `services.update_application` does, and match the user's mail with it."""
    lock_mail(user_id)
    services.update_application(user_id, application_id, changes=changes)
    _match_if_any(user_id)


@transaction.atomic
def delete_application(user_id: int, application_id: int) -> None:
    """Delete an application as `services.delete_application` does, and match the user's mail with what is left."""
    lock_mail(user_id)
    services.delete_application(user_id, application_id)
    _match_if_any(user_id)


def _match_if_any(user_id: int) -> None:
    # Most users who edit applications have no mail.
    if StoredEvent.objects.filter(message__user_id=user_id).exists():
        match_mail(user_id)
