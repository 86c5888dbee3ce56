"""Removing people and files for good: a dump of the tenant's schema holds nothing of them afterwards."""

from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.idempotency.services import forget_replies_about
from core.recruiting.services.uploads import FileStore

# Locked in the order of their ids, as where they are linked: whoever names one of them at the same time just waits.
_FILES: Final = """
    DELETE FROM recruiting_attachment WHERE id IN (
        SELECT id FROM recruiting_attachment WHERE {condition} ORDER BY id FOR UPDATE) RETURNING id
"""
# Also those that were replaced, and haven't found another object since: they are about the person all the same.
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


def remove_position_content(position_id: UUID, *, files: FileStore) -> None:
    """Delete the candidates of a position, the files of them, those they had once included, and of itself.

    What the position itself had once is about no person: it stays its uploader's.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FILES_OF_POSITION, {"position": position_id})
        ids = [id for (id,) in cursor.fetchall()]
        cursor.execute(_MOVES_OF_POSITION, [position_id])
        cursor.execute(_CANDIDATES_OF_POSITION, [position_id])
    # The position's id is in every answer about one of its candidates; answers to uploads hold a file's id and name.
    forget_replies_about([position_id, *ids])
    _delete_when_committed(ids, files)


def remove_candidate_content(candidate_id: UUID, *, files: FileStore) -> None:
    """Delete a candidate's history and files, replaced ones too, and what is remembered of answers about it."""
    with connection.cursor() as cursor:
        cursor.execute(_FILES_OF_CANDIDATE, {"candidate": candidate_id})
        ids = [id for (id,) in cursor.fetchall()]
        cursor.execute(_MOVES_OF_CANDIDATE, [candidate_id])
    forget_replies_about([candidate_id, *ids])
    _delete_when_committed(ids, files)


def _delete_when_committed(ids: list[UUID], files: FileStore) -> None:
    if not ids:
        return
    # Robust: where the storage doesn't answer now, the files are orphans, which are looked for and deleted later.
    transaction.on_commit(lambda: files.delete(ids), robust=True)
