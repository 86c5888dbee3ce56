"""Positions that a user has lost access to: removed from the collaborators, or by declining the invitation.

When such a user's client asks what changed, it gets a tombstone, dated with the change that ended the access. The
tombstone stays as it is until the user is invited again: later changes of the position, its deletion included, are no
longer shown to that user. No other user sees it.

Each row keeps the status that the collaborator had, so that the rule that showed the position (`access.invites`) also
decides who sees the tombstone: not a user who merely registered with an invited address.
"""

from typing import Final

# Rows `p` for a list of positions, which orders them by one of the times. The outer join always finds its row, and the
# planner leaves it out of a statement that doesn't read `created_at`.
POSITION_TOMBSTONES: Final = """(
    SELECT t.position_id AS id, t.user_id, t.status, created.created_at, t.lost_at AS updated_at
      FROM recruiting_lostposition t LEFT JOIN recruiting_position created ON created.id = t.position_id) p"""


def insert_tombstones(collaborators: str) -> str:
    """Return the statement that makes tombstones for former `collaborators`. Parameter: %(changed_at)s.

    `collaborators` names rows with `position_id`, `user_id` and the `status` until now. A collaborator who had declined
    lost the position before; its creator never does. A new tombstone replaces an older one.
    """
    return f"""
        INSERT INTO recruiting_lostposition (user_id, position_id, status, lost_at)
        SELECT was.user_id, was.position_id, was.status, %(changed_at)s
          FROM {collaborators} was JOIN recruiting_position p ON p.id = was.position_id
         WHERE was.status <> 'declined' AND was.user_id <> p.created_by_id
            ON CONFLICT (user_id, position_id) DO UPDATE SET status = EXCLUDED.status, lost_at = EXCLUDED.lost_at"""
