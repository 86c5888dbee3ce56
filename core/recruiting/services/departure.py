"""What a user who leaves for good takes along: the invitations to positions, and files that nothing uses."""

from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.recruiting.services.change_times import lock_change_clock
from core.recruiting.services.uploads import FileStore

# One millisecond for each position, as in `collaborators`.
_LEAVE: Final = """
    WITH gone AS (
        SELECT uuid FROM accounts_user WHERE id = %(user)s
    ), removed AS (
        DELETE FROM recruiting_collaborator WHERE user_id IN (SELECT uuid FROM gone)
     RETURNING position_id
    ), forgotten AS (
        DELETE FROM recruiting_lostposition WHERE user_id IN (SELECT uuid FROM gone)
    ), numbered AS (
        SELECT position_id, row_number() OVER (ORDER BY position_id) - 1 AS nth FROM removed
    )
    UPDATE recruiting_position p SET updated_at = %(changed_at)s + numbered.nth * interval '1 ms'
      FROM numbered WHERE p.id = numbered.position_id AND p.archived_at IS NULL
        AND p.deleted_at IS NULL
"""
# A replaced file is still about its candidate, and is deleted with the candidate.
_FILES: Final = """
    DELETE FROM recruiting_attachment WHERE id IN (
        SELECT id FROM recruiting_attachment
         WHERE created_by_id = %s AND position_id IS NULL AND candidate_id IS NULL
           AND unlinked_from_id IS NULL ORDER BY id FOR UPDATE) RETURNING id
"""


def leave_positions(user_id: int) -> None:
    """Take the user off all positions, whose other readers learn of it. Call it before any row is locked."""
    changed_at = lock_change_clock()
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, {"user": user_id, "changed_at": changed_at})


def delete_unused_files(user_uuid: UUID, *, files: FileStore) -> None:
    """Delete the user's uploads that belong to no position and no candidate."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [user_uuid])
        ids = [id for (id,) in cursor.fetchall()]
    if ids:
        # Robust: if the storage doesn't answer now, `remove_orphans` deletes them later.
        transaction.on_commit(lambda: files.delete(ids), robust=True)
