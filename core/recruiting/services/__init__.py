"""What can be done with positions and candidates. Each call is one transaction: all of it, or nothing."""

from core.recruiting.services.candidates import (
    create_candidate,
    create_candidates,
    delete_candidate,
    move_candidate,
    reject_candidate,
    unreject_candidate,
    update_candidate,
)
from core.recruiting.services.collaborators import accept_invitation, answer_invitation, confirm_invitations
from core.recruiting.services.positions import (
    archive_position,
    create_position,
    delete_position,
    restore_position,
    update_position,
)

__all__ = [
    "accept_invitation",
    "answer_invitation",
    "archive_position",
    "confirm_invitations",
    "create_candidate",
    "create_candidates",
    "create_position",
    "delete_candidate",
    "delete_position",
    "move_candidate",
    "reject_candidate",
    "restore_position",
    "unreject_candidate",
    "update_candidate",
    "update_position",
]
