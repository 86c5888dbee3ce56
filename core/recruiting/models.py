"""Positions, who works on them, their candidates, and the files of both.

Happo: "Position Object", "Candidate Object", "Attachment Object". Lengths and allowed words come from `columns.py` and
`vocabulary.py`; check constraints hold the rules that code must never break.
"""

from typing import Any, Final, get_args

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.ids import new_uuid
from core.recruiting.columns import CANDIDATE, POSITION, Column
from core.recruiting.file_names import MAX_FILE_NAME
from core.recruiting.limits import MAX_MAIL_REPLY
from core.recruiting.vocabulary import (
    NEW_CANDIDATE_STACK,
    NEW_POSITION_STATUS,
    CollaboratorStatus,
    CollaboratorType,
    InvitationMailState,
    PositionStatus,
    PositionType,
    Stack,
)
from providers.limits import MAX_EMAIL_CHARACTERS

_STATUS_LENGTH: Final = 21


def _one_of(model: str, field: str, words: object, *, null: bool = False) -> models.CheckConstraint:
    """Return the constraint that allows only `words` (a `Literal`), and null where `null` is set."""
    known = Q(**{f"{field}__in": list(get_args(words))})
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | known if null else known,
        name=f"{model}_{field}_known",
    )


# Any: the options of the field, which also decide whether it may be null.
def _text(column: Column, **options: Any) -> "models.CharField[Any, Any]":
    return models.CharField(max_length=column.limit, **options)


def _user_key(**options: Any) -> "models.ForeignKey[Any, Any]":  # Any: as above
    """Return a foreign key to a user's UUID, the id that the API shows."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        to_field="uuid",
        on_delete=models.PROTECT,
        related_name="+",
        **options,
    )


class Position(models.Model):
    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    title = _text(POSITION["title"])
    location = _text(POSITION["location"], null=True)
    notes = models.TextField(null=True)
    type = _text(POSITION["type"], null=True)
    ad_posting_link = _text(POSITION["ad_posting_link"], null=True)
    target_date = models.DateTimeField(null=True)
    status = _text(POSITION["status"], default=NEW_POSITION_STATUS)
    no_of_positions = models.PositiveIntegerField(null=True)
    created_by = _user_key(db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    # A deleted position remains as a tombstone, its id and this time, so that clients that sync learn of it.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("position", "type", PositionType, null=True),
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
    """A user who is invited to a position; the rows of one position are numbered in the order sent."""

    id = models.BigAutoField(primary_key=True)
    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="collaborators", db_index=False
    )
    user = _user_key()
    type = models.CharField(max_length=8)
    status = models.CharField(max_length=_STATUS_LENGTH)
    ordinal = models.PositiveSmallIntegerField()
    # No foreign key: who invited may be removed, and the invitation stays.
    invited_by = models.UUIDField(null=True)
    # The mail with the link: None for rows from before there was one, and where none is sent. `mail_number` counts the
    # mails: a link of an earlier one is not valid any more.
    mail_state = models.CharField(max_length=7, null=True)
    mail_number = models.PositiveSmallIntegerField(default=0, db_default=0)
    mailed_at = models.DateTimeField(null=True)
    # What the mail server said to the last attempt; "" where it took the mail.
    mail_reply = models.CharField(max_length=MAX_MAIL_REPLY, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["position", "user"], name="collaborator_once_per_position"
            ),
            _one_of("collaborator", "type", CollaboratorType),
            _one_of("collaborator", "status", CollaboratorStatus),
            _one_of("collaborator", "mail_state", InvitationMailState, null=True),
        ]


class PositionTombstone(models.Model):
    """Records that one user lost access to a position, and when. Only that user sees it (`tombstones.py`)."""

    pk = models.CompositePrimaryKey("user", "position")
    user = _user_key(db_index=False)
    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # The status that the collaborator had.
    status = models.CharField(max_length=_STATUS_LENGTH)
    lost_at = models.DateTimeField()

    class Meta:
        db_table = "recruiting_lostposition"
        constraints = [_one_of("lostposition", "status", CollaboratorStatus)]


class MailDomain(models.Model):
    """Whether the tenant takes a mail domain for a public provider's, where Happo's lists say otherwise or nothing."""

    domain = models.CharField(max_length=MAX_EMAIL_CHARACTERS, primary_key=True)
    is_public = models.BooleanField()


class Candidate(models.Model):
    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="candidates", db_index=False
    )
    name = _text(CANDIDATE["name"], null=True)
    phone_number = _text(CANDIDATE["phone_number"], null=True)
    compensation = _text(CANDIDATE["compensation"], null=True)
    description = models.TextField(null=True)
    email = _text(CANDIDATE["email"], null=True)
    available_from_date = models.DateTimeField(null=True)
    stack = _text(CANDIDATE["stack"], default=NEW_CANDIDATE_STACK)
    rejected_at = models.DateTimeField(null=True)
    rejection_reason = _text(CANDIDATE["rejection_reason"], null=True)
    created_by = _user_key(db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    # As with positions: a tombstone, whose personal columns are empty.
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
    """One step in a candidate's history: who moved it, from where to where, when and why.

    `from_place` and `to_place` are stacks or `REJECTED`: a rejection moves the candidate from its stack to `REJECTED`,
    withdrawing the rejection moves it back.
    """

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="moves")
    actor = _user_key(db_index=False)
    from_place = _text(CANDIDATE["stack"])
    to_place = _text(CANDIDATE["stack"])
    reason = _text(CANDIDATE["rejection_reason"], null=True)
    moved_at = models.DateTimeField(default=timezone.now)


class Attachment(models.Model):
    """An uploaded file. Its parent is a position, a candidate or neither; `ordinal` counts in the order sent."""

    id = models.UUIDField(primary_key=True, default=new_uuid, editable=False)
    file_name = models.CharField(max_length=MAX_FILE_NAME)
    content_type = models.CharField(max_length=255)
    size = models.PositiveIntegerField()
    position = models.ForeignKey(
        Position, null=True, on_delete=models.SET_NULL, related_name="attachments", db_index=False
    )
    candidate = models.ForeignKey(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="attachments", db_index=False
    )
    # A CV that was replaced is still about its candidate, and is deleted with the candidate.
    unlinked_from = models.ForeignKey(
        Candidate, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # When it lost its last parent; null while it has one, and for an upload that never had one.
    unlinked_at = models.DateTimeField(null=True)
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
            # For the sweep: with its sort order, so that few rows are read.
            models.Index(
                fields=["created_at"],
                condition=Q(position__isnull=True, candidate__isnull=True),
                name="attachment_free",
            ),
        ]
