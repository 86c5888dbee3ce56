"""Happo: "Positions"."""

from typing import Final

from ninja import Query, Router

from api_v1.fields import BodyId
from api_v1.happo.schemas import (
    ArchivablePosition,
    Position,
    PositionIn,
    PositionListing,
    PositionPatch,
    Tombstone,
    position_draft,
)
from api_v1.happo.shapes import POSITION
from api_v1.request_context import ApiRequest
from api_v1.routing import route_options
from core.json_text import JsonText
from core.pages import Page
from core.recruiting.queries import positions as position_queries
from core.recruiting.services import collaborators as collaborator_services
from core.recruiting.services import positions as position_services
from core.recruiting.values import PositionFilter
from tenants.context import current_tenant
from tenants.files.tenant_files import TenantFiles

router: Final = Router(tags=["Positions"])


@router.get("/positions", response=Page[ArchivablePosition | Tombstone], summary="List positions")
def list_positions(
    request: ApiRequest, query: Query[PositionListing]
) -> Page[ArchivablePosition | Tombstone]:
    wanted = PositionFilter(
        status=query.status,
        type=query.type,
        q=query.q,
        updated_after=query.updatedAfter,
        archived=query.archived,
        include_deleted=query.includeDeleted,
    )
    return position_queries.page_positions(
        request.caller, wanted, shape=POSITION, limit=query.limit, cursor=query.cursor
    )


@router.post("/positions", response=Position, summary="Create a position")
def create_position(request: ApiRequest, body: PositionIn) -> JsonText:
    return position_services.create_position(request.caller, position_draft(body), shape=POSITION)


@router.get("/positions/{position_id}", response=ArchivablePosition, summary="View a position")
def view_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return position_queries.view_position(
        request.caller, position_id, shape=POSITION, archived=True
    )


@router.post("/positions/{position_id}", response=Position, summary="Update a position")
def update_position(request: ApiRequest, position_id: BodyId, body: PositionIn) -> JsonText:
    return position_services.update_position(
        request.caller, position_id, position_draft(body), shape=POSITION
    )


@router.patch("/positions/{position_id}", response=Position, summary="Change fields of a position")
@route_options(since="v20261201")
def patch_position(request: ApiRequest, position_id: BodyId, body: PositionPatch) -> JsonText:
    return position_services.update_position(
        request.caller, position_id, position_draft(body), shape=POSITION
    )


@router.delete(
    "/positions/{position_id}",
    response=Tombstone,
    summary="Delete a position with all its candidates",
)
@route_options(since="v20261201")
def delete_position(request: ApiRequest, position_id: BodyId) -> Tombstone:
    files = TenantFiles(current_tenant())
    return Tombstone(
        id=position_id,
        deletedAt=position_services.delete_position(request.caller, position_id, files=files),
    )


@router.post(
    "/positions/{position_id}/archive", response=ArchivablePosition, summary="Archive a position"
)
@route_options(since="v20261201")
def archive_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return position_services.archive_position(request.caller, position_id, shape=POSITION)


@router.post(
    "/positions/{position_id}/restore", response=ArchivablePosition, summary="Restore a position"
)
@route_options(since="v20261201")
def restore_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return position_services.restore_position(request.caller, position_id, shape=POSITION)


@router.post("/positions/{position_id}/accept", response=Position, summary="Accept an invitation")
@route_options(since="v20261201")
def accept_invitation(request: ApiRequest, position_id: BodyId) -> JsonText:
    return collaborator_services.accept_invitation(request.caller, position_id, shape=POSITION)


@router.post("/positions/{position_id}/decline", response=None, summary="Decline an invitation")
@route_options(since="v20261201")
def decline_invitation(request: ApiRequest, position_id: BodyId) -> None:
    collaborator_services.answer_invitation(request.caller, position_id, accepted=False)
