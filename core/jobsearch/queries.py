"""Read a job seeker's applications, with one statement each, which finds only the user's own that aren't deleted.

The caller passes the JSON keys of its API as `columns`: a list of SQL columns, each of whose names becomes a key, in
that order. It must be a constant, never text of a client. The columns come from these rows:

    a   jobsearch_application
    s   the status, as an object: id, value
    c   what the user and mail did: changed_at, message_id (of the mail, null for the user)
    n   jobsearch_note
    e   mail_storedevent: an event of a mail
    m   mail_storedmessage: that mail
"""
# ruff: noqa: S608 - the statements are put together from constants; what a client sent is always a parameter

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from core.cursors import SortKey, read_cursor, write_cursor
from core.errors import NotFound
from core.jobsearch.matching.values import SHOWN_IN_HISTORY
from core.jobsearch.models import Status
from core.json_text import JsonText
from core.pages import Page
from core.sql import (
    Json,
    ListStatement,
    Parameters,
    fetch_json,
    fetch_list,
    fetch_row,
    json_list,
    json_rows,
)
from core.text_search import fold_text

_STATUS: Final = "(SELECT id, value FROM jobsearch_status)"
_WITH_STATUS: Final = f"a JOIN {_STATUS} s ON s.id = a.status_id"
_OWN: Final = "a.user_id = %(user)s AND a.deleted_at IS NULL"
_THIS_ONE: Final = f"a.id = %(id)s AND {_OWN}"
# The effects of events that the history shows (`matching.SHOWN_IN_HISTORY`).
_IN_HISTORY: Final = "('" + "', '".join(sorted(SHOWN_IN_HISTORY)) + "')"
# SQL for the logo of `a`, null once its address has expired.
LOGO: Final = "CASE WHEN a.logo_expires_at <= now() THEN NULL ELSE a.company_logo END"
_NEWEST_FIRST: Final = "ORDER BY a.apply_date DESC, a.id DESC"
_STATUS_EXISTS: Final = "EXISTS (SELECT FROM jobsearch_status WHERE id = %(status)s)"
_TEXT: Final = fold_text("concat_ws(E'\\n', a.job_title, a.company)")
_LIST: Final = "applications, newest first"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Selects applications: of one status, of one source (as stored), with these words in job title or company."""

    status_id: int | None = None
    source: str | None = None
    words: str | None = None

    def conditions(self) -> tuple[str, Parameters]:
        """Return SQL that starts with AND, or is empty, and its parameters."""
        sql, parameters = "", Parameters()
        if self.status_id is not None:
            sql += " AND a.status_id = %(status)s"
            parameters["status"] = self.status_id
        if self.source is not None:
            sql += " AND a.source = %(source)s"
            parameters["source"] = self.source
        if self.words is not None:
            sql += f" AND strpos({_TEXT}, {fold_text('%(words)s')}) > 0"
            parameters["words"] = self.words
        return sql, parameters


EVERY: Final = ListFilter()


def list_all_applications(user_id: int, *, columns: str, status_id: int | None = None) -> Json:
    """Return every application, the newest apply date first; raise `NotFound` for an unknown status.

    `columns`: of `a` and `s`.
    """
    statement = select_all_applications(columns, status_id=status_id)
    found = fetch_list(statement, {"user": user_id, "status": status_id})
    if found is None:
        raise NotFound("status", status_id)
    return found


def select_all_applications(columns: str, *, status_id: int | None = None) -> ListStatement:
    """Return the statement of `list_all_applications`, whose parameters are `user` and `status`."""
    conditions, _ = ListFilter(status_id=status_id).conditions()
    rows = f"{_select_applications(columns)} {conditions} {_NEWEST_FIRST}"
    return json_rows(rows, condition="true" if status_id is None else _STATUS_EXISTS)


def _select_applications(columns: str) -> str:
    return f"SELECT {columns} FROM jobsearch_application {_WITH_STATUS} WHERE {_OWN}"


def list_applications(
    user_id: int,
    *,
    user_uuid: UUID,
    columns: str,
    limit: int,
    cursor: str | None = None,
    only: ListFilter = EVERY,
) -> Page[Any]:  # Any: the API's model of an application
    """Return up to `limit` applications after `cursor`, the newest apply date first.

    `columns`: of `a` and `s`. `user_uuid`: of the same user; two tenants have users with the same number. Raises
    `NotFound` for an unknown status, `Invalid` for a cursor of another list.
    """
    conditions, parameters = only.conditions()
    if cursor is not None:
        key = read_cursor(cursor, of=_name_list(user_uuid))
        conditions += " AND (a.apply_date, a.id) < (%(after)s, %(after_id)s)"
        parameters |= {"after": key.at, "after_id": key.id.int}
    statement = _select_page(columns, conditions) + _require_status(only.status_id)
    row = fetch_row(statement, {"user": user_id, "limit": limit, **parameters})
    if row is None:
        raise NotFound("status", only.status_id)
    applications, last_date, last_id = row
    # A sort key's id is a UUID, so the number is stored in one.
    following = (
        write_cursor(SortKey(last_date, UUID(int=last_id)), of=_name_list(user_uuid))
        if last_id is not None
        else None
    )
    return Page(JsonText(applications.encode()), following)


def _name_list(user_uuid: UUID) -> str:
    # A cursor belongs to its user.
    return f"{_LIST}, of user {user_uuid}"


def _select_page(columns: str, conditions: str) -> str:
    # One row more than `limit` says whether there is a next page.
    rows = f"SELECT {columns} FROM page {_WITH_STATUS} WHERE number <= %(limit)s ORDER BY number"
    return f"""
        WITH page AS MATERIALIZED (
            SELECT a.*, row_number() OVER ({_NEWEST_FIRST}) AS number
              FROM jobsearch_application a WHERE {_OWN}{conditions}
             {_NEWEST_FIRST} LIMIT %(limit)s + 1
        ), last AS (
            SELECT id, apply_date FROM page
             WHERE number = %(limit)s AND EXISTS (SELECT FROM page WHERE number > %(limit)s)
        )
        SELECT {json_list(rows)}, (SELECT apply_date FROM last), (SELECT id FROM last)"""


def _require_status(status_id: int | None) -> str:
    """Return the condition without which an unknown status would give an empty list instead of no row."""
    if status_id is None:
        return ""
    return f" WHERE {_STATUS_EXISTS}"


def view_application(user_id: int, application_id: int, *, columns: str) -> JsonText:
    """Return one application; raise `NotFound`. `columns`: of `a` and `s`."""
    rows = f"{_select_applications(columns)} AND a.id = %(id)s"
    return _fetch_own(f"SELECT row_to_json(row)::text FROM ({rows}) row", user_id, application_id)


def list_statuses(*, columns: str) -> JsonText:
    """Return the tenant's statuses by id. `columns`: id, value."""
    rows = f"SELECT {columns} FROM jobsearch_status ORDER BY id"
    found = fetch_json(f"SELECT {json_list(rows)}", {})
    assert found is not None
    return found


def list_status_rows() -> Sequence[Status]:
    """Return the statuses of the active tenant, by id."""
    return list(Status.objects.order_by("id"))


def list_status_history(user_id: int, application_id: int, *, columns: str) -> Json:
    """Return the status changes of an application, oldest first; raise `NotFound`. `columns`: of `c` and `s`."""
    rows = f"""
        SELECT {columns}
          FROM (SELECT status_id, changed_at, NULL::bigint AS message_id, id
                  FROM jobsearch_statuschange WHERE application_id = a.id
                 UNION ALL
                SELECT status, occurred_at, message_id, id
                  FROM mail_storedevent
                 WHERE application_id = a.id AND found AND effect IN {_IN_HISTORY}) c
          JOIN {_STATUS} s ON s.id = c.status_id
         ORDER BY c.changed_at, c.message_id NULLS LAST, c.id"""
    return _list_own(rows, user_id, application_id)


def list_notes(user_id: int, application_id: int, *, columns: str) -> Json:
    """Return an application's notes, oldest first; raise `NotFound`. `columns`: of `n`."""
    rows = f"SELECT {columns} FROM jobsearch_note n WHERE n.application_id = a.id ORDER BY n.id"
    return _list_own(rows, user_id, application_id)


# The newest mail that says it counts. What nothing proves doesn't.
_SAID: Final = """
    (array_agg(e.{0} ORDER BY e.occurred_at DESC, e.id) FILTER (WHERE e.{0} IS NOT NULL))[1] AS {0}
"""
_SAID_FIELDS: Final = ("title", "company", "location", "requisition", "link", "scheduled_at")
_SAID_BY_MAIL: Final = f"""
    SELECT {", ".join(_SAID.format(name) for name in _SAID_FIELDS)}
      FROM mail_storedevent e
     WHERE e.application_id = a.id AND e.found AND e.effect <> 'unproven'
"""


def view_detail(user_id: int, application_id: int, *, columns: str, mail_columns: str) -> JsonText:
    """Return what job boards say of an application's job; raise `NotFound`.

    `columns`: poster_information, decorated_job_posting, top_card_v2 (stored objects, null for none); what mail says:
    title, company, location, requisition, link, scheduled_at, each null where no mail says it; logo, null once its
    address has expired; `mails`, a list of its mails, the oldest first, with `mail_columns`: of `e` and `m`.
    """
    mails = f"""
        SELECT {mail_columns}
          FROM mail_storedevent e JOIN mail_storedmessage m ON m.id = e.message_id
         WHERE e.application_id = a.id AND e.found ORDER BY e.occurred_at, e.id"""
    detail = f"""
        (SELECT row_to_json(row)::text
           FROM (SELECT {columns}
                   FROM (SELECT d.poster_information, d.decorated_job_posting, d.top_card_v2,
                                said.*, {LOGO} AS logo, {json_list(mails)}::json AS mails
                           FROM ({_SAID_BY_MAIL}) said
                           LEFT JOIN jobsearch_applicationdetail d
                             ON d.application_id = a.id) detail) row)"""
    return _fetch_own(_select_of_application(detail), user_id, application_id)


def _select_of_application(value: str) -> str:
    """Return the statement that gives `value` of the application `id`, and no row where it isn't the user's."""
    return f"SELECT {value} FROM jobsearch_application a WHERE {_THIS_ONE}"


def _list_own(rows: str, user_id: int, application_id: int) -> Json:
    """Return the list of `rows`, which refers to the application as `a`; raise `NotFound`."""
    statement = json_rows(rows, owner="jobsearch_application a", condition=_THIS_ONE)
    found = fetch_list(statement, {"user": user_id, "id": application_id})
    if found is None:
        raise NotFound("application", application_id)
    return found


def _fetch_own(statement: str, user_id: int, application_id: int) -> JsonText:
    found = fetch_json(statement, {"user": user_id, "id": application_id})
    if found is None:
        raise NotFound("application", application_id)
    return found
