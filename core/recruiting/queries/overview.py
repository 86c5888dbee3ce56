"""All positions and candidates of a tenant, for its owner and staff, made by any user."""

from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.errors import NotFound
from core.recruiting.models import Candidate, Collaborator, Position


def select_positions(search: str) -> QuerySet[Position]:
    """Return the query for positions that aren't deleted, with `candidate_count` and `creator` (an e-mail address)."""
    positions = Position.objects.filter(deleted_at=None).select_related("created_by")
    if search:
        positions = positions.filter(Q(title__icontains=search) | Q(location__icontains=search))
    # Counted for each row that is read: a join would count the candidates of all positions before it picks a page.
    of_position = Candidate.objects.filter(position=OuterRef("pk"), deleted_at=None)
    counted = of_position.order_by().values("position").annotate(number=Count("*")).values("number")
    return positions.annotate(candidate_count=Coalesce(Subquery(counted), 0))


def get_position(position_id: UUID) -> Position:
    """Return one of `select_positions`; raise `NotFound`."""
    position = select_positions("").filter(id=position_id).first()
    if position is None:
        raise NotFound("position", position_id)
    return position


def select_candidates(position_id: UUID) -> QuerySet[Candidate]:
    """Return the query for the candidates of a position that aren't deleted."""
    return Candidate.objects.filter(position_id=position_id, deleted_at=None)


def list_collaborators(position_id: UUID) -> list[Collaborator]:
    """Return the collaborators of a position with their users, in their order."""
    rows = Collaborator.objects.filter(position_id=position_id).select_related("user")
    return list(rows.order_by("ordinal"))


def select_invitations(user_uuid: UUID) -> QuerySet[Collaborator]:
    """Return the query for a user's invitations that stand: to positions that are neither archived nor deleted."""
    rows = Collaborator.objects.filter(
        user__uuid=user_uuid, position__archived_at=None, position__deleted_at=None
    ).exclude(status="declined")
    return rows.select_related("position", "position__created_by")


def select_own_positions(user_uuid: UUID) -> QuerySet[Position]:
    """Return the query for the positions that the user has created and not archived."""
    return select_positions("").filter(created_by__uuid=user_uuid, archived_at=None)
