"""Deletes what belongs to an erased position or candidate: a dump of the tenant's schema holds no trace of it."""

from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.idempotency.services import forget_replies_about
from core.recruiting.services.uploads import FileStore

# Locked in the order of their ids, as `attachment_links` does: a request that links one of them meanwhile waits.
_FILES: Final = """
    DELETE FROM recruiting_attachment WHERE id IN (
        SELECT id FROM recruiting_attachment WHERE {condition} ORDER BY id FOR UPDATE) RETURNING id
"""
# Replaced files that no other object has linked since are about the person too.
_FILES_OF_CANDIDATE: Final = _FILES.format(
    condition="candidate_id = %(candidate)s OR unlinked_from_id = %(candidate)s"
)
_FILES_OF_POSITION: Final = _FILES.format(
    condition="""position_id = %(position)s
            OR candidate_id = ANY (ARRAY(SELECT id FROM recruiting_candidate WHERE position_id = %(position)s))
            OR unlinked_from_id = ANY (ARRAY(SELECT id FROM recruiting_candidate WHERE position_id = %(position)s))"""
)
_MOVES_OF_CANDIDATE: Final = "DELETE FROM recruiting_candidatemove WHERE candidate_id = %s"
_MOVES_OF_POSITION: Final = """
    DELETE FROM recruiting_candidatemove
     WHERE candidate_id IN (SELECT id FROM recruiting_candidate WHERE position_id = %s)
"""
_CANDIDATES_OF_POSITION: Final = "DELETE FROM recruiting_candidate WHERE position_id = %s"


def delete_position_content(position_id: UUID, *, files: FileStore) -> None:
    """Delete a position's candidates, their files, replaced ones included, and the position's own files.

    Files that the position itself once had are about no person: their uploader keeps them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FILES_OF_POSITION, {"position": position_id})
        ids = [id for (id,) in cursor.fetchall()]
        cursor.execute(_MOVES_OF_POSITION, [position_id])
        cursor.execute(_CANDIDATES_OF_POSITION, [position_id])
    # Each reply about one of its candidates has the position's id; replies to uploads have the file's id and name.
    forget_replies_about([position_id, *ids])
    _delete_when_committed(ids, files)


def delete_candidate_content(candidate_id: UUID, *, files: FileStore) -> None:
    """Delete a candidate's history, its files, replaced ones included, and the stored replies that mention them."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES_OF_CANDIDATE, {"candidate": candidate_id})
        ids = [id for (id,) in cursor.fetchall()]
        cursor.execute(_MOVES_OF_CANDIDATE, [candidate_id])
    forget_replies_about([candidate_id, *ids])
    _delete_when_committed(ids, files)


def _delete_when_committed(ids: list[UUID], files: FileStore) -> None:
    if not ids:
        return
    # Robust: if the storage doesn't answer now, the files are orphans, which `remove_orphans` deletes later.
    transaction.on_commit(lambda: files.delete(ids), robust=True)
