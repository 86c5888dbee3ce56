"""Why an application is what it is: the mails behind it with their evidence, and the mails that may mean it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.errors import NotFound
from core.jobsearch.models import Application
from core.mail.models import StoredEvent

# More are the API's (`get_jobapp_detail`).
MOST_EVENTS: Final = 40
_HEAVY: Final = ("message__raw", "message__body", "message__error", "message__reason")


@dataclass(frozen=True, slots=True)
class ReasonedApplication:
    """An application with what mail said of it.

    `events`: the newest `MOST_EVENTS`, the oldest of them first, each with its message. `refusal`: the one that it is
    rejected by, None where it isn't, or where the user said so. `questions`: of mails that may mean this application or
    another one, and changed nothing.
    """

    application: Application
    events: Sequence[StoredEvent]
    refusal: StoredEvent | None
    questions: Sequence[StoredEvent]


def select_with_mail_counts(user_id: int, *, words: str = "") -> QuerySet[Application]:
    """Return the user's applications with `mails`, the number of mails behind each.

    `words`: part of the job title or the company.
    """
    found = Application.objects.filter(user_id=user_id, deleted_at=None).select_related("status")
    if words:
        found = found.filter(Q(job_title__icontains=words) | Q(company__icontains=words))
    events = StoredEvent.objects.filter(application=OuterRef("pk"), found=True)
    numbers = (
        events.order_by().values("application").annotate(number=Count("message", distinct=True))
    )
    return found.annotate(mails=Coalesce(Subquery(numbers.values("number")), 0))


def view_reasons(user_id: int, application_id: int) -> ReasonedApplication:
    """Return an application of the user with the mails behind it; raise `NotFound`."""
    own = Application.objects.filter(user_id=user_id, deleted_at=None).select_related("status")
    application = own.filter(id=application_id).first()
    if application is None:
        raise NotFound("application", application_id)
    said = StoredEvent.objects.filter(found=True).select_related("message").defer(*_HEAVY)
    newest = said.filter(application_id=application_id).order_by("-occurred_at", "-id")
    events = list(newest[:MOST_EVENTS])[::-1]
    by_user = application.rejected_at is not None
    refusals = [one for one in events if one.effect == "rejected"]
    questions = said.filter(
        message__user_id=user_id, candidates__contains=application_id, dismissed_at=None
    )
    return ReasonedApplication(
        application,
        events,
        refusals[-1] if refusals and application.is_rejected and not by_user else None,
        list(questions.order_by("-occurred_at", "-id")[:MOST_EVENTS]),
    )
