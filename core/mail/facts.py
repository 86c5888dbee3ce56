"""Reads what matching needs: all facts of a user's mail, and all of the user's applications."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final

from django.db.models import Exists, OuterRef

from core.accounts.models import User
from core.accounts.time_zones import load_zone
from core.jobsearch.matching.values import (
    ApplicationValues,
    Entry,
    Fact,
    FactKey,
    StoredApplication,
)
from core.jobsearch.models import Application, Note
from core.mail.models import EVENT_COLUMNS, StoredEvent

Row = dict[str, Any]  # Any: the columns of an event and of its mail
_OF_MESSAGE: Final = (
    "digest", "stored_at", "sender_address", "claimed_by", "system_domains", "forwarded", "source",
    "template", "mailbox_key",
)  # fmt: skip
_OF_EVENT: Final = (
    *EVENT_COLUMNS, "id", "message_id", "position", "dismissed_at", "application_id", "effect",
    "status", "rejected", "candidates", "question", "found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventState:
    """What is stored of an event beside its fact. `msg_id`: the mailbox's id of its mail."""

    id: int
    message_id: int
    msg_id: str
    application_id: int | None
    effect: str | None
    status: int | None
    rejected: bool | None
    candidates: list[int] | None
    question: str | None


@dataclass(frozen=True, slots=True)
class UserFacts:
    """All that is stored of one user's mail and applications, as matching takes it."""

    facts: list[Fact] = field(default_factory=list)
    states: dict[FactKey, EventState] = field(default_factory=dict)
    applications: list[StoredApplication] = field(default_factory=list)


def load_facts(user_id: int) -> UserFacts:
    """Return everything, with the applications locked. Runs three statements; the caller holds the user's lock."""
    loaded = UserFacts()
    entries: dict[int, list[Entry]] = {}
    zone = load_zone(User.objects.values_list("time_zone", flat=True).get(id=user_id))
    for row in _list_events(user_id):
        fact, state = _fact_of(row, zone), _state_of(row)
        loaded.facts.append(fact)
        loaded.states[fact.key] = state
        if state.application_id is not None:
            entries.setdefault(state.application_id, []).append(_entry_of(fact, state))
    loaded.applications.extend(_list_applications(user_id, entries))
    return loaded


def _list_events(user_id: int) -> Iterator[Row]:
    columns = [*_OF_EVENT, *(f"message__{name}" for name in _OF_MESSAGE)]
    events = StoredEvent.objects.filter(message__user_id=user_id)
    yield from events.order_by("message_id", "position").values(*columns)


def _fact_of(row: Row, zone: tzinfo) -> Fact:
    on: date | None = row["occurred_on"]
    return Fact(
        key=FactKey(bytes(row["message__digest"]).hex(), row["position"]),
        source=row["message__source"],
        kind=row["kind"],
        occurred_at=row["occurred_at"],
        applied_at=_begin_of(on, zone, otherwise=row["occurred_at"]) if on else row["occurred_at"],
        arrived_at=row["message__stored_at"],
        sender=row["message__sender_address"],
        claimed_by=row["message__claimed_by"],
        title=row["title"],
        company=row["company"],
        location=row["location"],
        requisition=row["requisition"],
        link=row["link"],
        logo=row["logo"],
        scheduled_at=row["scheduled_at"],
        signed_by=tuple(row["message__system_domains"]),
        forwarded=row["message__forwarded"],
        template=row["message__template"],
        dismissed=row["dismissed_at"] is not None,
        found=row["found"],
    )


def write_key(key: FactKey) -> str:
    """Return the text that an application keeps of the fact that started it."""
    return f"{key.mail}:{key.position}"


def _read_key(text: str) -> FactKey | None:
    mail, _, position = text.partition(":")
    return FactKey(mail, int(position)) if mail else None


def _begin_of(day: date, zone: tzinfo, *, otherwise: datetime) -> datetime:
    try:
        return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    except OverflowError:
        # A plugin may say the first or the last day that there is: in UTC that is none.
        return otherwise


def _state_of(row: Row) -> EventState:
    return EventState(
        id=row["id"],
        message_id=row["message_id"],
        msg_id=row["message__mailbox_key"],
        application_id=row["application_id"],
        effect=row["effect"],
        status=row["status"],
        rejected=row["rejected"],
        candidates=row["candidates"],
        question=row["question"],
    )


def _entry_of(fact: Fact, state: EventState) -> Entry:
    return Entry(
        fact=fact.key,
        at=fact.occurred_at,
        effect=state.effect,  # type: ignore[arg-type]  # one of `Effect`
        status=state.status or 0,
        rejected=bool(state.rejected),
    )


def _list_applications(
    user_id: int, entries: dict[int, list[Entry]]
) -> Iterator[StoredApplication]:
    has_notes = Exists(Note.objects.filter(application_id=OuterRef("id")))
    # Locked, so that a change of the user's waits, or is seen here.
    rows = Application.objects.filter(user_id=user_id).annotate(has_notes=has_notes)
    for row in rows.order_by("id").select_for_update(of=("self",), no_key=True):
        yield _application_of(row, tuple(entries.get(row.id, ())))


def _application_of(row: Any, entries: tuple[Entry, ...]) -> StoredApplication:  # Any: annotated
    is_users = row.made_by == "user"
    return StoredApplication(
        id=row.id,
        made_by=row.made_by,
        made_at=row.created_at,
        values=ApplicationValues(
            title=row.job_title,
            company=row.company,
            applied_at=row.apply_date,
            status=row.status_id,
            rejected=row.is_rejected,
            location=row.location,
            requisition=row.requisition,
            link=row.link,
            logo=row.company_logo,
            source=row.source if is_users or "source" in row.edited else row.mail_source,
            interview_at=row.interview_at,
        ),
        key=_read_key(row.started_by),
        own_status=(row.own_status or row.status_id) if is_users else None,
        edited=frozenset(row.edited),
        touched=row.has_notes,
        deleted=row.deleted_at is not None,
        # The user may delete what the user has rejected: it was over from then on.
        ended_at=row.rejected_at or row.deleted_at,
        entries=entries,
    )
