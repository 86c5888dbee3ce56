"""Counting again what triggers count otherwise: after rows were changed while those were off."""

from typing import Final

from django.db import connection, transaction

# Writers wait, so that no row is missed. Invitations have no rows that could be counted.
_RECOUNT: Final = (
    "LOCK TABLE recruiting_attachment, recruiting_position, recruiting_candidate IN SHARE MODE",
    "DELETE FROM quotas_quotausage WHERE quota <> 'invitations'",
    """
    INSERT INTO quotas_quotausage (quota, subject, used)
    SELECT 'storage', '', sum(size) FROM recruiting_attachment HAVING count(*) > 0
    UNION ALL
    SELECT 'positions', '', count(*) FROM recruiting_position
     WHERE deleted_at IS NULL HAVING count(*) > 0
    UNION ALL
    SELECT 'candidates', position_id::text, count(*) FROM recruiting_candidate
     WHERE deleted_at IS NULL GROUP BY position_id
    """,
)


@transaction.atomic
def recount() -> None:
    """Replace the counts of the active tenant by those of its rows."""
    with connection.cursor() as cursor:
        for statement in _RECOUNT:
            cursor.execute(statement)
