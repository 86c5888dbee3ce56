"""Read a job seeker's applications: one statement each, that finds only what is the caller's own and not deleted.

JobHax: "Job application related API endpoints"; the keys and their order are those of its samples.
"""
# ruff: noqa: S608 - the statements are put together from constants; what a client sent is always a parameter

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from core.cursors import SortKey, read_cursor, write_cursor
from core.errors import NotFound
from core.json_text import JsonText
from core.sql import Parameters, fetch_json, fetch_row, json_date, json_list

_STATUS: Final = "(SELECT id, value FROM jobsearch_status)"
# The keys of an application as columns, from rows of its table that are called `a`.
_KEYS: Final = f"""
    SELECT a.id, s AS "applicationStatus", a.job_title AS "jobTitle", a.company, a.company_logo AS "companyLogo",
           {json_date("a.apply_date")} AS "applyDate", a.msg_id AS "msgId", a.source, a.user_id AS "user",
           a.is_rejected AS "isRejected" """
_WITH_STATUS: Final = f"a JOIN {_STATUS} s ON s.id = a.status_id"
_OWN: Final = "a.user_id = %(user)s AND a.deleted_at IS NULL"
_APPLICATION: Final = f"{_KEYS} FROM jobsearch_application {_WITH_STATUS} WHERE {_OWN}"
_NEWEST_FIRST: Final = "ORDER BY a.apply_date DESC, a.id DESC"
_LIST: Final = "applications, newest first"
# What else belongs to the application `id`, if that is the caller's; no row where it isn't.
_OF_APPLICATION: Final = (
    "SELECT {value} FROM jobsearch_application a WHERE a.id = %(id)s AND " + _OWN
)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which applications: of one status, of one source (as stored), with these words in title or company."""

    status_id: int | None = None
    source: str | None = None
    words: str | None = None

    def conditions(self) -> tuple[str, Parameters]:
        """Return SQL that begins with AND, or is empty, and its parameters."""
        sql, parameters = "", Parameters()
        if self.status_id is not None:
            sql += " AND a.status_id = %(status)s"
            parameters["status"] = self.status_id
        if self.source is not None:
            sql += " AND a.source = %(source)s"
            parameters["source"] = self.source
        if self.words is not None:
            sql += " AND (a.job_title ILIKE %(words)s OR a.company ILIKE %(words)s)"
            parameters["words"] = f"%{_literally(self.words)}%"
        return sql, parameters


EVERY: Final = ListFilter()


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Some applications as a JSON list; `next_cursor` is None where there are no more."""

    applications: JsonText
    next_cursor: str | None


def _literally(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def all_applications(user_id: int, *, status_id: int | None = None) -> JsonText:
    """Return every application, the newest `applyDate` first; raise `NotFound` for an unknown status."""
    conditions, parameters = ListFilter(status_id=status_id).conditions()
    listed = json_list(f"{_APPLICATION} {conditions} {_NEWEST_FIRST}")
    statement = f"SELECT {listed}{_if_known(status_id)}"
    found = fetch_json(statement, {"user": user_id, **parameters})
    if found is None:
        raise NotFound("status", status_id)
    return found


def page_of_applications(
    user_id: int, *, limit: int, cursor: str | None = None, only: ListFilter = EVERY
) -> ApplicationPage:
    """Return up to `limit` applications, the newest `applyDate` first, from where `cursor` ended.

    Raises `NotFound` for an unknown status, `Invalid` for a cursor of another list.
    """
    conditions, parameters = only.conditions()
    if cursor is not None:
        place = read_cursor(cursor, of=_LIST)
        conditions += " AND (a.apply_date, a.id) < (%(after)s, %(after_id)s)"
        parameters |= {"after": place.at, "after_id": place.id.int}
    statement = _PAGE.format(conditions=conditions, known=_if_known(only.status_id))
    row = fetch_row(statement, {"user": user_id, "limit": limit, **parameters})
    if row is None:
        raise NotFound("status", only.status_id)
    applications, last_date, last_id = row
    # A cursor's place has a UUID; a number fits into one.
    following = (
        write_cursor(SortKey(last_date, UUID(int=last_id)), of=_LIST)
        if last_id is not None
        else None
    )
    return ApplicationPage(JsonText(applications.encode()), following)


# One row more than asked for tells whether there is a next page.
_PAGE: Final = f"""
    WITH page AS MATERIALIZED (
        SELECT a.*, row_number() OVER ({_NEWEST_FIRST}) AS place
          FROM jobsearch_application a WHERE {_OWN}{{conditions}}
         {_NEWEST_FIRST} LIMIT %(limit)s + 1
    ), last AS (
        SELECT id, apply_date FROM page WHERE place = %(limit)s AND EXISTS (SELECT FROM page WHERE place > %(limit)s)
    )
    SELECT {json_list(f"{_KEYS} FROM page {_WITH_STATUS} WHERE place <= %(limit)s ORDER BY place")},
           (SELECT apply_date FROM last), (SELECT id FROM last){{known}}"""


def _if_known(status_id: int | None) -> str:
    return (
        ""
        if status_id is None
        else " WHERE EXISTS (SELECT FROM jobsearch_status WHERE id = %(status)s)"
    )


def application(user_id: int, application_id: int) -> JsonText:
    """Return one application; raise `NotFound`."""
    statement = f"SELECT row_to_json(row)::text FROM ({_APPLICATION} AND a.id = %(id)s) row"
    return _own(statement, user_id, application_id)


def statuses() -> JsonText:
    """Return the statuses of the tenant, by id."""
    found = fetch_json(f"SELECT {json_list(f'{_STATUS} ORDER BY id')}", {})
    assert found is not None
    return found


_HISTORY: Final = _OF_APPLICATION.format(
    value=json_list(
        f"""SELECT s AS "applicationStatus", {json_date("c.changed_at")} AS update_date
              FROM jobsearch_statuschange c JOIN {_STATUS} s ON s.id = c.status_id
             WHERE c.application_id = a.id ORDER BY c.id"""
    )
)
NOTE_COLUMNS: Final = f"""
    n.id, n.description, {json_date("n.created_at")} AS created_date, {json_date("n.updated_at")} AS update_date"""
_NOTES: Final = _OF_APPLICATION.format(
    value=json_list(
        f"SELECT {NOTE_COLUMNS} FROM jobsearch_note n WHERE n.application_id = a.id ORDER BY n.id"
    )
)
_DETAIL: Final = _OF_APPLICATION.format(
    value="""
        (SELECT row_to_json(row)::text
           FROM (SELECT coalesce(d.poster_information, '{}') AS "posterInformation",
                        coalesce(d.decorated_job_posting, '{}') AS "decoratedJobPosting",
                        coalesce(d.top_card_v2, '{}') AS "topCardV2"
                   FROM (SELECT a.id) own LEFT JOIN jobsearch_applicationdetail d ON d.application_id = own.id) row)"""
)


def status_history(user_id: int, application_id: int) -> JsonText:
    """Return the statuses that an application has had, the first one first; raise `NotFound`."""
    return _own(_HISTORY, user_id, application_id)


def notes(user_id: int, application_id: int) -> JsonText:
    """Return an application's notes, the oldest first; raise `NotFound`."""
    return _own(_NOTES, user_id, application_id)


def detail(user_id: int, application_id: int) -> JsonText:
    """Return what the job board says of an application's job, `{}` for each part unsaid; raise `NotFound`."""
    return _own(_DETAIL, user_id, application_id)


def _own(statement: str, user_id: int, application_id: int) -> JsonText:
    found = fetch_json(statement, {"user": user_id, "id": application_id})
    if found is None:
        raise NotFound("application", application_id)
    return found
