"""Read stored mail."""

from typing import Final

from core.sql import Json, fetch_list, json_rows

# Each is read only where a list has it.
_KINDS: Final = """
    (SELECT coalesce(jsonb_agg(e.kind ORDER BY e.position), '[]')
       FROM mail_storedevent e WHERE e.message_id = m.id AND e.found) AS kinds"""
_APPLICATIONS: Final = """
    (SELECT coalesce(jsonb_agg(DISTINCT e.application_id), '[]')
       FROM mail_storedevent e JOIN jobsearch_application a ON a.id = e.application_id
      WHERE e.message_id = m.id AND e.found AND a.deleted_at IS NULL) AS applications"""
_CANDIDATES: Final = """
    (SELECT coalesce(jsonb_agg(DISTINCT a.id), '[]')
       FROM mail_storedevent e CROSS JOIN jsonb_array_elements(e.candidates) one
       JOIN jobsearch_application a ON a.id = one::bigint
      WHERE e.message_id = m.id AND a.deleted_at IS NULL) AS candidates"""
_QUESTION: Final = """
    (SELECT min(e.question) FROM mail_storedevent e WHERE e.message_id = m.id) AS question"""


def list_job_mail(user_id: int, *, columns: str) -> Json:
    """Return the user's mail that says something of an application, newest first, as a JSON list.

    `columns`: a list of SQL columns, each of whose names becomes a key. They come from `m` (mail_storedmessage; `body`
    is the HTML, or the text where there is no HTML), kinds (of its events), applications (the ids that it belongs to)
    candidates (the ids that it may mean, where that isn't certain and it changed nothing) and question (why it isn't
    certain: `matching.QuestionReason`, null where it is). It must be a constant, never text of a client.
    """
    rows = f"""
        SELECT {columns}
          FROM (SELECT *, {_KINDS}, {_APPLICATIONS}, {_CANDIDATES}, {_QUESTION}
                  FROM mail_storedmessage m
                 WHERE user_id = %(user)s AND state = 'read') m
         ORDER BY m.received_at DESC, m.id DESC"""  # noqa: S608 - put together from constants
    found = fetch_list(json_rows(rows), {"user": user_id})
    assert found is not None
    return found
