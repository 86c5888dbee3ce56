"""The invitations of a placeholder become those of a user who has proven to own its address."""

from typing import Final
from uuid import UUID

from django.db import connection

from core.accounts.events import placeholder_joined
from core.recruiting.services.change_times import lock_change_clock

# Where both are invited to a position, the user's own invitation stays. One millisecond for each position, as in
# `collaborators`: clients that sync learn the new `userId`.
_JOIN: Final = """
    WITH dropped AS (
        DELETE FROM recruiting_collaborator c
         WHERE c.user_id = %(placeholder)s AND EXISTS (
               SELECT FROM recruiting_collaborator own
                WHERE own.position_id = c.position_id AND own.user_id = %(user)s)
     RETURNING c.position_id
    ), moved AS (
        UPDATE recruiting_collaborator c SET user_id = %(user)s
         WHERE c.user_id = %(placeholder)s AND NOT EXISTS (
               SELECT FROM recruiting_collaborator own
                WHERE own.position_id = c.position_id AND own.user_id = %(user)s)
     RETURNING c.position_id
    ), invited_again AS (
        DELETE FROM recruiting_lostposition t
         WHERE t.user_id = %(placeholder)s
            OR t.user_id = %(user)s AND t.position_id IN (SELECT position_id FROM moved)
    ), numbered AS (
        SELECT position_id, row_number() OVER (ORDER BY position_id) - 1 AS nth
          FROM (SELECT * FROM dropped UNION SELECT * FROM moved) changed
    )
    UPDATE recruiting_position p SET updated_at = %(changed_at)s + numbered.nth * interval '1 ms'
      FROM numbered WHERE p.id = numbered.position_id AND p.archived_at IS NULL
        AND p.deleted_at IS NULL
"""


def on_placeholder_joined(*, placeholder_uuid: UUID, user_uuid: UUID, **signal: object) -> None:
    """Receive `placeholder_joined`. Requests that invite the placeholder have committed once the clock is locked."""
    changed_at = lock_change_clock()
    with connection.cursor() as cursor:
        cursor.execute(
            _JOIN, {"placeholder": placeholder_uuid, "user": user_uuid, "changed_at": changed_at}
        )


def connect_placeholders() -> None:
    """Connect `on_placeholder_joined` to its signal."""
    placeholder_joined.connect(on_placeholder_joined, dispatch_uid="core.recruiting.joining")
