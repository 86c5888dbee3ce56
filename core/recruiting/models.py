"""Positions, who works on them, their candidates, and the files of both.

Happo: "Position Object", "Candidate Object", "Attachment Object". The limits are those of the API; the database
keeps the ones that code must never get wrong.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.ids import new_uuid


class PositionType(models.TextChoices):
    FULL_TIME = "full-time"
    PART_TIME = "part-time"


class PositionStatus(models.TextChoices):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CollaboratorType(models.TextChoices):
    ADMIN = "admin"
    CLIENT = "client"
    SUPPLIER = "supplier"


class CollaboratorStatus(models.TextChoices):
    AWAITING_REGISTRATION = "awaiting_registration"
    AWAITING_APPROVAL = "awaiting_approval"
    DECLINED = "declined"
    ACCEPTED = "accepted"


class Stack(models.TextChoices):
    """Where a candidate stands; the phase follows from it (`PHASE_OF`)."""

    DRAFT = "draft"
    APPLICATION = "application"
    LONGLIST = "longlist"
    INTERESTING = "interesting"
    INTERVIEWING = "interviewing"
    SHORTLIST = "shortlist"
    HIRED = "hired"


PHASE_OF: dict[str, str] = {
    Stack.DRAFT: "application",
    Stack.APPLICATION: "application",
    Stack.LONGLIST: "screening",
    Stack.INTERESTING: "screening",
    Stack.INTERVIEWING: "evaluation",
    Stack.SHORTLIST: "decision",
    Stack.HIRED: "hired",
}


REJECTED = "rejected"


def _one_of(model: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}), name=f"{model}_{field}_known"
    )


def _user_key(**options: Any) -> models.ForeignKey:  # Any: the options of ForeignKey
    """Point at a user by UUID, the id that answers show, without an index of its own."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        to_field="uuid",
        on_delete=models.PROTECT,
        related_name="+",
        **options,
    )


class Position(models.Model):
    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    title = models.CharField(max_length=300)
    location = models.CharField(max_length=300, null=True)
    notes = models.TextField(null=True)
    type = models.CharField(max_length=9, null=True)
    ad_posting_link = models.CharField(max_length=2000, null=True)
    target_date = models.DateTimeField(null=True)
    status = models.CharField(max_length=6, default=PositionStatus.DRAFT)
    no_of_positions = models.PositiveIntegerField(null=True)
    created_by = _user_key(db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    # A deleted position stays as a tombstone: its id and this time, so that clients that sync learn of it.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type__isnull=True) | Q(type__in=PositionType.values),
                name="position_type_known",
            ),
            _one_of("position", "status", PositionStatus),
            models.CheckConstraint(
                condition=Q(no_of_positions__isnull=True) | Q(no_of_positions__gte=1),
                name="position_count_positive",
            ),
        ]
        indexes = [
            models.Index(fields=["created_by", "-created_at", "-id"], name="position_newest"),
            models.Index(fields=["updated_at", "id"], name="position_updated"),
        ]


class Collaborator(models.Model):
    """Somebody invited to a position; the rows of one position are numbered in the order sent."""

    id = models.BigAutoField(primary_key=True)
    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="collaborators", db_index=False
    )
    user = _user_key()
    type = models.CharField(max_length=8)
    status = models.CharField(max_length=21)
    ordinal = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position", "user"], name="collaborator_once_per_position"
            ),
            _one_of("collaborator", "type", CollaboratorType),
            _one_of("collaborator", "status", CollaboratorStatus),
        ]


class LostPosition(models.Model):
    """That somebody no longer sees a position, and since when: the tombstone for this person alone."""

    pk = models.CompositePrimaryKey("user", "position")
    user = _user_key(db_index=False)
    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # What the collaborator's was before.
    status = models.CharField(max_length=21)
    lost_at = models.DateTimeField()

    class Meta:
        constraints = [_one_of("lostposition", "status", CollaboratorStatus)]


class Candidate(models.Model):
    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="candidates", db_index=False
    )
    name = models.CharField(max_length=200, null=True)
    phone_number = models.CharField(max_length=50, null=True)
    compensation = models.CharField(max_length=200, null=True)
    description = models.TextField(null=True)
    email = models.CharField(max_length=254, null=True)
    available_from_date = models.DateTimeField(null=True)
    stack = models.CharField(max_length=12, default=Stack.LONGLIST)
    rejected_at = models.DateTimeField(null=True)
    rejection_reason = models.CharField(max_length=1000, null=True)
    created_by = _user_key(db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    # As with positions: a tombstone, whose personal fields are empty.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("candidate", "stack", Stack),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=False) | Q(name__isnull=False),
                name="candidate_has_name",
            ),
        ]
        indexes = [
            models.Index(fields=["position", "-created_at", "-id"], name="candidate_newest"),
            models.Index(fields=["position", "updated_at", "id"], name="candidate_updated"),
        ]


class CandidateMove(models.Model):
    """One step of a candidate: who moved it, from where to where, when and why.

    A place is a stack or `REJECTED`: who is rejected moves from its stack to there, un-rejected back again.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="moves")
    actor = _user_key(db_index=False)
    from_place = models.CharField(max_length=12)
    to_place = models.CharField(max_length=12)
    reason = models.CharField(max_length=1000, null=True)
    moved_at = models.DateTimeField(default=timezone.now)


class Attachment(models.Model):
    """An uploaded file. It has no parent, a position, or a candidate, and in it a place in the order sent."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    position = models.ForeignKey(
        Position, null=True, on_delete=models.SET_NULL, related_name="attachments", db_index=False
    )
    candidate = models.ForeignKey(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="attachments", db_index=False
    )
    # A replaced CV is still about its candidate, and has to go when the candidate goes.
    unlinked_from = models.ForeignKey(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    ordinal = models.PositiveSmallIntegerField(default=0)
    created_by = _user_key(db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(candidate__isnull=True),
                name="attachment_has_one_parent",
            ),
            models.CheckConstraint(
                condition=Q(unlinked_from__isnull=True)
                | Q(position__isnull=True, candidate__isnull=True),
                name="attachment_unlinked_is_free",
            ),
        ]
        indexes = [
            models.Index(
                fields=["position", "ordinal"],
                condition=Q(position__isnull=False),
                name="attachment_of_position",
            ),
            models.Index(
                fields=["candidate", "ordinal"],
                condition=Q(candidate__isnull=False),
                name="attachment_of_candidate",
            ),
            models.Index(
                fields=["unlinked_from"],
                condition=Q(unlinked_from__isnull=False),
                name="attachment_unlinked",
            ),
        ]
