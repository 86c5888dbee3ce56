"""The routes, as django-ninja's documentation writes them."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer

from benchmarks.plain.hiring.models import ApiKey, Candidate, Position, User


class KeyAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        key = (
            ApiKey.objects.select_related("user")
            .filter(
                key_hash=sha256(token.encode()).hexdigest(), revoked_at=None, user__is_active=True
            )
            .first()
        )
        return key.user if key else None


api = NinjaAPI(auth=KeyAuth(), title="Baseline")


class CollaboratorOut(Schema):
    email: str
    userId: UUID
    type: str
    status: str

    @staticmethod
    def resolve_email(obj: object) -> str:
        return obj.user.email

    @staticmethod
    def resolve_userId(obj: object) -> UUID:
        return obj.user.uuid


class PositionOut(Schema):
    id: UUID
    title: str
    location: str | None
    notes: str | None
    type: str | None
    adPostingLink: str | None
    targetDate: datetime | None
    status: str
    noOfPositions: int | None
    collaborators: list[CollaboratorOut]
    attachmentIds: list[UUID]
    createdBy: UUID
    createdAt: datetime
    updatedAt: datetime

    @staticmethod
    def resolve_adPostingLink(obj: Position) -> str | None:
        return obj.ad_posting_link

    @staticmethod
    def resolve_targetDate(obj: Position) -> datetime | None:
        return obj.target_date

    @staticmethod
    def resolve_noOfPositions(obj: Position) -> int | None:
        return obj.no_of_positions

    @staticmethod
    def resolve_collaborators(obj: Position) -> list:
        return list(obj.collaborators.all())

    @staticmethod
    def resolve_attachmentIds(obj: Position) -> list[UUID]:
        return [attachment.id for attachment in obj.attachments.all()]

    @staticmethod
    def resolve_createdBy(obj: Position) -> UUID:
        return obj.created_by.uuid

    @staticmethod
    def resolve_createdAt(obj: Position) -> datetime:
        return obj.created_at

    @staticmethod
    def resolve_updatedAt(obj: Position) -> datetime:
        return obj.updated_at


class PositionsOut(Schema):
    success: bool = True
    statusCode: int = 200
    data: list[PositionOut]


class CandidateOut(Schema):
    id: UUID
    name: str
    phoneNumber: str | None
    compensation: str | None
    email: str | None
    description: str | None
    attachmentIds: list[UUID]
    availableFromDate: datetime | None
    stack: str
    positionId: UUID
    createdBy: UUID
    createdAt: datetime
    updatedAt: datetime

    @staticmethod
    def resolve_phoneNumber(obj: Candidate) -> str | None:
        return obj.phone_number

    @staticmethod
    def resolve_attachmentIds(obj: Candidate) -> list[UUID]:
        return [attachment.id for attachment in obj.attachments.all()]

    @staticmethod
    def resolve_availableFromDate(obj: Candidate) -> datetime | None:
        return obj.available_from_date

    @staticmethod
    def resolve_positionId(obj: Candidate) -> UUID:
        return obj.position_id

    @staticmethod
    def resolve_createdBy(obj: Candidate) -> UUID:
        return obj.created_by.uuid

    @staticmethod
    def resolve_createdAt(obj: Candidate) -> datetime:
        return obj.created_at

    @staticmethod
    def resolve_updatedAt(obj: Candidate) -> datetime:
        return obj.updated_at


class CandidateReply(Schema):
    success: bool = True
    statusCode: int = 200
    data: CandidateOut


@api.get("/positions", response=PositionsOut)
def list_positions(request: HttpRequest) -> dict:
    positions = (
        Position.objects.filter(
            Q(created_by=request.auth)
            | Q(id__in=Position.objects.filter(collaborators__user=request.auth).values("id")),
            archived=False,
        )
        .select_related("created_by")
        .prefetch_related("collaborators__user", "attachments")
    )
    return {"data": list(positions)}


@api.get("/positions/{position_id}/candidates/{candidate_id}", response=CandidateReply)
def view_candidate(request: HttpRequest, position_id: UUID, candidate_id: UUID) -> dict:
    position = get_object_or_404(
        Position.objects.filter(
            Q(created_by=request.auth) | Q(collaborators__user=request.auth)
        ).distinct(),
        id=position_id,
    )
    candidate = get_object_or_404(
        Candidate.objects.select_related("created_by").prefetch_related("attachments"),
        id=candidate_id,
        position=position,
    )
    return {"data": candidate}


@api.get("/nothing")
def nothing(request: HttpRequest) -> dict:
    return {"success": True, "statusCode": 200, "data": None}
