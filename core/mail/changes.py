"""Stores what matching found: new, changed and removed applications, and which event belongs to which."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection

from core.jobsearch.logos import find_expiry
from core.jobsearch.matching.values import (
    ApplicationValues,
    Changes,
    Entry,
    FactKey,
    FieldName,
    FieldValue,
    Question,
    Reference,
    Update,
)
from core.jobsearch.models import Application
from core.mail.facts import EventState, UserFacts, write_key
from core.mail.source_names import source_label

Row = dict[str, Any]  # Any: the columns of a table
# The column of each field of an application.
_COLUMNS: Final[Mapping[FieldName, str]] = {
    "title": "job_title",
    "company": "company",
    "location": "location",
    "requisition": "requisition",
    "link": "link",
    "logo": "company_logo",
    "applied_at": "apply_date",
    "interview_at": "interview_at",
    "status": "status_id",
    "rejected": "is_rejected",
}
_NO_QUESTION: Final[Row] = {"candidates": None, "question": None}
# Each row has all the columns, so that one statement changes all of them.
_UPDATE_APPLICATIONS: Final = """
    UPDATE jobsearch_application a
       SET job_title = n.job_title, company = n.company, location = n.location,
           requisition = n.requisition, link = n.link, company_logo = n.company_logo,
           logo_expires_at = n.logo_expires_at, apply_date = n.apply_date,
           interview_at = n.interview_at, status_id = n.status_id, is_rejected = n.is_rejected,
           source = n.source, mail_source = n.mail_source, msg_id = n.msg_id,
           started_by = n.started_by
      FROM jsonb_populate_recordset(NULL::jobsearch_application, %(rows)s::jsonb) n
     WHERE a.id = n.id
"""
_UPDATE_EVENTS: Final = """
    UPDATE mail_storedevent e
       SET application_id = n.application_id, effect = n.effect, status = n.status,
           rejected = n.rejected, candidates = n.candidates, question = n.question
      FROM jsonb_populate_recordset(NULL::mail_storedevent, %(rows)s::jsonb) n
     WHERE e.id = n.id
"""


def store_changes(user_id: int, changes: Changes, *, known: UserFacts) -> None:
    """Store the changes; `known` is what matching was given. Runs a fixed number of statements at most."""
    made = _create_applications(user_id, changes, known=known)
    _update_applications(changes.update, known=known)
    _update_events(changes, made=made, known=known)
    if changes.remove:
        _remove_applications([one.application_id for one in changes.remove])


def _remove_applications(ids: list[int]) -> None:
    """Delete the applications, but for those with a note: the user may have written it since matching saw none."""
    Application.objects.filter(id__in=ids, notes=None).delete()


def _create_applications(user_id: int, changes: Changes, *, known: UserFacts) -> dict[FactKey, int]:
    """Return the ids of the new applications by the facts that start them."""
    created = Application.objects.bulk_create(
        Application(
            user_id=user_id,
            made_by="mail",
            started_by=write_key(new.key),
            msg_id=known.states[new.key].msg_id,
            **_columns_of(_all_values(new.values)),
        )
        for new in changes.create
    )
    return {new.key: row.id for new, row in zip(changes.create, created, strict=True)}


def _all_values(values: ApplicationValues) -> dict[FieldName, FieldValue]:
    names: Iterable[FieldName] = (*_COLUMNS, "source")
    return {name: getattr(values, name) for name in names}


def _columns_of(values: Mapping[FieldName, FieldValue]) -> Row:
    columns: Row = {_COLUMNS[name]: value for name, value in values.items() if name != "source"}
    if "logo" in values:
        columns["logo_expires_at"] = find_expiry(values["logo"])
    if "source" in values:
        columns |= {
            "mail_source": values["source"],
            "source": source_label(str(values["source"])),
        }
    return columns


def _update_applications(updates: Iterable[Update], *, known: UserFacts) -> None:
    changed = {update.application_id: _changed_columns(update, known) for update in updates}
    changed = {id: columns for id, columns in changed.items() if columns}
    if not changed:
        return
    rows = Application.objects.filter(id__in=changed).values()
    _run(_UPDATE_APPLICATIONS, [row | changed[row["id"]] for row in rows])


def _changed_columns(update: Update, known: UserFacts) -> Row:
    columns = _columns_of(update.values)
    if update.key:
        columns["started_by"] = write_key(update.key)
    for entry in update.add:
        if entry.effect == "started":
            columns["msg_id"] = known.states[entry.fact].msg_id
    return columns


def _update_events(changes: Changes, *, made: Mapping[FactKey, int], known: UserFacts) -> None:
    links: dict[FactKey, Row] = {}
    for update in changes.update:
        links |= {key: _link(None, None) for key in update.drop if key not in links}
    for update in changes.update:
        links |= {entry.fact: _link(update.application_id, entry) for entry in update.add}
    for new in changes.create:
        links |= {entry.fact: _link(made[new.key], entry) for entry in new.entries}
    questions = {question.fact: _ask(question, made) for question in changes.questions}
    gone = {one.application_id for one in changes.remove}
    rows = []
    for key, state in known.states.items():
        row = _stored_row(state, gone)
        wanted = row | links.get(key, {}) | questions.get(key, _NO_QUESTION)
        if wanted != _stored_row(state, set()):
            rows.append(wanted)
    if rows:
        _run(_UPDATE_EVENTS, rows)


def _link(application_id: int | None, entry: Entry | None) -> Row:
    return {
        "application_id": application_id,
        "effect": entry.effect if entry else None,
        "status": entry.status if entry else None,
        "rejected": entry.rejected if entry else None,
    }


def _stored_row(state: EventState, gone: set[int]) -> Row:
    """Return the columns of an event as they are stored, without an application that goes."""
    row: Row = {"id": state.id, "candidates": state.candidates, "question": state.question}
    if state.application_id in gone:
        return row | _link(None, None)
    return row | {
        "application_id": state.application_id,
        "effect": state.effect,
        "status": state.status,
        "rejected": state.rejected,
    }


def _ask(question: Question, made: Mapping[FactKey, int]) -> Row:
    candidates = [_resolve(one, made) for one in question.candidates]
    return {"candidates": candidates, "question": question.reason}


def _resolve(reference: Reference, made: Mapping[FactKey, int]) -> int:
    return reference if isinstance(reference, int) else made[reference]


def _run(statement: str, rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": json.dumps(rows, default=_plain)})


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no column of these tables")
