"""The user takes back what a mail did."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.audit import record
from core.errors import NotFound
from core.jobsearch.models import Application
from core.mail.applications import match_mail
from core.mail.models import StoredEvent
from core.mail.storing import lock_mail


@transaction.atomic
def dismiss_mail(user_id: int, *, application_id: int, message_id: int) -> None:
    """Take back what a mail did to an application, for good; doing it twice changes nothing.

    An application that no other mail belongs to goes, unless the user touched it. A mail that may mean the application
    is no question any more. Raises `NotFound` for an application that isn't the user's, or a mail that isn't of it.
    """
    lock_mail(user_id)
    if not Application.objects.filter(id=application_id, user_id=user_id, deleted_at=None).exists():
        raise NotFound("application", application_id)
    said = StoredEvent.objects.filter(message_id=message_id, message__user_id=user_id)
    belongs = Q(application_id=application_id) | Q(candidates__contains=application_id)
    if said.filter(belongs, dismissed_at=None).update(dismissed_at=timezone.now()):
        match_mail(user_id)
        record("jobapp.dismiss_mail", application_id, mail=message_id)
    # What was dismissed belongs to no application any more.
    elif not said.exclude(dismissed_at=None).exists():
        raise NotFound("mail", message_id)
