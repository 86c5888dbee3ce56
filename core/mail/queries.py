"""Read stored mail."""

from core.json_text import JsonText
from core.sql import fetch_json, json_list


def list_job_mail(user_id: int, *, columns: str) -> JsonText:
    """Return the user's mail that a mail source matched, newest first, as a JSON list.

    `columns`: a list of SQL columns, each of whose names becomes a key. They come from subject, received_at and body
    (the HTML, or the text where there is no HTML). It must be a constant, never text of a client.
    """
    rows = f"""
        SELECT {columns}
          FROM (SELECT subject, received_at, CASE WHEN html <> '' THEN html ELSE text END AS body, id
                  FROM mail_storedmessage WHERE user_id = %(user)s AND plugin <> '') mail
         ORDER BY received_at DESC, id DESC"""  # noqa: S608 - put together from constants
    found = fetch_json(f"SELECT {json_list(rows)}", {"user": user_id})
    assert found is not None
    return found
