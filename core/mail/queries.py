"""Read stored mail."""

from typing import Final

from django.db import connection

from core.json_text import JsonText

# JobHax's sample writes this date, and no other, as `2018-11-14 06:08:19+00:00`.
_JOB_MAIL: Final = """
    SELECT '[' || coalesce(string_agg(row_to_json(mail)::text, ','), '') || ']'
      FROM (SELECT subject, CASE WHEN html <> '' THEN html ELSE text END AS body,
                   to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || '+00:00' AS date
              FROM mail_storedmessage
             WHERE user_id = %s AND plugin <> ''
             ORDER BY received_at DESC, id DESC) mail"""


def list_job_mail(user_id: int) -> JsonText:
    """Return the user's mail that a plugin spoke for, the newest first: `[{"subject", "body", "date"}]`."""
    with connection.cursor() as cursor:
        cursor.execute(_JOB_MAIL, [user_id])
        (listed,) = cursor.fetchone()
    return JsonText(listed.encode())
