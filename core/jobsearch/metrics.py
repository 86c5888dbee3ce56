"""Count a job seeker's applications, with one statement each. Deleted applications don't count; rejected ones do.

The caller passes the JSON keys of its API: `columns`, a list of SQL columns, each of whose names becomes a key, or an
SQL expression of a JSON object. Both must be constants, never text of a client.
"""
# ruff: noqa: S608 - the statements are put together from constants; what a client sent is always a parameter

from typing import Final

from django.utils import timezone

from core.json_text import JsonText
from core.sql import (
    Json,
    Parameters,
    fetch_json,
    fetch_list,
    fetch_payload,
    json_list,
    json_rows,
)

# Each of these sources has a series, in this order; after them come one of all other sources and one of all sources.
BOARDS: Final = ("Hired.com", "LinkedIn", "Indeed", "Vettery")
_OTHERS: Final = len(BOARDS) + 1
_TOTAL: Final = len(BOARDS) + 2
_MINE: Final = "jobsearch_application WHERE user_id = %(user)s AND deleted_at IS NULL"


def count_all(user_id: int, *, columns: str) -> JsonText:
    """Return the number of applications as an object. `columns`: applications."""
    counted = f"SELECT {columns} FROM (SELECT count(*) AS applications FROM {_MINE}) counted"
    return _fetch(f"SELECT row_to_json(row)::text FROM ({counted}) row", {"user": user_id})


# The user's time zone, or UTC where PostgreSQL doesn't know it, since AT TIME ZONE would fail. A timestamp that is
# written with the zone is valid only if the zone is; the pattern excludes the few other words and the punctuation that
# a timestamp may contain.
_ZONE: Final = r"""
    CASE WHEN time_zone = 'UTC' THEN time_zone
         WHEN time_zone ~* '^(?!(ad|at|bc|on|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)$)'
                           '[a-z][a-z0-9+-]+(/[a-z0-9_+-]+)*$'
              AND pg_input_is_valid('2000-01-01 13:00 ' || time_zone, 'timestamptz') THEN time_zone
         ELSE 'UTC' END"""
# The months are calendar months of the user's time zone, so the times at which they begin depend on it.
# `number` of a source is its index in `sources`, from 1: the boards, the others, and the total where it is wanted.
_BY_MONTH: Final = f"""
    WITH clock AS (
        SELECT time_zone,
               date_trunc('month', %(now)s::timestamptz AT TIME ZONE time_zone)
                 - interval '11 months' AS first
          FROM (SELECT {_ZONE} AS time_zone FROM accounts_user WHERE id = %(user)s) AS owner
    ), months AS (
        SELECT number, first + number * interval '1 month' AS begins
          FROM clock, generate_series(0, 11) AS number
    ), counted AS MATERIALIZED (
        SELECT coalesce(array_position(%(boards)s::text[], a.source::text), %(others)s) AS number,
               date_trunc('month', a.apply_date AT TIME ZONE time_zone) AS begins,
                 count(*) AS applications
          FROM clock, jobsearch_application a
         WHERE a.user_id = %(user)s AND a.deleted_at IS NULL
           AND a.apply_date >= first AT TIME ZONE time_zone
           AND a.apply_date < (first + interval '1 year') AT TIME ZONE time_zone
         GROUP BY 1, 2
    ), series AS (
        SELECT s.number, s.source,
               (SELECT json_agg(coalesce(found.applications, 0) ORDER BY m.number)
                  FROM months m
                  LEFT JOIN (SELECT c.begins, sum(c.applications) AS applications FROM counted c
                              WHERE c.number = s.number OR s.number = %(total)s
                                GROUP BY 1) found USING (begins)
               ) AS counts
          FROM unnest(%(sources)s::text[]) WITH ORDINALITY AS s (source, number)
    )
    SELECT json_build_array(
        (SELECT json_agg({{series}} ORDER BY number) FROM series),
        (SELECT json_agg(to_char(begins, 'FMMonth') ORDER BY number) FROM months))::text"""


def count_by_month(user_id: int, *, series: str, others: str, total: str | None = None) -> JsonText:
    """Return `[[series, ...], [12 English names of months]]` of the last twelve months, the current one last.

    `series`: an expression of source (text) and counts (12 numbers); `others` and `total`: the source of the series of
    all sources that aren't in `BOARDS`, and of all sources; without `total` there is no such series.
    """
    sources = [*BOARDS, others, *([total] if total is not None else [])]
    parameters = {
        "user": user_id,
        "now": timezone.now(),
        "boards": list(BOARDS),
        "others": _OTHERS,
        "total": _TOTAL,
        "sources": sources,
    }
    return _fetch(_BY_MONTH.format(series=series), parameters)


def count_by_status(user_id: int, *, columns: str) -> JsonText:
    """Return a list of the statuses that occur, by their ids. `columns`: status (its text), applications."""
    rows = f"""
        SELECT {columns}
          FROM (SELECT s.id, s.value AS status, mine.applications
                  FROM (SELECT status_id, count(*) AS applications FROM {_MINE}
                    GROUP BY status_id) mine
                  JOIN jobsearch_status s ON s.id = mine.status_id) counted
         ORDER BY id"""
    return _fetch(f"SELECT {json_list(rows)}", {"user": user_id})


def count_by_company(user_id: int, *, columns: str) -> Json:
    """Return a list of the companies, most applications first, then the earliest. `columns`: company, applications."""
    rows = f"""
        SELECT {columns}
          FROM (SELECT company, count(*) AS applications, min(id) AS first FROM {_MINE}
            GROUP BY company) counted
         ORDER BY applications DESC, first"""
    found = fetch_list(json_rows(rows), {"user": user_id})
    assert found is not None
    return found


# Each title carries its counts by status, so that the matrix needs no join of titles with counts: the planner can't
# estimate how many there are of either, and might choose a nested loop.
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
        SELECT used.id, used.value AS status,
               (SELECT json_agg(coalesce((counts ->> used.id::text)::bigint, 0) ORDER BY first)
                 FROM titles) AS counts
          FROM used
    )
    SELECT ({{table}})::text FROM (SELECT
        (SELECT coalesce(json_agg(job_title ORDER BY first), '[]') FROM titles) AS titles,
        (SELECT coalesce(json_agg(value ORDER BY id), '[]') FROM used) AS statuses,
        (SELECT coalesce(json_agg({{row}} ORDER BY id), '[]') FROM cells) AS status_rows)
          AS matrix"""


def count_by_title_and_status(user_id: int, *, table: str, row: str) -> Json:
    """Return the counts by job title and status as one object.

    `table`: an expression of titles (list of texts, the earliest first), statuses (list of texts: those that occur, by
    their ids) and status_rows (list of one `row` for each status); `row`: an expression of status (text) and counts
    (list of numbers, one for each title).
    """
    found = fetch_payload(_BY_TITLE_AND_STATUS.format(table=table, row=row), {"user": user_id})
    assert found is not None
    return found


def _fetch(statement: str, parameters: Parameters) -> JsonText:
    found = fetch_json(statement, parameters)
    assert found is not None
    return found
