"""Write a job seeker's applications and notes.

Each function raises `NotFound` for an id that isn't among the user's own rows, or whose application is deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from core.accounts.models import User
from core.accounts.time_zones import load_zone
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.jobsearch import queries
from core.jobsearch.limits import MAX_STATUS_CHARACTERS, MAX_STATUSES
from core.jobsearch.matching.values import FieldName
from core.jobsearch.models import Application, Note, Status, StatusChange
from core.json_text import JsonText
from core.one_line import clean_label

# As the JobHax API calls what a user may change.
CHANGEABLE: Final = ("status_id", "rejected", "job_title", "company", "application_date", "source")
# The columns that a user may change, and what matching calls them: mail doesn't change them again.
_FIELDS: Final[Mapping[str, FieldName]] = {
    "status_id": "status",
    "is_rejected": "rejected",
    "job_title": "title",
    "company": "company",
    "apply_date": "applied_at",
    "source": "source",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplication:
    """An application that a user enters. `applied_on`: a time, or a date in the user's time zone."""

    job_title: str
    company: str
    status_id: int
    applied_on: date | datetime
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationChanges:
    """What a user changes in an application; None leaves a value as it is. `applied_on`: as in `NewApplication`."""

    status_id: int | None = None
    is_rejected: bool | None = None
    job_title: str | None = None
    company: str | None = None
    applied_on: date | datetime | None = None
    source: str | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to change."""
        return self == ApplicationChanges()


@transaction.atomic
def add_application(user_id: int, *, new: NewApplication) -> Application:
    """Store an application and the first entry of its history; raise `NotFound` for an unknown status."""
    application = Application.objects.create(
        user_id=user_id,
        status=_require_status(new.status_id),
        own_status=new.status_id,
        job_title=new.job_title,
        company=new.company,
        apply_date=_to_time(new.applied_on, user_id=user_id),
        source=new.source,
    )
    _add_to_history(application)
    record("jobapp.create", application.id)
    return application


@transaction.atomic
def add_and_view_application(user_id: int, *, new: NewApplication, columns: str) -> JsonText:
    """Store an application as `add_application` does, and return it as `queries.view_application` does."""
    return queries.view_application(user_id, add_application(user_id, new=new).id, columns=columns)


@transaction.atomic
def update_application(user_id: int, application_id: int, *, changes: ApplicationChanges) -> None:
    """Change an application. Only a change of status is added to its history.

    Raises `Invalid` where there is nothing to change, `NotFound` for an unknown application or status.
    """
    if changes.is_empty:
        raise Invalid.one("", "one_of_required", choices=CHANGEABLE)
    application = _lock_application(user_id, application_id)
    changed = {
        column: value
        for column, value in _list_values(changes, user_id=user_id).items()
        if value is not None and value != getattr(application, column)
    }
    for column, value in changed.items():
        setattr(application, column, value)
    application.edited = sorted({*application.edited, *(_FIELDS[column] for column in changed)})
    if "is_rejected" in changed:
        application.rejected_at = timezone.now() if application.is_rejected else None
    if "status_id" in changed:
        _require_status(application.status_id)
        _add_to_history(application)
    application.save(update_fields=[*_FIELDS, "edited", "rejected_at"])
    if changed:
        record("jobapp.update", application_id, fields=changed)


def _list_values(
    changes: ApplicationChanges, *, user_id: int
) -> dict[str, str | int | bool | datetime | None]:
    """Return what the user gave, by column."""
    given = changes.applied_on
    return {
        "status_id": changes.status_id,
        "is_rejected": changes.is_rejected,
        "job_title": changes.job_title,
        "company": changes.company,
        "apply_date": None if given is None else _to_time(given, user_id=user_id),
        "source": changes.source,
    }


@transaction.atomic
def delete_application(user_id: int, application_id: int) -> None:
    """Mark an application as deleted: no query returns it, its notes or its history."""
    own = Application.objects.filter(id=application_id, user_id=user_id, deleted_at=None)
    if not own.update(deleted_at=timezone.now()):
        raise NotFound("application", application_id)
    record("jobapp.delete", application_id)


@transaction.atomic
def add_note(user_id: int, application_id: int, *, description: str) -> Note:
    """Add a note to an application."""
    note = Note.objects.create(
        application=_lock_application(user_id, application_id), description=description
    )
    record("note.create", note.id, jobapp=application_id)
    return note


@transaction.atomic
def update_note(user_id: int, note_id: int, *, description: str) -> None:
    """Replace a note's text; the same text again leaves its time alone."""
    time_of_change = Case(
        When(description=description, then="updated_at"), default=Value(timezone.now())
    )
    if not _filter_note(user_id, note_id).update(
        description=description, updated_at=time_of_change
    ):
        raise NotFound("note", note_id)
    record("note.update", note_id)


@transaction.atomic
def delete_note(user_id: int, note_id: int) -> None:
    """Delete a note."""
    deleted, _ = _filter_note(user_id, note_id).delete()
    if not deleted:
        raise NotFound("note", note_id)
    record("note.delete", note_id)


def add_status(value: str) -> Status:
    """Add a status after those that the tenant has.

    Raises `Invalid`, and `Conflict` where the tenant has it already, or has `MAX_STATUSES`.
    """
    value = clean_label(value, field="status", limit=MAX_STATUS_CHARACTERS)
    if not value:
        raise Invalid.one("status", "blank")
    if Status.objects.count() >= MAX_STATUSES:
        raise Conflict(
            kind="status", reason=f"can't be added: a tenant may have at most {MAX_STATUSES}"
        )
    try:
        with transaction.atomic():
            status = Status.objects.create(value=value)
            record("status.add", status.id)
    except IntegrityError:
        raise Conflict("status", "is there already") from None
    return status


def _lock_application(user_id: int, application_id: int) -> Application:
    """Return it locked, so that the history records concurrent changes in the order of their commits."""
    own = Application.objects.select_for_update().filter(
        id=application_id, user_id=user_id, deleted_at=None
    )
    application = own.first()
    if application is None:
        raise NotFound("application", application_id)
    return application


def _filter_note(user_id: int, note_id: int) -> QuerySet[Note]:
    return Note.objects.filter(
        id=note_id, application__user_id=user_id, application__deleted_at=None
    )


def _require_status(status_id: int) -> Status:
    status = Status.objects.filter(id=status_id).first()
    if status is None:
        raise NotFound("status", status_id)
    return status


def _add_to_history(application: Application) -> None:
    StatusChange.objects.create(
        application=application,
        status_id=application.status_id,
        is_rejected=application.is_rejected,
    )


def _to_time(given: date | datetime, *, user_id: int) -> datetime:
    if isinstance(given, datetime):
        return given
    # Midnight in UTC could be the day before in the user's time zone, and the metrics would count another month.
    zone = User.objects.values_list("time_zone", flat=True).get(id=user_id)
    return datetime.combine(given, time(), tzinfo=load_zone(zone)).astimezone(UTC)
