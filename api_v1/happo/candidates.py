"""Happo: "Candidates", "Bulk Posting of Candidates"."""

from typing import Final

from ninja import Query, Router

from api_v1.fields import BodyId
from api_v1.happo.schemas import (
    MAX_CANDIDATES,
    Candidate,
    CandidateIn,
    CandidateListing,
    CandidatePatch,
    CandidatesIn,
    Listing,
    Move,
    MoveIn,
    NewCandidate,
    ReasonIn,
    Tombstone,
    candidate_draft,
)
from api_v1.happo.shapes import CANDIDATE, MOVE
from api_v1.request_context import ApiRequest
from api_v1.routing import BULK_LIMIT, route_options
from core.json_text import JsonText
from core.pages import Page
from core.recruiting.queries import candidates as candidate_queries
from core.recruiting.services import candidate_moves
from core.recruiting.services import candidates as candidate_services
from core.recruiting.values import CandidateFilter
from tenants.context import current_tenant
from tenants.files.tenant_files import TenantFiles

router: Final = Router(tags=["Candidates"])
_ALL: Final = "/positions/{position_id}/candidates"
_ONE: Final = f"{_ALL}/{{candidate_id}}"


@router.get(_ALL, response=Page[Candidate | Tombstone], summary="List the candidates of a position")
def list_candidates(
    request: ApiRequest, position_id: BodyId, query: Query[CandidateListing]
) -> Page[Candidate | Tombstone]:
    wanted = CandidateFilter(
        stack=query.stack,
        phase=query.phase,
        email=query.email,
        q=query.q,
        rejected=query.rejected,
        updated_after=query.updatedAfter,
        include_deleted=query.includeDeleted,
    )
    return candidate_queries.page_candidates(
        request.caller,
        position_id,
        wanted,
        shape=CANDIDATE,
        limit=query.limit,
        cursor=query.cursor,
    )


@router.post(_ALL, response=Candidate, summary="Create a candidate")
def create_candidate(request: ApiRequest, position_id: BodyId, body: NewCandidate) -> JsonText:
    return candidate_services.create_candidate(
        request.caller, position_id, candidate_draft(body), shape=CANDIDATE
    )


@router.post(
    f"{_ALL}/bulk", response=list[Candidate], summary=f"Create up to {MAX_CANDIDATES} candidates"
)
@route_options(limit=BULK_LIMIT)
def create_candidates(request: ApiRequest, position_id: BodyId, body: CandidatesIn) -> JsonText:
    drafts = [candidate_draft(candidate) for candidate in body.candidates]
    return candidate_services.create_candidates(
        request.caller, position_id, drafts, shape=CANDIDATE
    )


@router.get(_ONE, response=Candidate, summary="View a candidate")
def view_candidate(request: ApiRequest, position_id: BodyId, candidate_id: BodyId) -> JsonText:
    return candidate_queries.view_candidate(
        request.caller, position_id, candidate_id, shape=CANDIDATE, archived=True
    )


@router.post(_ONE, response=Candidate, summary="Update a candidate")
def update_candidate(
    request: ApiRequest, position_id: BodyId, candidate_id: BodyId, body: CandidateIn
) -> JsonText:
    return candidate_services.update_candidate(
        request.caller, position_id, candidate_id, candidate_draft(body), shape=CANDIDATE
    )


@router.patch(_ONE, response=Candidate, summary="Change fields of a candidate")
@route_options(since="v20261201")
def patch_candidate(
    request: ApiRequest, position_id: BodyId, candidate_id: BodyId, body: CandidatePatch
) -> JsonText:
    return candidate_services.update_candidate(
        request.caller, position_id, candidate_id, candidate_draft(body), shape=CANDIDATE
    )


@router.delete(_ONE, response=Tombstone, summary="Delete a candidate and all data about the person")
@route_options(since="v20261201")
def delete_candidate(request: ApiRequest, position_id: BodyId, candidate_id: BodyId) -> Tombstone:
    files = TenantFiles(current_tenant())
    deleted_at = candidate_services.delete_candidate(
        request.caller, position_id, candidate_id, files=files
    )
    return Tombstone(id=candidate_id, deletedAt=deleted_at)


@router.post(f"{_ONE}/stack", response=Candidate, summary="Move a candidate to another stack")
@route_options(since="v20261201")
def move_candidate(
    request: ApiRequest, position_id: BodyId, candidate_id: BodyId, body: MoveIn
) -> JsonText:
    return candidate_moves.move_candidate(
        request.caller,
        position_id,
        candidate_id,
        stack=body.stack,
        reason=body.reason,
        shape=CANDIDATE,
    )


@router.post(f"{_ONE}/reject", response=Candidate, summary="Reject a candidate")
@route_options(since="v20261201")
def reject_candidate(
    request: ApiRequest, position_id: BodyId, candidate_id: BodyId, body: ReasonIn | None = None
) -> JsonText:
    reason = body.reason if body else None
    return candidate_moves.reject_candidate(
        request.caller, position_id, candidate_id, reason=reason, shape=CANDIDATE
    )


@router.post(f"{_ONE}/unreject", response=Candidate, summary="Withdraw a rejection")
@route_options(since="v20261201")
def unreject_candidate(
    request: ApiRequest, position_id: BodyId, candidate_id: BodyId, body: ReasonIn | None = None
) -> JsonText:
    reason = body.reason if body else None
    return candidate_moves.unreject_candidate(
        request.caller, position_id, candidate_id, reason=reason, shape=CANDIDATE
    )


@router.get(f"{_ONE}/history", response=Page[Move], summary="List the moves of a candidate")
@route_options(since="v20261201")
def list_moves(
    request: ApiRequest, position_id: BodyId, candidate_id: BodyId, query: Query[Listing]
) -> Page[Move]:
    return candidate_queries.page_history(
        request.caller,
        position_id,
        candidate_id,
        shape=MOVE,
        limit=query.limit,
        cursor=query.cursor,
    )
