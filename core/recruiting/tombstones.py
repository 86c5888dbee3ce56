"""Positions that somebody has lost sight of: removed from its collaborators, or by declining.

A client of that person's that asks what changed is told with a tombstone, dated with the change that took the position
away. It stays as it is until the person is invited again: what becomes of the position meanwhile, deleted or not, is no
affair of the person's any more. Nobody else is shown it.

Each row keeps what the collaborator's status was, so that the rule that showed the position (`access.invites`) also
decides who is shown that it has gone: nobody who merely registered with the address of somebody invited.
"""

from typing import Final

# Rows `p` for a list of positions, which orders them by one of the times. The outer join always finds its row, and the
# planner leaves it out where nobody asks for `created_at`.
LOST_POSITIONS: Final = """(
    SELECT l.position_id AS id, l.user_id, l.status, created.created_at, l.lost_at AS updated_at
      FROM recruiting_lostposition l LEFT JOIN recruiting_position created ON created.id = l.position_id) p"""


def remember_lost(collaborators: str) -> str:
    """Return the statement that makes tombstones for `collaborators`, who no longer are. Parameter: %(moment)s.

    Rows of that name have `position_id`, `user_id` and the `status` until now. Who had declined lost the position
    before; its creator never does. A tombstone that is there all the same gives way to the new one.
    """
    return f"""
        INSERT INTO recruiting_lostposition (user_id, position_id, status, lost_at)
        SELECT was.user_id, was.position_id, was.status, %(moment)s
          FROM {collaborators} was JOIN recruiting_position p ON p.id = was.position_id
         WHERE was.status <> 'declined' AND was.user_id <> p.created_by_id
            ON CONFLICT (user_id, position_id) DO UPDATE SET status = EXCLUDED.status, lost_at = EXCLUDED.lost_at"""
