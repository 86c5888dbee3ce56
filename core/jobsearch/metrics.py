"""Count a job seeker's applications: one statement each, whatever the number of rows. Deleted ones don't count.

JobHax: "Metrics related API endpoints". Rejected applications count under their status.
"""
# ruff: noqa: S608 - the statements are put together from constants; what a client sent is always a parameter

from typing import Final

from django.utils import timezone

from core.json_text import JsonText
from core.sql import Parameters, fetch_json, json_list

# In the sample's order; the sources of all other applications are one more, `Others`.
BOARDS: Final = ("Hired.com", "LinkedIn", "Indeed", "Vettery")
_OTHERS: Final = len(BOARDS) + 1
_MINE: Final = "jobsearch_application WHERE user_id = %(user)s AND deleted_at IS NULL"


def total_count(user_id: int) -> JsonText:
    """Return `{"count": 28}`."""
    return _fetch(
        f"SELECT row_to_json(row)::text FROM (SELECT count(*) FROM {_MINE}) row", {"user": user_id}
    )


# UTC for a zone that PostgreSQL doesn't know: AT TIME ZONE would fail. A moment written with it is valid only where the
# zone is; but for the few words that a moment may have as well, and punctuation, which no zone has.
_ZONE: Final = r"""
    CASE WHEN time_zone = 'UTC' THEN time_zone
         WHEN time_zone ~* '^(?!(ad|at|bc|on|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)$)[a-z][a-z0-9+-]+(/[a-z0-9_+-]+)*$'
              AND pg_input_is_valid('2000-01-01 13:00 ' || time_zone, 'timestamptz') THEN time_zone
         ELSE 'UTC' END"""
# The months are calendar months of the user's own time zone, so their borders are moments that depend on it.
# A source's place is its place in BOARDS; `total` is the place of the sum, NULL where none is asked for.
_BY_MONTH: Final = f"""
    WITH clock AS (
        SELECT time_zone,
               date_trunc('month', %(now)s::timestamptz AT TIME ZONE time_zone) - interval '11 months' AS first
          FROM (SELECT {_ZONE} AS time_zone FROM accounts_user WHERE id = %(user)s) AS owner
    ), months AS (
        SELECT number, first + number * interval '1 month' AS begins
          FROM clock, generate_series(0, 11) AS number
    ), counted AS MATERIALIZED (
        SELECT coalesce(array_position(%(boards)s::text[], a.source::text), %(others)s) AS place,
               date_trunc('month', a.apply_date AT TIME ZONE time_zone) AS begins, count(*) AS applications
          FROM clock, jobsearch_application a
         WHERE a.user_id = %(user)s AND a.deleted_at IS NULL
           AND a.apply_date >= first AT TIME ZONE time_zone
           AND a.apply_date < (first + interval '1 year') AT TIME ZONE time_zone
         GROUP BY 1, 2
    ), series AS (
        SELECT s.place, s.source,
               (SELECT json_agg(coalesce(found.applications, 0) ORDER BY m.number)
                  FROM months m
                  LEFT JOIN (SELECT c.begins, sum(c.applications) AS applications FROM counted c
                              WHERE c.place = s.place OR s.source = 'Total' GROUP BY 1) found USING (begins)) AS data
          FROM unnest(%(sources)s::text[]) WITH ORDINALITY AS s (source, place)
    )
    SELECT json_build_array(
        (SELECT json_agg(json_build_object('source', source, 'data', data) ORDER BY place) FROM series),
        (SELECT json_agg(to_char(begins, 'FMMonth') ORDER BY number) FROM months))::text"""


def count_by_month(user_id: int, *, with_total: bool = False) -> JsonText:
    """Return `[[{"source", "data": [12 counts]}, ...], [12 names of months]]`, the current month last."""
    sources = [*BOARDS, "Others", *(["Total"] if with_total else [])]
    parameters = {
        "user": user_id,
        "now": timezone.now(),
        "boards": list(BOARDS),
        "others": _OTHERS,
        "sources": sources,
    }
    return _fetch(_BY_MONTH, parameters)


_BY_STATUS: Final = "SELECT " + json_list(
    f"""SELECT s.value AS name, mine.applications AS value
          FROM (SELECT status_id, count(*) AS applications FROM {_MINE} GROUP BY status_id) mine
          JOIN jobsearch_status s ON s.id = mine.status_id
         ORDER BY s.id"""
)


def count_by_status(user_id: int) -> JsonText:
    """Return `[{"name": "Applied", "value": 27}]`: the statuses that occur, by their ids."""
    return _fetch(_BY_STATUS, {"user": user_id})


_BY_COMPANY: Final = "SELECT " + json_list(
    f"""SELECT company AS word, count(*) AS value FROM {_MINE}
         GROUP BY company ORDER BY count(*) DESC, min(id)"""
)


def count_by_company(user_id: int) -> JsonText:
    """Return `[{"word": "Carvana", "value": 1}]`: the most frequent first, among equals the one that came up first."""
    return _fetch(_BY_COMPANY, {"user": user_id})


# Each title carries its counts by status, so that the matrix needs no join of titles with counts: the planner can't
# know how many there are of either, and a wrong guess would compare each with each.
_BY_TITLE_AND_STATUS: Final = f"""
    WITH counted AS (
        SELECT job_title, status_id, count(*) AS applications, min(id) AS first
          FROM {_MINE} GROUP BY job_title, status_id
    ), titles AS MATERIALIZED (
        SELECT job_title, jsonb_object_agg(status_id, applications) AS counts, min(first) AS first
          FROM counted GROUP BY job_title
    ), used AS MATERIALIZED (
        SELECT id, value FROM jobsearch_status
         WHERE id IN (SELECT status_id FROM {_MINE})
    ), cells AS (
        SELECT used.id, used.value,
               (SELECT json_agg(coalesce((counts ->> used.id::text)::bigint, 0) ORDER BY first) FROM titles) AS data
          FROM used
    )
    SELECT json_build_object(
        'jobs', (SELECT coalesce(json_agg(job_title ORDER BY first), '[]') FROM titles),
        'statuses', (SELECT coalesce(json_agg(value ORDER BY id), '[]') FROM used),
        'data', (SELECT coalesce(json_agg(json_build_object('name', value, 'data', data) ORDER BY id), '[]') FROM cells)
    )::text"""


def count_by_title_and_status(user_id: int) -> JsonText:
    """Return `{"jobs": [titles], "statuses": [names], "data": [{"name", "data": [a count for each title]}]}`.

    Titles in the order in which they first came up; the statuses that occur, by their ids.
    """
    return _fetch(_BY_TITLE_AND_STATUS, {"user": user_id})


def _fetch(statement: str, parameters: Parameters) -> JsonText:
    found = fetch_json(statement, parameters)
    assert found is not None
    return found
