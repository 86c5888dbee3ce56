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
from api_v1.rendering import Page
from api_v1.routing import rules
from api_v1.visit import ApiRequest
from core.json_text import JsonText
from core.recruiting import queries, services
from core.recruiting.values import PositionFilter
from tenants.context import current_tenant
from tenants.storage import TenantFiles

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
    page = queries.page_positions(request.caller, wanted, limit=query.limit, cursor=query.cursor)
    return Page(page.data, page.next_cursor)


@router.post("/positions", response=Position, summary="Create a position")
def create_position(request: ApiRequest, body: PositionIn) -> JsonText:
    return services.create_position(request.caller, position_draft(body))


@router.get("/positions/{position_id}", response=ArchivablePosition, summary="View a position")
def view_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return queries.view_position(request.caller, position_id, archived=True)


@router.post("/positions/{position_id}", response=Position, summary="Update a position")
def update_position(request: ApiRequest, position_id: BodyId, body: PositionIn) -> JsonText:
    return services.update_position(request.caller, position_id, position_draft(body))


@router.patch("/positions/{position_id}", response=Position, summary="Change fields of a position")
@rules(since="v20261201")
def patch_position(request: ApiRequest, position_id: BodyId, body: PositionPatch) -> JsonText:
    return services.update_position(request.caller, position_id, position_draft(body))


@router.delete(
    "/positions/{position_id}", response=Tombstone, summary="Delete a position with all its candidates"
)
@rules(since="v20261201")
def delete_position(request: ApiRequest, position_id: BodyId) -> Tombstone:
    files = TenantFiles(current_tenant())
    return Tombstone(
        id=position_id, deletedAt=services.delete_position(request.caller, position_id, files=files)
    )


@router.post("/positions/{position_id}/archive", response=ArchivablePosition, summary="Archive a position")
@rules(since="v20261201")
def archive_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return services.archive_position(request.caller, position_id)


@router.post("/positions/{position_id}/restore", response=ArchivablePosition, summary="Restore a position")
@rules(since="v20261201")
def restore_position(request: ApiRequest, position_id: BodyId) -> JsonText:
    return services.restore_position(request.caller, position_id)


@router.post("/positions/{position_id}/accept", response=Position, summary="Accept an invitation")
@rules(since="v20261201")
def accept_invitation(request: ApiRequest, position_id: BodyId) -> JsonText:
    return services.accept_invitation(request.caller, position_id)


@router.post("/positions/{position_id}/decline", response=None, summary="Decline an invitation")
@rules(since="v20261201")
def decline_invitation(request: ApiRequest, position_id: BodyId) -> None:
    services.answer_invitation(request.caller, position_id, accepted=False)
